using Athena.Dashboard.Experiments.Contracts;
using Athena.Dashboard.Experiments.Domain;
using Athena.Dashboard.Platform.Kernel;
using static Athena.Dashboard.Tests.Experiments.ExperimentSamples;

namespace Athena.Dashboard.Tests.Experiments.Domain;

public sealed class ExperimentTests
{
    private static readonly Actor Lead = new(ActorKind.Person, Guid.Empty, "Lead", [], []);

    [Fact]
    public void Every_fault_of_a_description_is_told_at_once()
    {
        var design = new ExperimentDesign("off", ["off", "purple"], Conversion with { Name = "no name", Margin = 0 }, [Latency with { Margin = null }, Latency], PlannedUsers: 3);
        var description = Description("-", design: design) with { Name = " ", PlannedStart = Now, PlannedStop = Now.AddDays(-1) };
        var refusal = Experiment.Create(description, ["on", "off"], Now).Refusal.ShouldNotBeNull();
        refusal.Items.Select(item => item.Place).Distinct().Order(StringComparer.Ordinal).ShouldBe(
            new[] { "guards", "guards[0].margin", "key", "name", "plannedStart", "plannedStop", "plannedUsers", "primary.margin", "primary.name", "treatments", "treatments[1]" }.Order(StringComparer.Ordinal));
        refusal.Items.ShouldAllBe(item => item.Expected != null);
    }

    [Fact]
    public void An_experiment_without_hypothesis_is_planned_and_not_begun()
    {
        var planned = Experiment.Create(Description(hypothesis: ""), ["on", "off"], Now).Accepted().State;
        planned.Begin(Guid.Empty).Refusal!.Code.ShouldBe("hypothesis_missing");
        Experiment.Create(Description(hypothesis: "") with { PlannedStart = Now.AddDays(1) }, ["on", "off"], Now).Refusal!.Items.Single().Place.ShouldBe("hypothesis");
    }

    [Fact]
    public void It_goes_from_planned_over_running_and_stopped_to_decided()
    {
        var running = Running();
        running.State.ShouldBe(ExperimentState.Running);
        running.StartedAt.ShouldBe(Now);
        var stopped = running.Stop("Enough.", Now.AddDays(7)).Accepted();
        stopped.Events.Single().ShouldBe(new ExperimentStopped(Key, "Enough."));
        var decided = stopped.State.Decide(DecisionKind.Ship, "on", "It is faster.", Design.Read(Halves), Lead, Now.AddDays(8)).Accepted().State;
        decided.State.ShouldBe(ExperimentState.Decided);
        decided.Decision!.By.ShouldBe("Lead");
        decided.Decision.Readout.Comparisons.Length.ShouldBe(2);
    }

    [Fact]
    public void A_state_that_does_not_allow_a_command_is_named()
    {
        Planned().Stop("", Now).Refusal!.Code.ShouldBe("experiment_planned");
        Running().Begin(Guid.Empty).Refusal!.Code.ShouldBe("experiment_running");
        var refusal = Running().Decide(DecisionKind.Inconclusive, null, "No.", Design.Read(Halves), Lead, Now).Refusal!;
        refusal.Code.ShouldBe("experiment_running");
        refusal.Detail.ShouldBe("Stop it first.");
        Running().Describe(Description(), ["on", "off"], Now).Refusal!.Code.ShouldBe("experiment_begun");
    }

    [Fact]
    public void A_decision_needs_a_reason_and_ships_a_treatment_only()
    {
        var stopped = Running().Stop("", Now).Accepted().State;
        stopped.Decide(DecisionKind.Ship, "on", " ", Design.Read(Halves), Lead, Now).Refusal!.Items.Single().Place.ShouldBe("reason");
        stopped.Decide(DecisionKind.Ship, "off", "Because.", Design.Read(Halves), Lead, Now).Refusal!.Items.Single().Place.ShouldBe("variant");
        stopped.Decide(DecisionKind.Inconclusive, "on", "Because.", Design.Read(Halves), Lead, Now).Refusal!.Items.Single().Place.ShouldBe("variant");
        stopped.Decide(DecisionKind.KeepControl, null, "Because.", Design.Read(Halves), Lead, Now).Accepted().State.Decision!.Variant.ShouldBe("off");
    }

    [Fact]
    public void A_variant_that_nobody_gets_keeps_it_from_beginning()
    {
        var refusal = Planned().Start(Shares(("on", 1), ("off", 0)), Now).Refusal!;
        refusal.Code.ShouldBe("variant_unserved");
        refusal.Title.ShouldContain("off to nobody");
    }

    [Fact]
    public void Shares_are_those_among_its_own_variants()
    {
        var design = new ExperimentDesign("A", ["B"], Conversion, []);
        var running = Experiment.Create(Description(design: design), ["A", "B", "off"], Now).Accepted().State.Start(Shares(("A", 0.1), ("B", 0.3), ("off", 0.6)), Now).Accepted().State;
        running.Shares["A"].ShouldBe(0.25, 1e-12);
        running.Shares["B"].ShouldBe(0.75, 1e-12);
    }

    [Fact]
    public void What_happens_to_its_flag_is_kept_once_and_only_while_it_runs()
    {
        var disturbed = Running().Disturb("switched off", Now);
        disturbed.Events.Length.ShouldBe(1);
        disturbed.State.Disturb("switched off", Now).Events.ShouldBeEmpty();
        Planned().Disturb("switched off", Now).Events.ShouldBeEmpty();
    }

    [Fact]
    public void A_planned_start_that_was_refused_is_not_tried_again()
    {
        var planned = Planned() with { PlannedStart = Now };
        var refused = planned.NotStarted("the flag is off", byPlan: true);
        refused.State.PlannedStart.ShouldBeNull();
        refused.Events.Single().ShouldBeOfType<ExperimentStartRefused>();
        planned.NotStarted("the flag is off", byPlan: false).State.PlannedStart.ShouldBe(Now);
    }

    [Fact]
    public void Every_fault_of_a_batch_is_told_at_once()
    {
        var batch = new OutcomeBatch("", Now, Now.AddHours(-1), [
            Users("purple", 1),
            Users("on", -1, ("conversion", new MetricTally(10, 11, 11)), ("latency", new MetricTally(10, 100, 999)), ("clicks", Did(1, 1))),
            Users("off", 1, ("conversion", new MetricTally(10, double.NaN, 1)), ("latency", new MetricTally(0, 5, 5)))]);
        batch.Faults(Running(), Now).Select(fault => fault.Place).ShouldBe(
            [
                "batchId", "to", "to", "variants.purple", "variants.on.users", "variants.on.metrics.clicks", "variants.on.metrics.conversion.sum",
                "variants.on.metrics.latency.sumOfSquares", "variants.off.metrics.conversion.sum", "variants.off.metrics.latency.count",
            ]);
    }

    [Fact]
    public void A_batch_that_could_be_is_taken_also_where_squares_were_rounded()
    {
        var batch = new OutcomeBatch("1", Now, Now.AddMinutes(1), [Users("on", 3, ("conversion", Did(3, 2)), ("latency", new MetricTally(3, 0.3, 0.03 * (1 - 1e-12))))]);
        batch.Faults(Running(), Now).ShouldBeEmpty();
    }
}
