using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Athena.Dashboard.Communication;
using Athena.Dashboard.Communication.Domain;
using Athena.Dashboard.Notes;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Recovery;
using Athena.Dashboard.Recovery.Contracts;
using Athena.Dashboard.Recovery.Domain;
using Athena.Dashboard.Rollouts;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Tests.Infrastructure;
using Athena.Dashboard.Tests.Releases;
using Athena.Dashboard.Tests.Rollouts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Athena.Dashboard.Tests.Recovery;

/// <summary>A rollback through the whole product, with all that people and the product do around it.</summary>
public sealed class RecoveryProductTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Theory]
    [OnBothDatabases]
    public async Task A_rollback_opens_its_procedure_and_drafts_its_post_mortem(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind);
        await using var product = await RolloutProduct.StartAsync(database);
        await product.PrepareAsync();
        var id = await product.BeginAsync();
        await product.RunUntilAsync(id, rollout => rollout.State == RolloutState.RolledBack, exposedErrors: 400);
        var queries = product.Server.Get<RecoveryQueries>();
        await Wait.UntilAsync(async () => (await queries.ListAsync("1.2.0", id, default)) is [{ Report: not null }], Patience);
        var view = (await queries.FindAsync((await queries.ListAsync(null, id, default))[0].Procedure.Id, default))!;
        var procedure = view.Procedure;
        procedure.Find("assessment")!.CompletedBy.ShouldBe("rollout engine");
        procedure.Find("execution")!.IsCompleted.ShouldBeTrue();
        procedure.Find("execution")!.Facts.Select(fact => fact.Text).ShouldContain("Take the flag's exposure to zero: Exposure 0 %; the flag stays enabled.");
        procedure.Find("verification")!.Facts.Select(fact => fact.Text).ShouldContain($"{RolloutProduct.Flag} exposes 0 % in production: everybody gets the old value.");
        view.Report!.Text.ShouldContain($"# Post-mortem: {RolloutProduct.Flag} in production");
        view.Rollback!.DetectedAt.ShouldBeLessThanOrEqualTo(view.Rollback.Decision.DecidedAt);

        using var client = product.Server.ClientOf(product.Manager);
        await WorkThroughAsync(client, product, procedure.Id);
        (await queries.FindAsync(procedure.Id, default))!.Procedure.IsOpen.ShouldBeFalse();
        await Wait.UntilAsync(
            async () => (await EntriesAsync(product)).Single(entry => entry.Key == "post-mortem").State == ItemState.Done, Patience);
        (await EntriesAsync(product)).Single(entry => entry.Key == "post-mortem").Reason.ShouldBe("Published by Manager");

        var reported = (await client.GetFromJsonAsync<JsonElement>("/api/releases/1.2.0/report")).GetProperty("procedures")[0];
        reported.GetProperty("steps").GetArrayLength().ShouldBe(5);
        reported.GetProperty("postMortem").GetString().ShouldBe("# Mine");

        await AskAsync(client, HttpMethod.Post, $"/api/recovery/{procedure.Id}/steps/execution/reopenings", new { reason = "It is back." }, await VersionAsync(product, procedure.Id));
        var reopened = (await queries.FindAsync(procedure.Id, default))!;
        reopened.Procedure.IsOpen.ShouldBeTrue();
        reopened.Report!.IsPublished.ShouldBeFalse("the step that rests on the execution is open again");
        await Wait.UntilAsync(async () => (await EntriesAsync(product)).Single(entry => entry.Key == "post-mortem").State == ItemState.Open, Patience);
    }

    [Fact]
    public async Task A_server_that_dies_between_any_two_steps_takes_everything_back_once()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        var clock = new FakeClock();
        var deaths = new Deaths();
        Guid id;
        await using (var first = await RolloutProduct.StartAsync(database, clock, configure: deaths.AddTo))
        {
            await first.PrepareAsync();
            var notes = first.Server.Get<NoteService>();
            await PublishNotesAsync(first, notes);
            id = await first.BeginAsync();
            deaths.At = 50;
            (await first.Server.Get<RolloutService>().RollBackAsync(id, "It is slow.", first.Manager, default)).IsAccepted.ShouldBeTrue();
            await Wait.UntilAsync(() => deaths.Happened, Patience);
        }

        foreach (var next in (int[])[150, 250, 350, 0])
        {
            deaths.At = next;
            await using var server = await RolloutProduct.StartAsync(database, clock, configure: deaths.AddTo);
            if (next > 0) await Wait.UntilAsync(() => deaths.Happened, Patience);
            else await ShouldBeDoneOnceAsync(server, id);
        }
    }

    private static async Task ShouldBeDoneOnceAsync(RolloutProduct product, Guid id)
    {
        await Wait.UntilAsync(async () => (await product.LoadAsync(id)).State == RolloutState.RolledBack, Patience);
        var queries = product.Server.Get<RecoveryQueries>();
        await Wait.UntilAsync(async () => (await queries.ListAsync("1.2.0", null, default)) is [{ Report: not null }], Patience);
        var entries = await EntriesAsync(product);
        entries.Where(entry => RollbackNotice.Is(entry.Key)).Select(entry => entry.Audience).ShouldBe(["internal-team", "support-team"], ignoreOrder: true);
        entries.Count(entry => entry.Key == "post-mortem").ShouldBe(1);
        var document = (await product.Server.Get<NoteQueries>().DocumentAsync("1.2.0", default))!;
        document.Text.Split("**Correction").Length.ShouldBe(2, "the notes are corrected once");
        var types = await product.Server.Get<Store>().ReadAsync((db, token) => db.Set<EventRow>().Select(row => row.Type).ToListAsync(token), default);
        types.Count(type => type == "Recovery.ProcedureOpened").ShouldBe(1);
        types.Count(type => type == "Notes.NotesCorrectionDrafted").ShouldBe(1);
        types.Count(type => type == "Rollouts.RolloutRolledBack").ShouldBe(1);
        await Wait.UntilAsync(
            async () => (await product.Server.Get<Store>().ReadAsync((db, token) => db.Set<OutboxMessage>().Where(message => message.Key == "user-emails").SingleAsync(token), default)).State == MessageState.Held, Patience);
    }

    [Fact]
    public async Task A_procedure_that_somebody_opened_goes_on_with_the_rollback_that_follows()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using var product = await RolloutProduct.StartAsync(database);
        await product.PrepareAsync();
        var id = await product.BeginAsync();
        using var client = product.Server.ClientOf(product.Manager);
        var opened = await client.PostAsJsonAsync("/api/recovery", new { release = "1.2.0", reason = "Reports of lost rows." });
        opened.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await client.PostAsJsonAsync("/api/recovery", new { release = "1.2.0", reason = "Reports of lost rows." })).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await product.Server.Get<RolloutService>().RollBackAsync(id, "Rows are lost.", product.Manager, default)).IsAccepted.ShouldBeTrue();
        var queries = product.Server.Get<RecoveryQueries>();
        await Wait.UntilAsync(async () => (await queries.ListAsync("1.2.0", null, default)) is [{ Report: not null }], Patience);
        var procedure = (await queries.ListAsync("1.2.0", null, default))[0].Procedure;
        procedure.RolloutId.ShouldBe(id);
        procedure.OpenedBy.ShouldBe("Manager");
        procedure.Find("assessment")!.IsCompleted.ShouldBeFalse("a person decided, and may have more to say");

        var viewer = await product.Server.PersonAsync("Viewer", Role.Viewer);
        using var looking = product.Server.ClientOf(viewer);
        (await looking.GetAsync($"/api/recovery/{procedure.Id}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await looking.PostAsJsonAsync("/api/recovery", new { release = "1.2.0", reason = "x" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    private static async Task WorkThroughAsync(HttpClient client, RolloutProduct product, Guid id)
    {
        var early = await SendAsync(client, HttpMethod.Post, $"/api/recovery/{id}/post-mortem/publications", null, 1);
        early.StatusCode.ShouldBe(HttpStatusCode.Conflict, "steps are open");
        foreach (var step in (string[])["communication", "verification"])
            await AskAsync(client, HttpMethod.Post, $"/api/recovery/{id}/steps/{step}/completions", new { note = "Done." }, await VersionAsync(product, id));
        (await SendAsync(client, HttpMethod.Post, $"/api/recovery/{id}/steps/post-mortem/completions", new { note = "" }, await VersionAsync(product, id))).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        await AskAsync(client, HttpMethod.Post, $"/api/recovery/{id}/looks", null, 0);
        var report = (await product.Server.Get<RecoveryQueries>().PostMortemAsync(id, default))!;
        report.Text.ShouldNotContain("| Verified | not yet |");
        await AskAsync(client, HttpMethod.Post, $"/api/recovery/{id}/post-mortem/follow-ups", new { title = "Test with real data", dueOn = "2030-01-01" }, report.Version);
        await AskAsync(client, HttpMethod.Put, $"/api/recovery/{id}/post-mortem", new { text = "# Mine" }, report.Version + 1);
        (await SendAsync(client, HttpMethod.Put, $"/api/recovery/{id}/post-mortem", new { text = "# Theirs" }, report.Version)).StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
        await AskAsync(client, HttpMethod.Post, $"/api/recovery/{id}/post-mortem/publications", null, report.Version + 2);
    }

    private static async Task AskAsync(HttpClient client, HttpMethod method, string address, object? body, long version)
    {
        var answer = await SendAsync(client, method, address, body, version);
        answer.IsSuccessStatusCode.ShouldBeTrue($"{address}: {await answer.Content.ReadAsStringAsync()}");
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, HttpMethod method, string address, object? body, long version)
    {
        using var request = new HttpRequestMessage(method, address) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.IfMatch.Add(new EntityTagHeaderValue($"\"{version}\""));
        return await client.SendAsync(request);
    }

    private static async Task<long> VersionAsync(RolloutProduct product, Guid id) => (await product.Server.Get<RecoveryQueries>().FindAsync(id, default))!.Procedure.Version;

    private static Task<List<TimelineEntry>> EntriesAsync(RolloutProduct product) =>
        product.Server.Get<Store>().ReadAsync((db, token) => db.Set<TimelineEntry>().Where(entry => entry.Release == "1.2.0").ToListAsync(token), default);

    private static async Task PublishNotesAsync(RolloutProduct product, NoteService notes)
    {
        var draft = (await notes.StartAsync("1.2.0", product.Manager, default)).Value;
        var writer = await product.Server.PersonAsync("Writer", Role.ProductManager);
        var support = await product.Server.PersonAsync("Support", Role.Support);
        foreach (var person in (Actor[])[writer, support]) draft = (await notes.ApproveAsync("1.2.0", draft.Version, null, person, default)).Value;
        (await notes.PublishAsync("1.2.0", draft.Version, product.Manager, default)).Refusal.ShouldBeNull();
    }

    /// <summary>Between each two steps of a rollback stands one at which the process can be gone.</summary>
    private sealed class Deaths
    {
        private int at;
        private volatile bool happened;

        public int At
        {
            set => (at, happened) = (value, false);
        }

        public bool Happened => happened;

        public void AddTo(Microsoft.AspNetCore.Builder.WebApplicationBuilder builder)
        {
            foreach (var order in (int[])[50, 150, 250, 350]) builder.Services.AddSingleton<IRollbackStep>(new Death(order, this));
        }

        private sealed class Death(int order, Deaths deaths) : IRollbackStep
        {
            public string Name => FormattableString.Invariant($"death-{order}");

            public string Title => Name;

            public int Order => order;

            public Task<Outcome<string>> ExecuteAsync(Guid operationId, Rollback rollback, CancellationToken cancellationToken)
            {
                if (deaths.at != order) return Task.FromResult<Outcome<string>>("Lived.");
                deaths.happened = true;
                throw new IOException("The process is gone.");
            }
        }
    }
}
