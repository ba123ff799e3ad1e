using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Json;
using Athena.Dashboard.Gates;
using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Releases.Domain;
using Athena.Dashboard.Releases.Storage;
using Athena.Dashboard.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Athena.Dashboard.Tests.Releases;

public sealed class ReleaseStorageTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [OnBothDatabases]
    public async Task A_release_goes_from_plan_to_completed_through_its_gates(DatabaseKind kind)
    {
        await using var server = await ReleaseServer.StartAsync(kind);
        var manager = await server.PersonAsync("Manager", Role.ReleaseManager);
        var release = await server.GivenReleaseAsync(manager);

        var refusal = (await MoveAsync(server, release, ReleaseState.InDevelopment, manager)).Refusal!;
        refusal.Code.ShouldBe("gates_open");
        refusal.Items.Length.ShouldBe(4);
        refusal.Items.ShouldAllBe(item => item.WhoCan!.Contains("Release Manager", StringComparison.Ordinal) && item.Since != null);

        await server.PassAsync(manager, "1.2.0", "pre-development");
        release = (await MoveAsync(server, release, ReleaseState.InDevelopment, manager)).Value;
        await server.PassAsync(manager, "1.2.0", "development");
        release = (await MoveAsync(server, release, ReleaseState.InQa, manager)).Value;
        release = (await MoveAsync(server, release, ReleaseState.InPreparation, manager)).Value;
        await server.PassAsync(manager, "1.2.0", "pre-release");
        (await MoveAsync(server, release, ReleaseState.RollingOut, manager)).Refusal!.Items.Length.ShouldBe(5, "the production set guards the same transition");
        await server.PassAsync(manager, "1.2.0", "production");
        release = (await MoveAsync(server, release, ReleaseState.RollingOut, manager)).Value;
        release = (await MoveAsync(server, release, ReleaseState.Completed, manager)).Value;

        release.State.ShouldBe(ReleaseState.Completed);
        var item = (await server.BoardAsync()).Sets[0].Items[0];
        (await server.Get<GateService>().UntickAsync(item.Id, item.Version, null, manager, None)).Refusal!.Code.ShouldBe("gates_closed");
        (await EventsAsync(server, "Releases.")).ShouldBe(["Releases.ReleasePlanned", .. Enumerable.Repeat("Releases.ReleaseStateChanged", 5)]);
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_version_is_used_once_also_when_two_plan_it_at_the_same_time(DatabaseKind kind)
    {
        await using var server = await ReleaseServer.StartAsync(kind);
        var manager = await server.PersonAsync("Manager", Role.ReleaseManager);
        var input = new ReleaseInput("minor", "1.2.0", "Views", DateOnly.FromDateTime(DateTime.UnixEpoch.AddYears(60)), "Etc/UTC", null, "", []);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Task.Run(() => server.Get<ReleaseService>().PlanAsync(
            input with { TargetDate = DateOnly.FromDateTime(server.Get<TimeProvider>().GetUtcNow().UtcDateTime).AddDays(10) }, manager, None))));

        outcomes.Count(outcome => outcome.IsAccepted).ShouldBe(1);
        outcomes.Where(outcome => !outcome.IsAccepted).ShouldAllBe(outcome => outcome.Refusal!.Items[0].Place == "version");
        (await server.BoardAsync()).Sets.Sum(set => set.Items.Length).ShouldBe(22);
    }

    [Theory]
    [OnBothDatabases]
    public async Task Moving_the_date_moves_the_gates_as_the_preview_said(DatabaseKind kind)
    {
        await using var server = await ReleaseServer.StartAsync(kind, configure: builder => builder.Services.AddSingleton<IDateMove>(new OneDate()));
        var manager = await server.PersonAsync("Manager", Role.ReleaseManager);
        var release = await server.GivenReleaseAsync(manager);
        var target = release.TargetDate.AddDays(7);

        var preview = (await server.Get<ReleaseQueries>().PreviewMoveAsync("1.2.0", target, null, None)).Value;
        preview.Count(date => date.Kind == "milestone").ShouldBe(4);
        preview.Count(date => date.Kind == "elsewhere").ShouldBe(1);
        (await server.BoardAsync()).Sets[3].DueAt.ShouldNotBe(preview.Single(date => date.Title == "Production Gates").To, "a preview saves nothing");

        (await server.Get<ReleaseService>().RescheduleAsync("1.2.0", release.Version, target, null, "The audit is late", manager, None)).IsAccepted.ShouldBeTrue();

        var board = await server.BoardAsync();
        foreach (var date in preview.Where(date => date.Kind == "gate")) board.Sets.Single(set => set.Title == date.Title).DueAt.ShouldBe(date.To);
    }

    [Theory]
    [OnBothDatabases]
    public async Task Rollouts_complete_and_roll_back_once_per_operation(DatabaseKind kind)
    {
        await using var server = await ReleaseServer.StartAsync(kind);
        var manager = await server.PersonAsync("Manager", Role.ReleaseManager);
        await RollingOutAsync(server, manager);
        var progress = server.Get<IReleaseProgress>();
        var engine = Actor.System("rollout engine");
        var operation = Guid.CreateVersion7();

        (await progress.RollBackAsync(operation, "1.2.0", "Errors above 5 %", engine, None)).Value.State.ShouldBe(ReleaseState.RolledBack);
        var prepared = await server.Get<ReleaseService>().TransitionAsync("1.2.0", await VersionAsync(server), ReleaseState.InPreparation, null, manager, None);
        prepared.Value.State.ShouldBe(ReleaseState.InPreparation);

        (await progress.RollBackAsync(operation, "1.2.0", "Errors above 5 %", engine, None)).Value.State.ShouldBe(ReleaseState.InPreparation, "a repetition changes nothing");
        (await progress.CompleteAsync(Guid.CreateVersion7(), "1.2.0", engine, None)).Refusal!.Code.ShouldBe("transition_impossible");
        (await progress.CompleteAsync(Guid.CreateVersion7(), "9.9.9", engine, None)).Refusal!.Kind.ShouldBe(RefusalKind.NotFound);
    }

    [Theory]
    [OnBothDatabases]
    public async Task What_a_kill_left_undone_is_done_after_the_start(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind);
        await using (var first = new ReleaseServer(await AthenaServer.StartAsync(database)))
        {
            var manager = await first.PersonAsync("Manager", Role.ReleaseManager);
            // As a process leaves it that dies between the commit of the release and the opening of its gates.
            await first.Get<Store>().WriteAsync<Done>(
                manager,
                (write, _) =>
                {
                    write.Add(ReleaseSamples.Release());
                    write.Add(new ReleaseIntent { Id = Guid.CreateVersion7(), Semver = "1.2.0", Kind = ReleaseIntentKind.OpenGates, CreatedAt = write.Now });
                    return Task.FromResult<Outcome<Done>>(Done.Yes);
                },
                None);
        }

        await using var second = new ReleaseServer(await AthenaServer.StartAsync(database));
        await Wait.UntilAsync(async () => await second.Get<IGateBoards>().FindAsync(ReleaseSubject.Of("1.2.0"), None) is not null);
        await Wait.UntilAsync(async () => !await second.Get<Store>().ReadAsync((db, token) => db.Set<ReleaseIntent>().AnyAsync(token), None));
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_list_costs_the_same_queries_however_long_it_is(DatabaseKind kind)
    {
        await using var server = await ReleaseServer.StartAsync(kind);
        var manager = await server.PersonAsync("Manager", Role.ReleaseManager);
        for (var patch = 1; patch <= 6; patch++) await server.GivenReleaseAsync(manager, $"1.2.{patch}", "patch");

        var list = await server.Get<ReleaseQueries>().ListDetailedAsync(None);

        list.Length.ShouldBe(6);
        list.ShouldAllBe(item => item.Gates.Sum(set => set.Total) == 22);
    }

    [Fact]
    public async Task A_release_is_planned_and_moved_over_the_api()
    {
        await using var server = await ReleaseServer.StartAsync(DatabaseKind.Sqlite);
        var client = server.ClientOf(await server.PersonAsync("Manager", Role.ReleaseManager));
        var target = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(30);

        var created = await client.PostAsJsonAsync("/api/releases", new { type = "minor", title = "Views", targetDate = target, zone = "Europe/Berlin" });
        created.StatusCode.ShouldBe(HttpStatusCode.Created);
        created.Headers.Location!.ToString().ShouldBe("/api/releases/0.1.0");

        var found = await client.GetAsync("/api/releases/0.1.0");
        found.Headers.ETag!.Tag.ShouldBe("\"1\"");
        var body = await found.JsonAsync();
        body.GetProperty("release").GetProperty("state").GetString().ShouldBe("planned");
        body.GetProperty("milestones").GetArrayLength().ShouldBe(4);

        var preview = await (await client.GetAsync($"/api/releases/0.1.0/target-date-moves/preview?targetDate={target.AddDays(1):O}")).JsonAsync();
        preview.EnumerateArray().Count(date => date.GetProperty("kind").GetString() is "milestone" or "gate").ShouldBe(8);
        (await client.PostAsync("/api/releases/0.1.0/target-date-moves", new { targetDate = target.AddDays(1), reason = "Audit" }, 1)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.PostAsync("/api/releases/0.1.0/target-date-moves", new { targetDate = target.AddDays(2), reason = "Audit" }, 1)).StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);

        var refused = await client.PostAsync("/api/releases/0.1.0/transitions", new { to = "inDevelopment" }, 2);
        refused.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await refused.JsonAsync()).GetProperty("errors").GetArrayLength().ShouldBe(5, "four items, and the user value that nobody has stated");

        (await (await client.GetAsync("/api/releases?state=planned")).JsonAsync()).GetArrayLength().ShouldBe(1);
        (await (await client.GetAsync("/api/releases?state=completed")).JsonAsync()).GetArrayLength().ShouldBe(0);
        (await client.GetAsync("/api/releases/7.0.0")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Bad_plans_are_refused_with_every_fault_and_nothing_is_written()
    {
        await using var server = await ReleaseServer.StartAsync(DatabaseKind.Sqlite);
        var client = server.ClientOf(await server.PersonAsync("Manager", Role.ReleaseManager));

        var faulty = await client.PostAsJsonAsync("/api/releases", new { type = "weekly", version = "1.0", title = "", targetDate = "2001-01-01", zone = "Mars" });
        faulty.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await faulty.JsonAsync()).GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("place").GetString())
            .ShouldBe(["type", "version", "title", "zone", "targetDate"]);
        (await (await client.PostAsJsonAsync("/api/releases", new { targetDate = "tomorrow" })).CodeAsync()).ShouldBe("malformed_json");
        var unreadable = await client.PostAsJsonAsync("/api/releases", new { targetDate = "tomorrow", colour = "red", title = 7 });
        (await unreadable.CodeAsync()).ShouldBe("malformed_json");
        (await unreadable.JsonAsync()).GetProperty("errors").EnumerateArray().Select(error => (error.GetProperty("place").GetString(), error.GetProperty("found").GetString()))
            .ShouldBe([("$.targetDate", "\"tomorrow\""), ("$.colour", "colour"), ("$.title", "7")]);

        var viewer = server.ClientOf(await server.PersonAsync("Guest", Role.Viewer));
        (await viewer.PostAsJsonAsync("/api/releases", new { type = "minor" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await (await viewer.GetAsync("/api/releases")).JsonAsync()).GetArrayLength().ShouldBe(0);
    }

    private static async Task RollingOutAsync(ReleaseServer server, Actor manager)
    {
        var release = await server.GivenReleaseAsync(manager);
        await server.PassAsync(manager, "1.2.0", "pre-development", "development", "pre-release", "production");
        foreach (var state in (ReleaseState[])[ReleaseState.InDevelopment, ReleaseState.InQa, ReleaseState.InPreparation, ReleaseState.RollingOut])
            release = (await MoveAsync(server, release, state, manager)).Value;
    }

    private static Task<Outcome<Release>> MoveAsync(ReleaseServer server, Release release, ReleaseState to, Actor actor) =>
        server.Get<ReleaseService>().TransitionAsync(release.Semver, release.Version, to, null, actor, None);

    private static async Task<long> VersionAsync(ReleaseServer server) =>
        (await server.Get<ReleaseQueries>().FindDetailsAsync("1.2.0", None))!.Release.Version;

    private static Task<List<string>> EventsAsync(ReleaseServer server, string prefix) =>
        server.Get<Store>().ReadAsync(
            (db, token) => db.Set<EventRow>().Where(row => row.Type.StartsWith(prefix)).OrderBy(row => row.Sequence).Select(row => row.Type).ToListAsync(token), None);

    private sealed class OneDate : IDateMove
    {
        public Task<ImmutableArray<MovedDate>> PreviewAsync(string version, DateOnly newTarget, string newZone, CancellationToken cancellationToken) =>
            Task.FromResult<ImmutableArray<MovedDate>>([new("elsewhere", "A date of another slice", DateTimeOffset.UnixEpoch, ReleaseDay.StartOf(newTarget, newZone), WholeDay: false)]);
    }
}
