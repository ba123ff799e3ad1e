using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Athena.Dashboard.Flags;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Tests.Infrastructure;
using static Athena.Dashboard.Tests.Flags.FlagSamples;

namespace Athena.Dashboard.Tests.Flags;

/// <summary>Changes that are made by themselves: in their order, once, and never over somebody else's.</summary>
public sealed class QueuedChangeTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.Postgres)]
    public async Task Steps_queued_one_after_the_other_are_made_once_and_also_after_their_time(DatabaseKind kind)
    {
        using var world = await FlagWorld.CreateAsync(kind);
        await world.GivenFlagAsync();
        await world.SwitchAsync(on: true, environment: "staging");
        var setting = await world.SwitchAsync(on: true, environment: "staging");
        foreach (var (day, percent) in new[] { (1, 10), (2, 50), (3, 100) })
            await QueueAsync(world, setting, settings => settings with { Percentage = Percentage.From(percent) }, TimeSpan.FromDays(day));
        await FollowAsync(world);
        (await StagingAsync(world)).Percentage.ShouldBe(Percentage.Hundred, "nothing is due");
        world.Clock.Advance(TimeSpan.FromHours(25));
        await FollowAsync(world);
        (await StagingAsync(world)).Percentage.ShouldBe(Percentage.From(10));

        // Nobody ran for days; and then two nodes look at once, with what they read before.
        world.Clock.Advance(TimeSpan.FromDays(9));
        var due = await world.Calendar.DueAsync(world.Clock.GetUtcNow(), None);
        due.Count.ShouldBe(2);
        await FollowAsync(world);
        var versionThen = (await StagingAsync(world)).Version;
        foreach (var late in due) await world.Queue.FollowAsync(late, None);
        var after = await StagingAsync(world);
        (after.Percentage, after.Version).ShouldBe((Percentage.Hundred, versionThen));
        (await world.EventsAsync()).Count(row => row.Type == "Flags.QueuedChangeMade").ShouldBe(3);
        (await world.Calendar.WaitingAsync(Key, None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_somebody_changed_meanwhile_stays_and_the_rest_is_not_touched()
    {
        using var world = await FlagWorld.CreateAsync(DatabaseKind.Sqlite);
        await world.GivenFlagAsync();
        var setting = await world.SwitchAsync(on: true, environment: "staging");
        await QueueAsync(world, setting, settings => settings with { Percentage = Percentage.From(30) }, TimeSpan.FromDays(1));
        await QueueAsync(world, setting, settings => settings with { Percentage = Percentage.From(30), Conditions = [Is("plan", "pro")] }, TimeSpan.FromDays(2));
        (await world.Service.EditAsync(Key, "staging", setting.Version, FlagSettings.Of(setting) with { Percentage = Percentage.From(70) }, "by hand", default, world.Manager, None)).Accepted();
        world.Clock.Advance(TimeSpan.FromDays(3));
        await FollowAsync(world);
        var after = await StagingAsync(world);
        after.Percentage.ShouldBe(Percentage.From(70));
        after.Conditions.ShouldHaveSingleItem().ShouldBe(Is("plan", "pro"));
        var refused = (await world.Calendar.ListAsync(Now, Now.AddDays(9), None)).Single(moment => moment.State == QueuedChangeState.Refused);
        refused.Text.ShouldContain("percentage was changed again");
    }

    [Fact]
    public async Task The_order_of_environments_and_approval_hold_when_it_is_queued_and_when_its_time_comes()
    {
        using var world = await FlagWorld.CreateAsync(DatabaseKind.Sqlite);
        await world.GivenFlagAsync();
        var at = world.Clock.GetUtcNow().AddDays(1);
        var on = FlagChange.Switch(Key, "production", on: true, 1);
        (await world.Queue.QueueAsync(on, at, null, "launch", "production", world.Manager, None)).Refusal!.Code.ShouldBe("ahead_of_previous");
        await world.SwitchAsync(on: true, environment: "staging");
        (await world.Queue.QueueAsync(on, at, null, "launch", default, world.Manager, None)).Refusal!.Code.ShouldBe("confirmation_missing");
        (await world.Queue.QueueAsync(on, at, null, "launch", "production", Person(Role.Viewer), None)).Refusal!.Kind.ShouldBe(RefusalKind.Forbidden);
        (await world.Queue.QueueAsync(on, at.AddDays(-2), null, "launch", "production", world.Manager, None)).Refusal!.Items[0].Place.ShouldBe("at");
        (await world.Queue.QueueAsync(on, at, "Vienna", "launch", "production", world.Manager, None)).Refusal!.Items[0].Place.ShouldBe("zone");
        (await world.Queue.QueueAsync(on, at, "Europe/Vienna", "launch", "production", world.Manager, None)).Accepted();
        await world.SwitchAsync(on: false, environment: "staging");
        world.Clock.Advance(TimeSpan.FromDays(2));
        await FollowAsync(world);
        (await world.Queries.FindViewAsync(Key, None))!.In("production")!.Enabled.ShouldBeFalse();
        (await world.Calendar.ListAsync(Now, Now.AddDays(9), None)).ShouldHaveSingleItem().Text.ShouldContain("would be ahead of Staging");

        using var guarded = await FlagWorld.CreateAsync(DatabaseKind.Sqlite, ChangeRequestTests.Approving(needed: 1));
        await guarded.GivenFlagAsync();
        await guarded.SwitchAsync(on: true, environment: "staging");
        (await guarded.Queue.QueueAsync(on, at, null, "launch", "production", guarded.Manager, None)).Refusal!.Code.ShouldBe("approval_needed");
    }

    [Fact]
    public async Task Over_the_api_a_schedule_and_a_queued_change_are_local_times_of_a_zone_and_the_running_server_follows_them()
    {
        var clock = new FakeClock(Now);
        await using var server = await FlagServer.StartAsync(clock);
        using var client = await server.ClientAsync("admin", environment: null);
        await server.GivenAsync("views", environment: "staging", on: false);
        const string Staging = "/api/flags/views/environments/staging";
        // 15 August 2025, 12:30 in Vienna: half an hour from now.
        var edited = await SendAsync(client, HttpMethod.Put, Staging, """{"conditions":{},"percentage":100,"schedule":{"enabledAt":"2025-08-15T12:30","zone":"Europe/Vienna"},"reason":"x"}""", "\"1\"");
        edited.Json.GetProperty("schedule").GetProperty("enabledAt").GetDateTimeOffset().ShouldBe(Now.AddMinutes(30));
        edited.Json.GetProperty("schedule").GetProperty("zone").GetString().ShouldBe("Europe/Vienna");
        var wrong = await SendAsync(client, HttpMethod.Put, Staging, """{"conditions":{},"percentage":100,"schedule":{"enabledAt":"soon","disabledAt":"2025-08-15T12:30"},"reason":"x"}""", "\"2\"");
        wrong.Json.GetProperty("errors").EnumerateArray().Select(fault => fault.GetProperty("place").GetString()).ShouldBe(["schedule.enabledAt", "schedule.disabledAt"]);

        const string Later = """{"at":"2025-08-15T13:00","zone":"Europe/Vienna","enabled":false,"setting":{"conditions":{},"percentage":25,"reason":"a quarter"}}""";
        var queued = await SendAsync(client, HttpMethod.Post, Staging + "/queued-changes", Later, "\"2\"");
        queued.Status.ShouldBe(HttpStatusCode.Created);
        queued.Json.GetProperty("at").GetDateTimeOffset().ShouldBe(Now.AddHours(1));
        var calendar = await client.GetFromJsonAsync<JsonElement>("/api/flag-calendar?from=2025-08-15T00:00:00Z&to=2025-08-16T00:00:00Z");
        calendar.EnumerateArray().Select(moment => moment.GetProperty("kind").GetString()).ShouldBe(["switchesOn", "changes"]);
        (await SendAsync(client, HttpMethod.Get, "/api/flag-calendar?from=2025-08-15T00:00:00Z&to=2025-08-14T00:00:00Z")).Status.ShouldBe(HttpStatusCode.BadRequest);
        var other = await SendAsync(client, HttpMethod.Post, Staging + "/queued-changes", Later.Replace("25", "26", StringComparison.Ordinal).Replace("2026", "2025", StringComparison.Ordinal), "\"2\"");
        (await SendAsync(client, HttpMethod.Delete, "/api/queued-changes/" + other.Json.GetProperty("id").GetString())).Status.ShouldBe(HttpStatusCode.NoContent);

        await Wait.UntilAsync(async () =>
        {
            // The worker looks once a second of this clock; it stands still while the worker reads.
            clock.Advance(clock.GetUtcNow() < Now.AddHours(1) ? TimeSpan.FromHours(1) : TimeSpan.FromSeconds(1));
            return (await server.Server.Get<FlagQueries>().FindViewAsync("views", None))!.In("staging") is { Enabled: true, Percentage.Thousandths: 25_000 };
        });
    }

    private static async Task QueueAsync(FlagWorld world, FlagEnvironment setting, Func<FlagSettings, FlagSettings> edit, TimeSpan later) =>
        (await world.Queue.QueueAsync(FlagChange.Edit(Key, "staging", setting.Version, edit(FlagSettings.Of(setting))), world.Clock.GetUtcNow() + later, null, "by steps", default, world.Manager, None)).Accepted();

    private static async Task FollowAsync(FlagWorld world)
    {
        foreach (var due in await world.Calendar.DueAsync(world.Clock.GetUtcNow(), None)) await world.Queue.FollowAsync(due, None);
    }

    private static async Task<FlagEnvironment> StagingAsync(FlagWorld world) => (await world.Queries.FindViewAsync(Key, None))!.In("staging")!;

    private static async Task<(HttpStatusCode Status, JsonElement Json)> SendAsync(HttpClient client, HttpMethod method, string path, string? body = null, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        using var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text));
    }
}
