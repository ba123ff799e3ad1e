using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Athena.Dashboard.Alerts;
using Athena.Dashboard.Alerts.Domain;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Tests.Infrastructure;
using Athena.Dashboard.Tests.Rollouts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Tests.Alerts;

/// <summary>Alerts over a running server: what comes in, what goes out, and what outlives a restart.</summary>
public sealed class AlertServerTests
{
    private static readonly Actor Sender = Actor.System("pager") with { Kind = ActorKind.Key, Environment = "production" };

    [Fact]
    public async Task What_a_real_Alertmanager_sends_is_taken_once_and_goes_on_in_the_same_form()
    {
        using var beside = new WebhookSink();
        using var behind = new WebhookSink();
        await using var server = await AthenaServer.StartAsync(configure: builder =>
        {
            builder.Configuration["Athena:Alerts:LookSeconds"] = "1";
            builder.Configuration["Athena:Alerts:GroupWaitSeconds"] = "0";
            builder.Configuration["Athena:Alerts:GroupIntervalSeconds"] = "1";
            builder.Configuration["Athena:Alerts:Webhooks:0:Name"] = "chat";
            builder.Configuration["Athena:Alerts:Webhooks:0:Url"] = behind.Address.ToString();
            builder.Configuration["Athena:Alerts:Webhooks:0:Token"] = "secret";
        });
        using var manager = await AlertmanagerServer.StartAsync((new Uri(server.Address, "/alerts/v1/webhook"), await server.KeyAsync("health:write")), (beside.Address, "other"));
        var viewer = await server.ClientAsync(Role.Viewer);
        var labels = new Dictionary<string, string> { ["alertname"] = "PaymentsFail", ["severity"] = "critical", ["flag"] = "views" };
        var startsAt = TimeProvider.System.GetUtcNow().AddSeconds(-5);
        await manager.RaiseAsync(labels, startsAt);
        await Wait.UntilAsync(async () => (await BoardAsync(viewer)).GetProperty("alerts").GetArrayLength() == 1);
        var shown = (await BoardAsync(viewer)).GetProperty("alerts")[0];
        (shown.GetProperty("name").GetString(), shown.GetProperty("state").GetString(), shown.GetProperty("isCritical").GetBoolean(), shown.GetProperty("summary").GetString())
            .ShouldBe(("PaymentsFail", "firing", true, "Half of the payments fail."));
        shown.GetProperty("labels").GetProperty("environment").GetString().ShouldBe("production");

        // The very message again, as after an answer that was lost.
        await Wait.UntilAsync(() => !beside.Messages.IsEmpty);
        beside.Messages.TryPeek(out var theirs);
        using var key = await server.KeyClientAsync("health:write");
        var again = await (await key.PostAsJsonAsync("/alerts/v1/webhook", theirs)).Content.ReadFromJsonAsync<JsonElement>();
        (again.GetProperty("fired").GetInt32(), again.GetProperty("known").GetInt32()).ShouldBe((0, 1));

        await Wait.UntilAsync(() => !behind.Messages.IsEmpty);
        behind.Messages.TryPeek(out var ours);
        Shape(ours).ShouldBe(Shape(theirs));
        (ours.GetProperty("version").GetString(), ours.GetProperty("status").GetString(), ours.GetProperty("receiver").GetString()).ShouldBe(("4", "firing", "chat"));
        behind.Tokens.ShouldAllBe(token => token == "Bearer secret");

        await manager.RaiseAsync(labels, startsAt, TimeProvider.System.GetUtcNow());
        await Wait.UntilAsync(async () => (await BoardAsync(viewer)) is var board && board.GetProperty("alerts").GetArrayLength() == 0 && board.GetProperty("resolved").GetArrayLength() == 1);
        await Wait.UntilAsync(() => behind.Messages.Last().GetProperty("status").GetString() == "resolved");
        (await EventsAsync(server)).ShouldBe(["Alerts.AlertFired", "Alerts.AlertResolved"]);
    }

    [Fact]
    public async Task A_message_that_cannot_be_used_is_refused_with_all_its_faults()
    {
        await using var server = await AthenaServer.StartAsync();
        using var key = await server.KeyClientAsync("health:write");
        var answer = await key.PostAsJsonAsync("/alerts/v1/webhook", new { version = "3", alerts = new object[] { new { status = "burning", labels = new { athena_action = "panic" } } } });
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var body = await answer.Content.ReadAsStringAsync();
        foreach (var place in (string[])["version", "alerts[0].status", "alerts[0].labels.athena_action", "alerts[0].startsAt"]) body.ShouldContain($"\"{place}\"");
        using var everywhere = await server.KeyClientAsync("admin", environment: null);
        (await (await everywhere.PostAsJsonAsync("/alerts/v1/webhook", new { version = "4" })).Content.ReadAsStringAsync()).ShouldContain("key_without_environment");
        (await (await server.ClientAsync(Role.Viewer)).PostAsJsonAsync("/alerts/v1/webhook", new { version = "4" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task An_alert_from_outside_takes_a_rollout_back_once_however_often_it_comes()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using var product = await RolloutProduct.StartAsync(database);
        await product.PrepareAsync();
        var id = await product.BeginAsync();
        var receiver = product.Server.Get<AlertReceiver>();
        for (var time = 0; time < 3; time++) (await receiver.TakeAsync(Message("roll_back", RolloutProduct.Flag, product.Clock.GetUtcNow()), Sender, default)).Refusal.ShouldBeNull();
        await Wait.UntilAsync(async () => (await product.LoadAsync(id)).State == RolloutState.RolledBack);
        (await product.LoadAsync(id)).Because.ShouldBe("Alert PaymentsFail: Half of the payments fail.");
        var decided = await product.Server.Get<Store>().ReadAsync((db, token) => db.Set<EventRow>().CountAsync(row => row.Type == "Rollouts.RollbackDecided", token), default);
        decided.ShouldBe(1);
        var book = product.Server.Get<AlertQueries>();
        await Wait.UntilAsync(async () => (await book.BoardAsync(default)).Loud.Any(alert => alert.Name == AlertSignals.RolledBack && alert.IsCritical));

        // One of another flag is nothing of the release's.
        await receiver.TakeAsync(Message("hold", "another-flag", product.Clock.GetUtcNow()), Sender, default);
        var viewer = await product.Nodes[0].ClientAsync(Role.Viewer);
        foreach (var tab in (string[])["", "?tab=health"])
        {
            using var page = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(await viewer.GetStringAsync("/releases/1.2.0" + tab));
            var shown = page.QuerySelectorAll("table[aria-label='Alerts about the release'] tbody tr, [aria-label='Alerts about the release'] tbody tr").Distinct().Select(row => row.TextContent).ToList();
            shown.Count.ShouldBe(2, tab);
            shown.ShouldContain(row => row.Contains("Half of the payments fail.", StringComparison.Ordinal) && row.Contains("firing", StringComparison.Ordinal));
            shown.ShouldContain(row => row.Contains(AlertSignals.RolledBack, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task One_that_asks_to_hold_pauses_and_one_about_no_rollout_changes_nothing()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using var product = await RolloutProduct.StartAsync(database);
        await product.PrepareAsync();
        var id = await product.BeginAsync();
        var receiver = product.Server.Get<AlertReceiver>();
        (await receiver.TakeAsync(Message("roll_back", "another-flag", product.Clock.GetUtcNow()), Sender, default)).Value.Fired.ShouldBe(1);
        (await receiver.TakeAsync(Message("roll_back", RolloutProduct.Flag, product.Clock.GetUtcNow()), Sender with { Environment = "staging" }, default)).Value.Fired.ShouldBe(1);
        (await product.LoadAsync(id)).State.IsInStage().ShouldBeTrue();
        (await product.LoadAsync(id)).State.ShouldNotBe(RolloutState.Paused);
        await receiver.TakeAsync(Message("hold", RolloutProduct.Flag, product.Clock.GetUtcNow()), Sender, default);
        await Wait.UntilAsync(async () => (await product.LoadAsync(id)).State == RolloutState.Paused);
    }

    [Theory]
    [OnBothDatabases]
    public async Task Pending_time_goes_on_over_a_restart(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind);
        var clock = new FakeClock();
        await using (var first = await AthenaServer.StartAsync(database, clock)) await first.Get<AlertBook>().NoteAsync(Signal(true, wait: 60), default);
        clock.Advance(TimeSpan.FromSeconds(61));
        await using var second = await AthenaServer.StartAsync(database, clock);
        await second.Get<AlertBook>().NoteAsync(Signal(null, wait: 60), default);
        var alert = (await second.Get<AlertQueries>().BoardAsync(default)).Alerts.ShouldHaveSingleItem().Alert;
        (alert.State, alert.FiringSince - alert.ActiveSince).ShouldBe((AlertState.Firing, TimeSpan.FromSeconds(61)));
        (await EventsAsync(second)).ShouldBe(["Alerts.AlertFired"]);
    }

    [Fact]
    public async Task What_is_silenced_is_shown_and_told_only_when_the_silence_ends_and_what_did_not_arrive_is_sent_again()
    {
        using var sink = new WebhookSink();
        var clock = new FakeClock();
        await using var server = await AthenaServer.StartAsync(clock: clock);
        var manager = await server.ClientAsync(Role.ReleaseManager);
        var made = await manager.PostAsJsonAsync("/api/alerts/silences", new { matchers = new[] { new { label = "source", @operator = "is", value = "shop" } }, minutes = 30, comment = "It is moved to another machine." });
        made.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await (await server.ClientAsync(Role.Support)).PostAsJsonAsync("/api/alerts/silences", new { matchers = Array.Empty<object>(), minutes = 30, comment = "x" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        await server.Get<AlertBook>().NoteAsync(Signal(true), default);
        // The server's own worker, which sends at once when it begins, knows of no receiver.
        using var http = new HttpClient();
        var options = Options.Create(new AlertOptions { GroupWaitSeconds = 0, Webhooks = [new AlertWebhook { Name = "chat", Url = sink.Address.ToString() }] });
        var sender = new AlertSender(http, server.Get<AlertQueries>(), server.Get<Store>(), options, clock, NullLogger<AlertSender>.Instance);
        await sender.SendAsync(default);
        sink.Messages.ShouldBeEmpty();
        var shown = (await BoardAsync(manager)).GetProperty("alerts")[0];
        shown.GetProperty("silencedBy").GetGuid().ShouldBe((await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid());

        sink.Refuses = true;
        var ended = await manager.PostAsync($"/api/alerts/silences/{shown.GetProperty("silencedBy").GetGuid()}/ends", null);
        ended.StatusCode.ShouldBe(HttpStatusCode.OK);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        await sender.SendAsync(default);
        (sink.Messages.IsEmpty, sink.Tokens.IsEmpty).ShouldBe((true, false));
        sink.Refuses = false;
        await sender.SendAsync(default);
        await sender.SendAsync(default);
        sink.Messages.ShouldHaveSingleItem().GetProperty("alerts")[0].GetProperty("labels").GetProperty("source").GetString().ShouldBe("shop");
    }

    private static Signal Signal(bool? isTrue, int wait = 0) => new(
        ImmutableSortedDictionary<string, string>.Empty.Add(AlertLabels.Name, Inhibition.FailingSource).Add(AlertLabels.Source, "shop").Add(AlertLabels.Environment, "production"),
        AlertOrigin.Product, "shop gives nothing to count.", "/health", isTrue, TimeSpan.FromSeconds(wait), TimeSpan.Zero);

    private static WebhookMessage Message(string action, string flag, DateTimeOffset startsAt)
    {
        var labels = ImmutableSortedDictionary<string, string>.Empty.Add("alertname", "PaymentsFail").Add("flag", flag).Add("athena_action", action);
        var alert = new WebhookAlert("firing", labels, ImmutableSortedDictionary<string, string>.Empty.Add("summary", "Half of the payments fail."), startsAt, default, "", action + flag);
        return new WebhookMessage("athena", "firing", [alert], labels, labels, labels, "", "4", "{}", 0);
    }

    // Names of members; what stands under labels and annotations is anybody's.
    private static string Shape(JsonElement message) =>
        string.Join(' ', message.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal)) + " / "
        + string.Join(' ', message.GetProperty("alerts")[0].EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));

    private static Task<JsonElement> BoardAsync(HttpClient client) => client.GetFromJsonAsync<JsonElement>("/api/alerts");

    private static Task<List<string>> EventsAsync(AthenaServer server) =>
        server.Get<Store>().ReadAsync((db, token) => db.Set<EventRow>().Where(row => row.SubjectKind == "alert").OrderBy(row => row.Sequence).Select(row => row.Type).ToListAsync(token), default);
}
