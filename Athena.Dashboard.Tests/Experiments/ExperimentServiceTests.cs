using Athena.Dashboard.Experiments.Domain;
using Athena.Dashboard.Flags;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Tests.Flags;
using Athena.Dashboard.Tests.Infrastructure;
using static Athena.Dashboard.Tests.Experiments.ExperimentSamples;

namespace Athena.Dashboard.Tests.Experiments;

public sealed class ExperimentServiceTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, OnBothDatabases]
    public async Task An_experiment_comes_back_as_it_was_saved_and_counts_every_batch_once(DatabaseKind kind)
    {
        using var world = await ExperimentWorld.CreateAsync(kind);
        var started = await world.StartAsync();
        started.State.ShouldBe(ExperimentState.Running);
        (await world.FindAsync()).Design.IsSameAs(Design).ShouldBeTrue();
        (await world.FindAsync()).Shares.ShouldBe(Halves);
        (await world.ReportAsync("1", 1_000, 100, 160)).Accepted().Repeated.ShouldBeFalse();
        (await world.ReportAsync("2", 500, 50, 80)).Accepted().Repeated.ShouldBeFalse();
        (await world.ReportAsync("1", 1_000, 100, 160)).Accepted().Repeated.ShouldBeTrue();
        var view = (await world.Queries.FindViewAsync(Key, None)).ShouldNotBeNull();
        view.Batches.ShouldBe(2);
        view.Readout.Tallies.Select(tally => (tally.Variant, tally.Users, tally.Of("conversion"))).ShouldBe([("off", 1_500, Did(1_500, 150)), ("on", 1_500, Did(1_500, 240))]);
        view.Readout.Comparisons[0].Verdict.ShouldBe(ReadoutVerdict.Better);

        var stopped = (await world.Service.StopAsync(Key, started.Version, "Enough.", world.Manager, None)).Accepted();
        var decided = (await world.Service.DecideAsync(Key, stopped.Version, DecisionKind.Ship, "on", "More of them convert.", world.Manager, None)).Accepted();
        (await world.ReportAsync("3", 500, 400, 0)).Refusal!.Code.ShouldBe("experiment_decided");
        var kept = (await world.FindAsync()).Decision.ShouldNotBeNull();
        kept.Readout.Comparisons[0].ShouldBe(decided.Decision!.Readout.Comparisons[0]);
        kept.Readout.Tallies[0].Users.ShouldBe(1_500);
    }

    [Theory, OnBothDatabases]
    public async Task Batches_that_come_at_once_are_all_counted_and_the_same_one_once(DatabaseKind kind)
    {
        using var world = await ExperimentWorld.CreateAsync(kind);
        await world.StartAsync();
        var taken = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => world.ReportAsync($"{i / 2}", 10, 1, 2)));
        taken.Count(outcome => outcome.Accepted().Repeated).ShouldBe(6);
        (await world.Queries.FindViewAsync(Key, None))!.Readout.Tallies.ShouldAllBe(tally => tally.Users == 60);
    }

    [Fact]
    public async Task While_it_runs_its_flag_keeps_who_gets_what_and_lowering_is_told()
    {
        using var world = await ExperimentWorld.CreateAsync();
        var started = await world.StartAsync();
        (await world.FlagAsync()).Experiment.ShouldBe(Key);
        var refusal = (await world.TryPutAsync(70)).Refusal.ShouldNotBeNull();
        refusal.Code.ShouldBe("flag_in_experiment");
        refusal.Detail.ShouldContain("/experiments/" + Key);
        (await world.Flags.Exposure.ClaimAsync(Guid.CreateVersion7(), Flag, "staging", Guid.CreateVersion7(), world.Manager, None)).Refusal!.Code.ShouldBe("flag_in_experiment");
        await world.FollowAsync();
        (await world.FindAsync()).Disturbances.ShouldBeEmpty();

        await world.PutAsync(20);
        await world.FollowAsync();
        (await world.FindAsync()).Disturbances.Single().What.ShouldContain("lowered");
        (await world.Queries.FindViewAsync(Key, None))!.Readout.Warnings.Single().ShouldContain("on 20 %");

        (await world.Service.StopAsync(Key, (await world.FindAsync()).Version, "", world.Manager, None)).Accepted();
        (await world.FlagAsync()).Experiment.ShouldBeNull();
        await world.PutAsync(70);
    }

    [Fact]
    public async Task A_segment_brings_no_users_to_a_held_flag_and_those_that_it_takes_are_told()
    {
        using var world = await ExperimentWorld.CreateAsync();
        var segments = world.Flags.Segments;
        (await segments.MakeAsync(SegmentChange.Create(new("staff", "Staff", [FlagSamples.Is("mail", "a", "b")])), "x", null, world.Manager, None)).Accepted();
        (await world.TryPutAsync(settings => settings with { Conditions = [new Condition.InSegment("staff")] })).Accepted();
        await world.StartAsync();
        var refusal = (await segments.MakeAsync(SegmentChange.Edit(new("staff", "Staff", [FlagSamples.Is("mail", "a", "b", "c")]), 1), "x", null, world.Manager, None)).Refusal.ShouldNotBeNull();
        (refusal.Code, refusal.Items.Single().Place).ShouldBe(("flag_in_experiment", $"{Flag} in staging"));
        (await segments.MakeAsync(SegmentChange.Edit(new("staff", "Our staff", [FlagSamples.Is("mail", "a", "b")]), 1), "a better name", null, world.Manager, None)).Accepted();
        await world.FollowAsync();
        (await world.FindAsync()).Disturbances.ShouldBeEmpty();

        (await segments.MakeAsync(SegmentChange.Edit(new("staff", "Our staff", [FlagSamples.Is("mail", "a")]), 2), "", null, world.Manager, None)).Accepted();
        await world.FollowAsync();
        (await world.FindAsync()).Disturbances.Single().What.ShouldContain("segment staff");
    }

    [Fact]
    public async Task A_flag_switched_off_for_a_moment_is_told_also_when_it_is_on_again()
    {
        using var world = await ExperimentWorld.CreateAsync();
        await world.StartAsync();
        await world.Flags.SwitchAsync(on: false, Flag, "staging");
        await world.Flags.SwitchAsync(on: true, Flag, "staging");
        await world.FollowAsync();
        (await world.FindAsync()).Disturbances.Single().What.ShouldContain("switched command-palette off in staging");
    }

    [Fact]
    public async Task A_flag_that_is_off_or_owned_keeps_an_experiment_from_beginning_and_it_stays_planned()
    {
        using var world = await ExperimentWorld.CreateAsync();
        await world.Flags.SwitchAsync(on: false, Flag, "staging");
        var planned = await world.PlanAsync();
        (await world.Service.StartAsync(Key, planned.Version, world.Manager, None)).Refusal!.Code.ShouldBe("flag_switched_off");
        var after = await world.FindAsync();
        (after.State, after.Starting, after.Holds).ShouldBe((ExperimentState.Planned, null, false));
        await world.Flags.SwitchAsync(on: true, Flag, "staging");
        await world.PutAsync(100);
        (await world.Service.StartAsync(Key, after.Version, world.Manager, None)).Refusal!.Code.ShouldBe("variant_unserved");
        (await world.FlagAsync()).Experiment.ShouldBeNull();
        await world.PutAsync(50);
        var rollout = Guid.CreateVersion7();
        (await world.Flags.Exposure.ClaimAsync(Guid.CreateVersion7(), Flag, "staging", rollout, world.Manager, None)).Accepted();
        (await world.Service.StartAsync(Key, (await world.FindAsync()).Version, world.Manager, None)).Refusal!.Code.ShouldBe("flag_owned");
    }

    [Fact]
    public async Task It_begins_and_stops_by_plan_and_what_was_missed_is_done_once()
    {
        using var world = await ExperimentWorld.CreateAsync();
        await world.PlanAsync(given => given with { PlannedStart = world.Flags.Clock.GetUtcNow().AddHours(1), PlannedStop = world.Flags.Clock.GetUtcNow().AddDays(7) });
        await world.LookAsync();
        (await world.FindAsync()).State.ShouldBe(ExperimentState.Planned);
        world.Flags.Clock.Advance(TimeSpan.FromHours(2));
        await world.LookAsync();
        (await world.FindAsync()).State.ShouldBe(ExperimentState.Running);
        world.Flags.Clock.Advance(TimeSpan.FromDays(30));
        await world.LookAsync();
        await world.LookAsync();
        var stopped = await world.FindAsync();
        (stopped.State, stopped.Holds).ShouldBe((ExperimentState.Stopped, false));
        (await world.Flags.EventsAsync()).Count(row => row.Type == "Experiments.ExperimentStopped").ShouldBe(1);
    }

    [Fact]
    public async Task A_planned_start_that_is_refused_says_why_and_waits_for_a_person()
    {
        using var world = await ExperimentWorld.CreateAsync();
        await world.PlanAsync(given => given with { PlannedStart = world.Flags.Clock.GetUtcNow().AddHours(1) });
        await world.Flags.SwitchAsync(on: false, Flag, "staging");
        world.Flags.Clock.Advance(TimeSpan.FromHours(2));
        await world.LookAsync();
        await world.LookAsync();
        (await world.FindAsync()).PlannedStart.ShouldBeNull();
        (await world.Queries.HistoryAsync(Key, None))[0].Type.ShouldBe("Experiments.ExperimentStartRefused");
    }

    [Fact]
    public async Task A_start_that_was_killed_on_its_way_is_finished()
    {
        using var world = await ExperimentWorld.CreateAsync();
        var planned = await world.PlanAsync();
        // The intent was written and the flag taken, and then the server died.
        var operation = Guid.CreateVersion7();
        (await world.Flags.Store.WriteAsync<Done>(
            world.Manager,
            async (write, token) =>
            {
                var row = (await write.Db.Set<Experiment>().FindAsync([Key], token))!;
                write.Replace(row, row.Begin(operation).Accepted().State);
                return Done.Yes;
            },
            None)).Accepted();
        (await world.Held.HoldAsync(operation, Flag, "staging", Key, world.Manager, None)).Accepted();
        await world.LookAsync();
        (await world.FindAsync()).State.ShouldBe(ExperimentState.Running);
        planned.State.ShouldBe(ExperimentState.Planned);
    }

    [Fact]
    public async Task Outcomes_come_from_its_environment_while_it_runs_or_has_just_been_stopped()
    {
        using var world = await ExperimentWorld.CreateAsync();
        await world.PlanAsync();
        (await world.ReportAsync("1", 10, 1, 1)).Refusal!.Code.ShouldBe("experiment_planned");
        var started = (await world.Service.StartAsync(Key, 1, world.Manager, None)).Accepted();
        var foreign = (await world.ReportAsync("1", 10, 1, 1, ExperimentWorld.Collector("production"))).Refusal.ShouldNotBeNull();
        foreign.Kind.ShouldBe(RefusalKind.Forbidden);
        foreign.Title.ShouldContain("Staging");
        (await world.ReportAsync("1", 10, 1, 1, world.Manager)).Refusal!.Kind.ShouldBe(RefusalKind.Forbidden);
        (await world.Service.StopAsync(Key, started.Version, "", world.Manager, None)).Accepted();
        (await world.ReportAsync("1", 10, 1, 1)).Accepted();
    }

    [Fact]
    public async Task A_decision_is_carried_out_by_the_flags_ordinary_change_and_never_by_itself()
    {
        using var world = await ExperimentWorld.CreateAsync();
        var started = await world.StartAsync();
        var stopped = (await world.Service.StopAsync(Key, started.Version, "", world.Manager, None)).Accepted();
        (await world.Service.ShipAsync(Key, "It won.", null, false, false, world.Manager, None)).Refusal!.Code.ShouldBe("nothing_to_ship");
        (await world.Service.DecideAsync(Key, stopped.Version, DecisionKind.Ship, "on", "It won.", world.Manager, None)).Accepted();
        (await world.FlagAsync()).Shares.ShouldBe(Halves);
        (await world.Service.ShipAsync(Key, "It won.", null, false, false, Flags.FlagSamples.Person(Role.Support), None)).Refusal!.Kind.ShouldBe(RefusalKind.Forbidden);
        (await world.Service.ShipAsync(Key, "It won.", null, false, false, world.Manager, None)).Accepted().ChangeRequestId.ShouldBeNull();
        (await world.FlagAsync()).Shares.ShouldBe(Shares(("on", 1)));
    }

    [Fact]
    public async Task Keeping_an_off_control_exposes_nobody()
    {
        using var world = await ExperimentWorld.CreateAsync();
        var started = await world.StartAsync();
        var stopped = (await world.Service.StopAsync(Key, started.Version, "", world.Manager, None)).Accepted();
        (await world.Service.DecideAsync(Key, stopped.Version, DecisionKind.KeepControl, null, "It lost.", world.Manager, None)).Accepted();
        (await world.Service.ShipAsync(Key, "It lost.", null, false, false, world.Manager, None)).Accepted();
        (await world.FlagAsync()).Shares.ShouldBe(Shares(("off", 1)));
    }

    [Theory]
    [InlineData(Role.Support, false, false)]
    [InlineData(Role.ProductManager, false, false)]
    [InlineData(Role.QaLead, false, true)]
    [InlineData(Role.DevOpsEngineer, true, true)]
    public async Task In_production_those_begin_one_who_may_raise_exposure_and_also_those_who_may_lower_it_end_one(Role role, bool begins, bool ends)
    {
        using var world = await ExperimentWorld.CreateAsync();
        var person = Flags.FlagSamples.Person(role);
        (await world.Service.CreateAsync(Description("other") with { Environment = "production" }, person, None)).IsAccepted.ShouldBe(begins);
        (await world.Service.CreateAsync(Description() with { Environment = "production" }, world.Manager, None)).Accepted();
        var refusal = (await world.Service.CancelAsync(Key, 1, "Not now.", person, None)).Refusal;
        if (ends) refusal.ShouldBeNull();
        else refusal!.WhoCan.ShouldContain("Release Manager");
    }

    [Fact]
    public async Task Two_people_never_overwrite_each_other_and_a_begun_one_stays_as_it_is()
    {
        using var world = await ExperimentWorld.CreateAsync();
        await world.PlanAsync();
        (await world.Service.DescribeAsync(Key, 1, Description() with { Name = "New name" }, world.Manager, None)).Accepted().Version.ShouldBe(2);
        (await world.Service.DescribeAsync(Key, 1, Description() with { Name = "Other name" }, world.Manager, None)).Refusal!.Kind.ShouldBe(RefusalKind.Stale);
        (await world.Service.CreateAsync(Description(), world.Manager, None)).Refusal!.Code.ShouldBe("experiment_exists");
    }
}
