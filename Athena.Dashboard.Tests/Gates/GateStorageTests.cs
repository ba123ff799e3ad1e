using System.Collections.Immutable;
using System.Net;
using Athena.Dashboard.Gates;
using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Gates.Domain;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Releases.Contracts;
using ReleaseState = Athena.Dashboard.Process.Contracts.ReleaseState;
using Athena.Dashboard.Tests.Infrastructure;
using Athena.Dashboard.Tests.Releases;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Athena.Dashboard.Tests.Gates;

public sealed class GateStorageTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Subject Thing = new("thing", "one");

    [Theory]
    [OnBothDatabases]
    public async Task A_release_carries_all_sets_and_items_of_the_process(DatabaseKind kind)
    {
        await using var server = await ReleaseServer.StartAsync(kind);
        await server.GivenReleaseAsync(await server.PersonAsync("Manager", Role.ReleaseManager), type: "hotfix", version: "1.2.1");

        var board = await server.BoardAsync("1.2.1");

        board.Sets.Select(set => (set.Key, set.Items.Length)).ShouldBe([("pre-development", 4), ("development", 6), ("pre-release", 7), ("production", 5)]);
        board.Waivers.FollowUpRequired.ShouldBeTrue();
    }

    [Theory]
    [OnBothDatabases]
    public async Task Two_people_who_saw_the_same_version_do_not_undo_each_other(DatabaseKind kind)
    {
        await using var server = await ReleaseServer.StartAsync(kind);
        var manager = await server.PersonAsync("Manager", Role.ReleaseManager);
        var lead = await server.PersonAsync("Lead", Role.EngineeringLead);
        await server.GivenReleaseAsync(manager);
        var item = (await server.BoardAsync()).Sets[0].Items.Single(item => item.Key == "design-approved");
        var gates = server.Get<GateService>();

        var ticked = await gates.TickAsync(item.Id, item.Version, "Reviewed in the design meeting", manager, None);
        var blocked = await gates.BlockAsync(item.Id, item.Version, "Not yet", lead, None);

        ticked.Value.Version.ShouldBe(item.Version + 1);
        blocked.Refusal!.Kind.ShouldBe(RefusalKind.Stale);
        blocked.Refusal.Items.ShouldHaveSingleItem().Place.ShouldBe("Manager", "who was faster");
        var after = (await server.BoardAsync()).Find(item.Id)!;
        (after.State, after.ChangedBy).ShouldBe((GateItemState.Passed, "Manager"));
        after.Remarks.ShouldHaveSingleItem().Text.ShouldBe("Reviewed in the design meeting");
    }

    [Theory]
    [OnBothDatabases]
    public async Task Of_many_ticks_at_once_on_one_item_exactly_one_counts(DatabaseKind kind)
    {
        await using var server = await ReleaseServer.StartAsync(kind);
        var manager = await server.PersonAsync("Manager", Role.ReleaseManager);
        await server.GivenReleaseAsync(manager);
        var item = (await server.BoardAsync()).Sets[0].Items[0];
        var gates = server.Get<GateService>();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => gates.TickAsync(item.Id, item.Version, null, manager, None))));

        outcomes.Count(outcome => outcome.IsAccepted).ShouldBe(1);
        outcomes.Where(outcome => !outcome.IsAccepted).ShouldAllBe(outcome => outcome.Refusal!.Kind == RefusalKind.Stale);
        var events = await server.Get<Store>().ReadAsync((db, token) => db.Set<EventRow>().CountAsync(row => row.Type == "Gates.GateItemTicked", token), None);
        events.ShouldBe(1);
    }

    [Theory]
    [OnBothDatabases]
    public async Task Opening_again_with_the_same_operation_changes_nothing(DatabaseKind kind)
    {
        await using var server = await ReleaseServer.StartAsync(kind);
        var document = ReleaseSamples.DefaultVersion.Document;
        var sets = document.GateSets.Select(set => new PlannedGateSet(set, GateSamples.Now)).ToImmutableArray();
        var keeper = server.Get<IGateKeeper>();
        var operation = Guid.CreateVersion7();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ =>
            Task.Run(() => keeper.OpenAsync(operation, Thing, sets, GateSamples.OneApprover, Actor.System("test"), None))));

        outcomes.ShouldAllBe(outcome => outcome.IsAccepted);
        (await server.Get<IGateBoards>().FindAsync(Thing, None))!.Sets.Sum(set => set.Items.Length).ShouldBe(22);
    }

    [Fact]
    public async Task A_check_that_writes_to_items_at_that_moment_does_not_keep_their_date_from_moving()
    {
        await using var server = await ReleaseServer.StartAsync(DatabaseKind.Postgres);
        await server.GivenReleaseAsync(await server.PersonAsync("Manager", Role.ReleaseManager));
        var board = await server.BoardAsync();
        var later = board.Sets.ToImmutableDictionary(set => set.Key, set => set.DueAt.AddDays(7));
        await using var check = server.Get<Contexts>().CreateDbContext();
        await using var writing = await check.Database.BeginTransactionAsync();
        (await check.Set<GateItem>().ExecuteUpdateAsync(item => item.SetProperty(row => row.Version, row => row.Version + 1))).ShouldBe(22);

        var moving = Task.Run(() => server.Get<IGateKeeper>().MoveDueDatesAsync(Guid.CreateVersion7(), ReleaseSubject.Of("1.2.0"), later, Actor.System("releases"), None));
        await Wait.UntilAsync(async () => await check.Database
            .SqlQuery<int>($"""SELECT count(*)::int AS "Value" FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'""").SingleAsync() > 0);
        await writing.CommitAsync();

        (await moving).IsAccepted.ShouldBeTrue();
        foreach (var set in (await server.BoardAsync()).Sets) set.Items.ShouldAllBe(item => item.DueAt == later[set.Key]);
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_waiver_lets_pass_until_it_ends_and_then_the_item_is_open_again(DatabaseKind kind)
    {
        var clock = new FakeClock();
        await using var server = await ReleaseServer.StartAsync(kind, clock);
        var manager = await server.PersonAsync("Manager", Role.ReleaseManager);
        var lead = await server.PersonAsync("Lead", Role.EngineeringLead);
        await server.GivenReleaseAsync(manager);
        var item = (await server.BoardAsync()).Sets[0].Items[0];
        await server.PassAsync(manager, "1.2.0", "pre-development");
        var gates = server.Get<GateService>();
        var open = (await gates.UntickAsync(item.Id, item.Version + 1, "Was ticked too early", manager, None)).Value;

        var asked = (await gates.AskWaiverAsync(item.Id, open.Version, GateSamples.Request(clock.GetUtcNow().AddHours(1)), manager, None)).Value;
        (await gates.ApproveWaiverAsync(asked.WaiverId!.Value, manager, None)).Refusal!.Kind.ShouldBe(RefusalKind.Forbidden);
        (await gates.ApproveWaiverAsync(asked.WaiverId!.Value, lead, None)).IsAccepted.ShouldBeTrue();
        (await VerdictAsync(server)).Passed.ShouldBeTrue();

        clock.Leap(TimeSpan.FromHours(2));
        (await VerdictAsync(server)).Open.ShouldHaveSingleItem().Key.ShouldBe(item.Key);
        await Wait.UntilAsync(async () =>
        {
            // A look that began before the two hours had passed waits for its next ten seconds.
            clock.Advance(TimeSpan.FromSeconds(10));
            return await server.Get<Store>().ReadAsync((db, token) => db.Set<EventRow>().AnyAsync(row => row.Type == "Gates.GateWaiverExpired", token), None);
        });
        (await server.BoardAsync()).Find(item.Id)!.Waiver.ShouldBeNull();
    }

    [Theory]
    [OnBothDatabases]
    public async Task An_item_that_is_ticked_after_all_ends_its_waiver(DatabaseKind kind)
    {
        await using var server = await ReleaseServer.StartAsync(kind);
        var manager = await server.PersonAsync("Manager", Role.ReleaseManager);
        await server.GivenReleaseAsync(manager);
        var item = (await server.BoardAsync()).Sets[0].Items[0];
        var gates = server.Get<GateService>();
        var asked = (await gates.AskWaiverAsync(item.Id, item.Version, GateSamples.Request(TimeProvider.System.GetUtcNow().AddDays(1)), manager, None)).Value;

        (await gates.TickAsync(item.Id, asked.Version, null, manager, None)).Value.WaiverId.ShouldBeNull();

        var lead = await server.PersonAsync("Lead", Role.EngineeringLead);
        (await gates.ApproveWaiverAsync(asked.WaiverId!.Value, lead, None)).Refusal!.Code.ShouldBe("waiver_decided");
    }

    [Fact]
    public async Task An_item_follows_the_check_that_the_product_supplies()
    {
        var check = new SwitchedCheck();
        await using var server = await ReleaseServer.StartAsync(DatabaseKind.Sqlite, configure: builder => builder.Services.AddSingleton<IGateCheck>(check));
        var manager = await server.PersonAsync("Manager", Role.ReleaseManager);
        var item = new Dashboard.Process.Contracts.GateItem("proved", "Proved by a program", [Role.QaLead], SwitchedCheck.CheckName);
        var set = new Dashboard.Process.Contracts.GateSet("proof", "Proof", ReleaseState.Planned, ReleaseState.InDevelopment, [item]);
        await server.Get<IGateKeeper>().OpenAsync(Guid.CreateVersion7(), Thing, [new PlannedGateSet(set, GateSamples.Now)], GateSamples.OneApprover, manager, None);
        await Wait.UntilAsync(async () => (await ProvedAsync(server)).Comment is not null, text: "the check is asked as soon as the gates are put up");
        var before = await ProvedAsync(server);
        before.SettledBy.ShouldBe(SwitchedCheck.CheckName);
        (await server.Get<GateService>().TickAsync(before.Id, before.Version, null, manager, None)).Refusal!.Code.ShouldBe("settled_by_check");

        check.Passes = true;
        (await VerdictAsync(server)).Passed.ShouldBeTrue("a verdict asks the check again");

        check.Passes = false;
        // Any event that the check calls its concern makes the item follow, without anybody asking for a verdict.
        await server.Get<GateService>().CommentAsync(before.Id, "The text was changed", manager, None);
        await Wait.UntilAsync(async () => (await ProvedAsync(server)).State == GateItemState.Failed);

        check.Breaks = true;
        check.Passes = true;
        (await VerdictAsync(server)).Open.ShouldHaveSingleItem().Comment.ShouldBe("Its check could not be asked.");

        Task<GateVerdict> VerdictAsync(ReleaseServer asked) => asked.Get<IGateVerdicts>().EvaluateAsync(Thing, ["proof"], None);
    }

    [Fact]
    public async Task A_pipeline_reports_its_result_with_a_key_for_gates()
    {
        await using var server = await ReleaseServer.StartAsync(DatabaseKind.Sqlite);
        await server.GivenReleaseAsync(await server.PersonAsync("Manager", Role.ReleaseManager));
        var pipeline = await server.ClientAsync("gates:write");

        var board = await (await pipeline.GetAsync("/api/releases/1.2.0/gates")).JsonAsync();
        var item = board.GetProperty("sets")[2].GetProperty("items")[0];
        item.GetProperty("key").GetString().ShouldBe("automated-tests");
        var path = $"/api/gates/items/{item.GetProperty("id").GetString()}";

        var red = await pipeline.PostAsync(path + "/results", new { passed = false, explanation = "3 of 812 tests failed", link = "https://ci.example.com/runs/41", about = "c0ffee" }, 1);
        red.StatusCode.ShouldBe(HttpStatusCode.OK);
        red.Headers.ETag!.Tag.ShouldBe("\"2\"");
        (await red.JsonAsync()).GetProperty("state").GetString().ShouldBe("failed");

        (await pipeline.PostAsync(path + "/results", new { passed = true, explanation = "812 tests passed" }, 1)).StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
        (await (await pipeline.PostAsync(path + "/results", new { passed = true, explanation = "812 tests passed" }, 2)).JsonAsync()).GetProperty("state").GetString().ShouldBe("passed");

        var shown = (await server.BoardAsync()).Find(item.GetProperty("id").GetGuid())!;
        shown.ChangedBy.ShouldBe("pipeline");
        shown.Evidence.ShouldHaveSingleItem().About.ShouldBe("c0ffee");
    }

    [Fact]
    public async Task Bad_calls_are_refused_with_code_field_and_reason()
    {
        await using var server = await ReleaseServer.StartAsync(DatabaseKind.Sqlite);
        await server.GivenReleaseAsync(await server.PersonAsync("Manager", Role.ReleaseManager));
        var path = $"/api/gates/items/{(await server.BoardAsync()).Sets[0].Items[0].Id}";
        var admin = await server.ClientAsync("admin");

        var unversioned = await admin.PostAsync(path + "/ticks", null, null);
        (unversioned.StatusCode, await unversioned.CodeAsync()).ShouldBe((HttpStatusCode.BadRequest, "version_required"));
        var unknown = await admin.PostAsync(path + "/ticks", new { comment = "ok", force = true }, 1);
        (unknown.StatusCode, await unknown.CodeAsync()).ShouldBe((HttpStatusCode.BadRequest, "malformed_json"));
        var wrongType = await admin.PostAsync(path + "/blocks", new { reason = 7 }, 1);
        (wrongType.StatusCode, await wrongType.CodeAsync()).ShouldBe((HttpStatusCode.BadRequest, "malformed_json"));
        var noReason = await admin.PostAsync(path + "/blocks", new { reason = " " }, 1);
        (await noReason.JsonAsync()).GetProperty("errors")[0].GetProperty("place").GetString().ShouldBe("reason");
        (await admin.PostAsync($"/api/gates/items/{Guid.NewGuid()}/ticks", null, 1)).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        var evaluator = await server.ClientAsync("flags:evaluate");
        (await evaluator.PostAsync(path + "/ticks", null, 1)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await evaluator.GetAsync("/api/releases/1.2.0/gates")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await server.Server.CreateClient().PostAsync(path + "/ticks", null, 1)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await server.BoardAsync()).Sets[0].Items[0].Version.ShouldBe(1, "nothing was half done");
    }

    [Fact]
    public async Task A_viewer_may_look_and_not_touch()
    {
        await using var server = await ReleaseServer.StartAsync(DatabaseKind.Sqlite);
        await server.GivenReleaseAsync(await server.PersonAsync("Manager", Role.ReleaseManager));
        var viewer = server.ClientOf(await server.PersonAsync("Guest", Role.Viewer));

        var item = (await (await viewer.GetAsync("/api/releases/1.2.0/gates")).JsonAsync()).GetProperty("sets")[0].GetProperty("items")[0];
        var path = $"/api/gates/items/{item.GetProperty("id").GetString()}";
        var tried = new (string Path, object? Body)[]
        {
            ("ticks", null), ("unticks", null), ("starts", null), ("blocks", new { reason = "no" }), ("rejections", new { reason = "no" }),
            ("assignments", new { assigneeId = (Guid?)null }), ("comments", new { comment = "x" }),
            ("evidence", new { title = "x", link = "https://example.com" }), ("results", new { passed = true, explanation = "x" }),
            ("waivers", new { reason = "x", riskOfGoing = "x", riskOfNotGoing = "x", until = TimeProvider.System.GetUtcNow().AddDays(1) }),
        };
        foreach (var (command, body) in tried)
            (await viewer.PostAsync($"{path}/{command}", body, 1)).StatusCode.ShouldBe(HttpStatusCode.Forbidden, command);
    }

    [Fact]
    public async Task Markup_in_a_comment_is_kept_as_text()
    {
        await using var server = await ReleaseServer.StartAsync(DatabaseKind.Sqlite);
        var manager = await server.PersonAsync("Manager", Role.ReleaseManager);
        await server.GivenReleaseAsync(manager);
        var item = (await server.BoardAsync()).Sets[0].Items[0];

        const string text = "<script>alert(1)</script> & \"quotes\" 🚀";
        (await server.Get<GateService>().CommentAsync(item.Id, text, manager, None)).IsAccepted.ShouldBeTrue();

        (await server.BoardAsync()).Find(item.Id)!.Remarks.ShouldHaveSingleItem().Text.ShouldBe(text);
    }

    private static Task<GateVerdict> VerdictAsync(ReleaseServer server) =>
        server.Get<IGateVerdicts>().EvaluateAsync(ReleaseSubject.Of("1.2.0"), ["pre-development"], None);

    private static async Task<GateItemView> ProvedAsync(ReleaseServer server) =>
        (await server.Get<IGateBoards>().FindAsync(Thing, None))!.Sets[0].Items[0];

    private sealed class SwitchedCheck : IGateCheck
    {
        public const string CheckName = "proof-given";

        public bool Passes { get; set; }

        public bool Breaks { get; set; }

        public string Name => CheckName;

        public Subject? Concerns(EventEnvelope envelope) => envelope.Is<GateItemCommented>() ? envelope.Subject : null;

        public Task<GateCheckResult> EvaluateAsync(Subject subject, CancellationToken cancellationToken) =>
            Breaks
                ? throw new InvalidOperationException("The facts cannot be read.")
                : Task.FromResult(new GateCheckResult(Passes, Passes ? "Approved by both" : "Changed after approval"));
    }
}
