using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Rollouts;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using Athena.Dashboard.Tests.Infrastructure;
using static Athena.Dashboard.Tests.Rollouts.RolloutServer;

namespace Athena.Dashboard.Tests.Rollouts;

public sealed class RolloutServerTests
{
    [Theory]
    [OnBothDatabases]
    public async Task A_healthy_rollout_goes_through_all_stages_and_completes_its_release(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind);
        await using var server = await StartAsync(database, new RolloutWorld());
        var id = await server.BeginAsync();
        await server.RunUntilAsync(id, rollout => rollout.State == RolloutState.Completed);
        await Wait.UntilAsync(() => server.World.Release == ReleaseState.Completed);
        server.World.Effects.ShouldBe(["claim", "set 1 %", "set 50 %", "set 100 %", "free", "complete release"]);
        (await server.EventsAsync()).ShouldBe(
        [
            "Rollouts.RolloutPlanned", "Rollouts.RolloutStarted", "Rollouts.StageEntered",
            "Rollouts.StageAdvanced", "Rollouts.StageEntered", "Rollouts.StageAdvanced", "Rollouts.StageEntered", "Rollouts.RolloutCompleted",
        ]);
    }

    [Theory]
    [OnBothDatabases]
    public async Task When_reports_stop_the_stage_holds_with_its_time_and_goes_on_when_they_come_again(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind);
        await using var server = await StartAsync(database, new RolloutWorld());
        var id = await server.BeginAsync();
        await server.RunUntilAsync(id, rollout => rollout.Counted > TimeSpan.Zero);
        server.World.IsFresh = false;
        await server.RunUntilAsync(id, rollout => rollout.State == RolloutState.Held);
        var held = await server.LoadAsync(id);
        held.Cause.ShouldBe(HoldCause.Stale);
        server.World.Clock.Advance(TimeSpan.FromMinutes(10));
        server.World.IsFresh = true;
        await server.RunUntilAsync(id, rollout => rollout.State == RolloutState.Running);
        // It may have counted on before it was looked at; the ten minutes it did not.
        (await server.LoadAsync(id)).Counted.ShouldBeInRange(held.Counted, held.Counted + TimeSpan.FromSeconds(30));
        server.World.Effects.ShouldBe(["claim", "set 1 %"]);
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_flag_that_is_switched_off_by_hand_pauses_its_rollout_and_names_who(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind);
        await using var server = await StartAsync(database, new RolloutWorld());
        var id = await server.BeginAsync();
        server.World.FlagEnabled = false;
        await server.TellAsync(new FlagSwitchedOff("database-views-v2", "production", "Support desk", "Customers complain.", id));
        await Wait.UntilAsync(async () => (await server.LoadAsync(id)).State == RolloutState.Paused);
        (await server.LoadAsync(id)).Because.ShouldBe("Switched off by Support desk: Customers complain.");
        (await server.Service.ResumeAsync(id, null, "go", Manager, default)).Refusal.ShouldNotBeNull().Code.ShouldBe("flag_switched_off");
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_flag_that_is_on_again_before_the_rollout_noticed_pauses_it_all_the_same(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind);
        await using var server = await StartAsync(database, new RolloutWorld());
        var id = await server.BeginAsync();
        await server.TellAsync(new FlagSwitchedOff("database-views-v2", "production", "Support desk", "By mistake.", id));
        server.World.FlagEnabled.ShouldBeTrue();
        await Wait.UntilAsync(async () => (await server.LoadAsync(id)).State == RolloutState.Paused);
        (await server.LoadAsync(id)).Because.ShouldBe("Switched off by Support desk: By mistake.");
        (await server.Service.ResumeAsync(id, null, "It is on again.", Manager, default)).Value.State.ShouldBe(RolloutState.Running);
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_gap_in_the_reports_is_written_into_the_log_once_however_often_it_is_told(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind);
        await using var server = await StartAsync(database, new RolloutWorld());
        var id = await server.BeginAsync();
        var gap = new HealthGapFound(id, ["api-1"], 1, RolloutBuilder.Start, RolloutBuilder.Start.AddSeconds(1), TimeSpan.FromSeconds(1));
        await server.TellAsync(gap);
        await Wait.UntilAsync(async () => await GapsAsync() == 1);
        var told = (await server.Queries.DecisionsAsync(id, null, default)).Single(record => record.Kind == DecisionKind.GapFound);
        await server.Service.NoteGapAsync(gap, told.Id, Manager, default);
        (await GapsAsync()).ShouldBe(1);
        (await server.LoadAsync(id)).State.ShouldBe(RolloutState.Running);

        async Task<int> GapsAsync() => (await server.Queries.DecisionsAsync(id, null, default)).Count(record => record.Kind == DecisionKind.GapFound);
    }

    [Theory]
    [OnBothDatabases]
    public async Task Time_counts_only_once_what_was_observed_is_stored_and_harm_does_not_wait_for_that(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind);
        await using var server = await StartAsync(database, new RolloutWorld());
        var id = await server.BeginAsync();
        await server.RunUntilAsync(id, rollout => rollout.Counted > TimeSpan.Zero);
        server.World.Stores = false;
        // A look that was stored before that may yet be counted; the second one after it begins when that is over.
        var looks = server.World.Looks;
        await server.RunUntilAsync(id, _ => server.World.Looks > looks + 2);
        var counted = (await server.LoadAsync(id)).Counted;
        await server.RunUntilAsync(id, _ => server.World.Looks > looks + 12);
        (await server.LoadAsync(id)).Counted.ShouldBe(counted);
        server.World.Judge("error_rate > 0.05", Verdict.Bad);
        await server.RunUntilAsync(id, rollout => rollout.State == RolloutState.RolledBack);
    }

    [Theory]
    [OnBothDatabases]
    public async Task Harm_that_is_found_while_somebody_pauses_the_rollout_does_not_wait_for_the_next_tick(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind);
        await using var server = await StartAsync(database, new RolloutWorld());
        var id = await server.BeginAsync();
        server.World.Judge("error_rate > 0.05", Verdict.Bad);
        server.World.DuringNextLook(() => server.Service.PauseAsync(id, "Release 1.2.0 was rolled back.", Manager, default).GetAwaiter().GetResult().IsAccepted.ShouldBeTrue());

        // The clock stands: no tick comes.
        server.Get<HealthSuspicions>().Note(id);

        await Wait.UntilAsync(async () => (await server.LoadAsync(id)).State is RolloutState.RollingBack or RolloutState.RolledBack);
        (await server.Queries.DecisionsAsync(id, null, default)).ShouldContain(record => record.Kind == DecisionKind.Paused, "his word is kept, too");
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_planned_rollout_starts_when_its_release_rolls_out(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind);
        var world = new RolloutWorld { Release = ReleaseState.InPreparation };
        await using var server = await StartAsync(database, world);
        var planned = (await server.Service.PlanAsync(new RolloutRequest("1.2.0", "production", "database-views-v2", null), Manager, default)).Value;
        (await server.Service.StartAsync(planned.Id, planned.Version, null, Manager, default)).Refusal.ShouldNotBeNull().Code.ShouldBe("release_not_rolling_out");
        world.Release = ReleaseState.RollingOut;
        await server.TellAsync(new ReleaseStateChanged("1.2.0", ReleaseState.InPreparation, ReleaseState.RollingOut, null));
        await Wait.UntilAsync(async () => (await server.LoadAsync(planned.Id)).Applied);
        world.Percentage.ShouldBe(Percentage.From(0.1m));
    }

    [Theory]
    [OnBothDatabases]
    public async Task One_flag_in_one_environment_has_one_rollout_at_a_time(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind);
        await using var server = await StartAsync(database, new RolloutWorld());
        var asked = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ =>
            server.Service.PlanAsync(new RolloutRequest("1.2.0", "production", "database-views-v2", null), Manager, default)));
        asked.Count(outcome => outcome.IsAccepted).ShouldBe(1);
        asked.Where(outcome => !outcome.IsAccepted).ShouldAllBe(outcome => outcome.Refusal!.Code == "rollout_active");
    }

    [Fact]
    public async Task Everything_that_is_wrong_with_a_plan_is_said_at_once()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using var server = await StartAsync(database, new RolloutWorld());
        var yaml = RolloutBuilder.ShortPlan.Replace("percentage: 1\n", "percentage: 101\n", StringComparison.Ordinal).Replace("duration: 2m", "duration: -1d", StringComparison.Ordinal);
        var refusal = (await server.Service.PlanAsync(new RolloutRequest("9.9.9", "moon", "database-views-v2", yaml), RolloutBuilder.Person(Role.Administrator), default)).Refusal.ShouldNotBeNull();
        refusal.Items.Length.ShouldBe(4);
        refusal.Items.Select(item => item.Place).ShouldContain("release");
        refusal.Items.Select(item => item.Place).ShouldContain("environment");
    }

    [Fact]
    public async Task A_person_who_saw_an_older_state_is_told_but_a_rollback_goes_through()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using var server = await StartAsync(database, new RolloutWorld());
        var id = await server.BeginAsync();
        (await server.Service.AdvanceAsync(id, 1, "go", Manager, default)).Refusal.ShouldNotBeNull().Kind.ShouldBe(RefusalKind.Stale);
        (await server.Service.RollBackAsync(id, null, Manager, default)).IsAccepted.ShouldBeTrue();
        await Wait.UntilAsync(async () => (await server.LoadAsync(id)).State == RolloutState.RolledBack);
    }

    [Fact]
    public async Task Counting_time_does_not_make_what_a_person_saw_stale()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using var server = await StartAsync(database, new RolloutWorld());
        var id = await server.BeginAsync();
        var seen = (await server.LoadAsync(id)).Version;
        await server.RunUntilAsync(id, rollout => rollout.Counted > TimeSpan.FromSeconds(20));
        (await server.Service.PauseAsync(id, "wait", Manager, default)).IsAccepted.ShouldBeTrue();
        (await server.Service.ResumeAsync(id, seen + 1, "go", Manager, default)).IsAccepted.ShouldBeTrue();
    }

    [Fact]
    public async Task A_gate_item_that_opens_again_holds_the_rollout_until_it_is_done()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using var server = await StartAsync(database, new RolloutWorld());
        var id = await server.BeginAsync();
        await server.RunUntilAsync(id, rollout => rollout.Counted > TimeSpan.Zero);
        server.World.GatesPassed = false;
        await server.RunUntilAsync(id, rollout => rollout.Cause == HoldCause.GateOpen);
        (await server.LoadAsync(id)).Because.ShouldBe("Open: Production Gates: Rollback plan prepared.");
        server.World.GatesPassed = true;
        await server.RunUntilAsync(id, rollout => rollout.Step == 1);
    }

    [Fact]
    public async Task A_clock_that_jumps_counts_nothing()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using var server = await StartAsync(database, new RolloutWorld());
        // A stage that does not end with what a few looks may count.
        var id = await server.BeginAsync(RolloutBuilder.ShortPlan.Replace("duration: 1m", "duration: 5m", StringComparison.Ordinal));
        await server.RunUntilAsync(id, rollout => rollout.Counted > TimeSpan.Zero);
        var before = await server.LoadAsync(id);
        server.World.Clock.JumpWallClock(TimeSpan.FromHours(6));
        var looks = server.World.Looks;
        await server.RunUntilAsync(id, _ => server.World.Looks > looks + 1);
        var after = await server.LoadAsync(id);
        after.Step.ShouldBe(0);
        (after.Counted - before.Counted).ShouldBeLessThan(TimeSpan.FromSeconds(45));
    }

    [Fact]
    public async Task A_batch_finds_the_rollout_of_its_flag()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using var server = await StartAsync(database, new RolloutWorld());
        var directory = server.Get<IRolloutDirectory>();
        (await directory.FindByFlagAsync("production", "database-views-v2", default)).ShouldBeNull();
        var first = await server.BeginAsync();
        (await directory.FindByFlagAsync("production", "database-views-v2", default)).ShouldNotBeNull().RolloutId.ShouldBe(first);
        (await directory.FindAsync(Guid.NewGuid(), default)).ShouldBeNull();
        await server.Service.RollBackAsync(first, null, Manager, default);
        await server.RunUntilAsync(first, rollout => rollout.State == RolloutState.RolledBack);
        server.World.Release = ReleaseState.RollingOut;
        var second = await server.BeginAsync();
        await Wait.UntilAsync(async () => (await directory.FindByFlagAsync("production", "database-views-v2", default))!.RolloutId == second);
        (await directory.FindAsync(first, default)).ShouldNotBeNull().ReleaseVersion.ShouldBe("1.2.0");
    }
}
