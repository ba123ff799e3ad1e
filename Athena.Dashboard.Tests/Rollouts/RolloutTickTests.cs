using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using static Athena.Dashboard.Tests.Rollouts.RolloutBuilder;

namespace Athena.Dashboard.Tests.Rollouts;

public sealed class RolloutTickTests
{
    [Fact]
    public void A_healthy_tick_counts_the_time_since_the_last_one()
    {
        var rollout = Running();
        rollout.Step(Look(rollout)).Rollout.Counted.ShouldBe(Tick);
    }

    [Fact]
    public void A_tick_that_comes_late_counts_two_ticks_at_most()
    {
        var rollout = Running();
        rollout.Step(Look(rollout) with { Elapsed = TimeSpan.FromHours(3) }).Rollout.Counted.ShouldBe(Tick * 2);
    }

    [Fact]
    public void Nothing_is_counted_until_the_flag_serves_the_stage()
    {
        var rollout = RolloutCommands.Start(Planned(), Person(Role.ReleaseManager), AllClear, null, Start).Value.Rollout;
        rollout.Step(Look(rollout)).Rollout.Counted.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void At_the_end_of_a_good_stage_the_next_one_begins()
    {
        var rollout = Running() with { Counted = TimeSpan.FromSeconds(55) };
        var decision = rollout.Step(Look(rollout));
        decision.Rollout.Step.ShouldBe(1);
        decision.Rollout.Counted.ShouldBe(TimeSpan.Zero);
        decision.Rollout.Applied.ShouldBeFalse();
        decision.Intents.ShouldBe([new Intent(IntentKind.SetExposure, 1)]);
        decision.Events.ShouldHaveSingleItem().ShouldBeOfType<StageAdvanced>().ByHand.ShouldBeFalse();
    }

    [Fact]
    public void The_last_stage_completes_the_rollout_and_frees_the_flag()
    {
        var rollout = Running().At(2) with { Counted = TimeSpan.FromSeconds(55) };
        var decision = rollout.Step(Look(rollout));
        decision.Rollout.State.ShouldBe(RolloutState.Completed);
        decision.Intents.Select(intent => intent.Kind).ShouldBe([IntentKind.ReleaseFlag, IntentKind.CompleteRelease]);
        decision.Events.ShouldHaveSingleItem().ShouldBeOfType<RolloutCompleted>();
    }

    [Fact]
    public void Harm_that_wants_no_more_than_a_gradual_rollback_leaves_it_its_pace()
    {
        var down = GoingDown();
        var decision = down.Step(Look(down, Verdict.Good, ("response_time > 5000ms in 10m", Verdict.Bad)));
        decision.Intents.ShouldBeEmpty();
        decision.Rollout.Rollback.ShouldBe(down.Rollback);
    }

    [Fact]
    public void Harm_that_wants_more_than_a_gradual_rollback_does_not_wait_for_it()
    {
        var down = GoingDown();
        var decision = down.Step(Look(down, Verdict.Good, ("error_rate > 0.05", Verdict.Bad)));
        decision.Rollout.Rollback!.Action.ShouldBe(RuleAction.RollBack);
        decision.Rollout.Rollback.DecidedAt.ShouldBe(down.Rollback!.DecidedAt);
        decision.Intents.ShouldBe([new Intent(IntentKind.RollbackStep)]);
        decision.Events.ShouldHaveSingleItem().ShouldBeOfType<RollbackHurried>();
        decision.Record!.Kind.ShouldBe(DecisionKind.Hurried);
        // And once is enough.
        decision.Rollout.Step(Look(down, Verdict.Good, ("error_rate > 0.05", Verdict.Bad))).Intents.ShouldBeEmpty();
    }

    [Fact]
    public void Old_figures_do_not_hurry_a_gradual_rollback()
    {
        var down = GoingDown();
        down.Step(Look(down, Verdict.Bad) with { Source = StaleSource }).Intents.ShouldBeEmpty();
    }

    [Fact]
    public void A_criterion_that_is_undecided_at_the_end_holds_and_says_which()
    {
        var rollout = Running() with { Counted = TimeSpan.FromSeconds(60) };
        var held = rollout.Step(Look(rollout, Verdict.Good, ("error_rate < 0.01", Verdict.Undecided))).Rollout;
        held.State.ShouldBe(RolloutState.Held);
        held.Cause.ShouldBe(HoldCause.Undecided);
        held.Because.ShouldBe("Cannot be decided yet: error_rate < 0.01 (too little data).");
        held.Step.ShouldBe(0);
    }

    [Fact]
    public void An_undecided_criterion_does_not_stop_the_counting_before_the_end()
    {
        var rollout = Running();
        rollout.Step(Look(rollout, Verdict.Undecided)).Rollout.Counted.ShouldBe(Tick);
    }

    [Fact]
    public void A_hold_for_want_of_data_ends_by_itself_and_the_stage_then_advances()
    {
        var rollout = Running() with { State = RolloutState.Held, Cause = HoldCause.Undecided, Counted = TimeSpan.FromMinutes(1) };
        var resumed = rollout.Step(Look(rollout));
        resumed.Rollout.State.ShouldBe(RolloutState.Running);
        resumed.Rollout.Step.ShouldBe(0);
        resumed.Events.ShouldHaveSingleItem().ShouldBeOfType<RolloutHoldEnded>();
        resumed.Rollout.Step(Look(resumed.Rollout)).Rollout.Step.ShouldBe(1);
    }

    [Theory]
    [InlineData(true, HoldCause.Stale)]
    [InlineData(false, HoldCause.Silent)]
    public void Without_reports_the_stage_holds_and_nothing_is_rolled_back(bool reportedOnce, HoldCause cause)
    {
        var rollout = Running();
        var decision = rollout.Step(Look(rollout, Verdict.Bad) with { Source = reportedOnce ? StaleSource : SourceFreshness.Never });
        decision.Rollout.State.ShouldBe(RolloutState.Held);
        decision.Rollout.Cause.ShouldBe(cause);
        decision.Rollout.Counted.ShouldBe(TimeSpan.Zero);
        decision.Intents.ShouldBeEmpty();
    }

    [Fact]
    public void When_reports_come_again_the_stage_goes_on_with_the_time_it_had()
    {
        var rollout = Running() with { State = RolloutState.Held, Cause = HoldCause.Stale, Counted = TimeSpan.FromSeconds(30) };
        var resumed = rollout.Step(Look(rollout)).Rollout;
        resumed.State.ShouldBe(RolloutState.Running);
        resumed.Counted.ShouldBe(TimeSpan.FromSeconds(30));
        resumed.Stretch.ShouldBe(rollout.Stretch + 1);
    }

    [Theory]
    [InlineData("error_rate < 0.01", RuleListNames.StageCriteria)]
    [InlineData("error_rate > 0.05", RuleListNames.RollbackConditions)]
    [InlineData("error_rate > 10%", RuleListNames.AutomaticTriggers)]
    [InlineData("critical_errors > 0", RuleListNames.StageTriggers)]
    public void A_bad_rule_rolls_back_and_is_named_with_its_list(string rule, string list)
    {
        var rollout = Running();
        var decision = rollout.Step(Look(rollout, Verdict.Good, (rule, Verdict.Bad)));
        decision.Rollout.State.ShouldBe(RolloutState.RollingBack);
        var decided = decision.Events.ShouldHaveSingleItem().ShouldBeOfType<RollbackDecided>();
        decided.Harm.ShouldBe(new HarmfulRule(list, rule, RuleAction.RollBack));
        decision.Record.ShouldNotBeNull().Inputs.ShouldNotBeNull().Verdicts.Length.ShouldBe(rollout.Terms.RulesOf(rollout.CurrentStep).Length);
        decision.Intents.ShouldBe([new Intent(IntentKind.RollbackStep)]);
    }

    [Fact]
    public void When_several_rules_fire_the_most_drastic_action_wins_and_all_are_recorded()
    {
        var rollout = Running();
        var decision = rollout.Step(Look(
            rollout,
            Verdict.Good,
            ("response_time > 2000ms in 10m", Verdict.Bad),
            ("response_time > 5000ms in 10m", Verdict.Bad),
            ("crash_rate > 1% in 2m", Verdict.Bad),
            ("error_rate > 0.05", Verdict.Bad)));
        decision.Rollout.Rollback.ShouldNotBeNull().Action.ShouldBe(RuleAction.Emergency);
        decision.Record.ShouldNotBeNull().Inputs.ShouldNotBeNull().Harm.Select(harm => harm.Requested)
            .ShouldBe([RuleAction.Emergency, RuleAction.RollBack, RuleAction.Gradual, RuleAction.Alert]);
    }

    [Fact]
    public void A_gradual_rollback_goes_back_over_every_step_that_widened()
    {
        var rollout = Running().At(2);
        var decision = rollout.Step(Look(rollout, Verdict.Good, ("response_time > 5000ms in 10m", Verdict.Bad)));
        decision.Rollout.Rollback.ShouldNotBeNull().Action.ShouldBe(RuleAction.Gradual);
        decision.Intents.ShouldBe([new Intent(IntentKind.StepDown, 1), new Intent(IntentKind.StepDown, 0), new Intent(IntentKind.RollbackStep)]);
        var first = Running();
        first.Step(Look(first, Verdict.Good, ("response_time > 5000ms in 10m", Verdict.Bad))).Intents.ShouldBe([new Intent(IntentKind.RollbackStep)]);
    }

    [Fact]
    public void A_gradual_rollback_can_be_hurried_and_not_slowed_down()
    {
        var rollout = RolloutCommands.RollBack(Running().At(2), Person(Role.QaLead), RuleAction.Gradual, "Slowly.", Start).Value.Rollout;
        RolloutCommands.RollBack(rollout, Person(Role.QaLead), RuleAction.Gradual, "Slower.", Start).Value.IsQuiet.ShouldBeTrue();
        var hurried = RolloutCommands.RollBack(rollout, Person(Role.QaLead), RuleAction.Emergency, "It burns.", Start).Value;
        hurried.Rollout.Rollback!.Action.ShouldBe(RuleAction.Emergency);
        hurried.Intents.ShouldBe([new Intent(IntentKind.RollbackStep)]);
        hurried.Events.ShouldHaveSingleItem().ShouldBeOfType<RollbackHurried>();
        RolloutCommands.RollBack(hurried.Rollout, Person(Role.QaLead), RuleAction.RollBack, null, Start).Refusal!.Code.ShouldBe("already_rolling_back");
        RolloutCommands.RollBack(Running(), Person(Role.QaLead), RuleAction.Hold, null, Start).Refusal!.Code.ShouldBe("action_unknown");
    }

    [Fact]
    public void An_alert_only_rule_holds_and_lets_go_by_itself()
    {
        var rollout = Running();
        var held = rollout.Step(Look(rollout, Verdict.Good, ("response_time > 2000ms in 10m", Verdict.Bad))).Rollout;
        held.Cause.ShouldBe(HoldCause.AlertFiring);
        held.Step(Look(held)).Rollout.State.ShouldBe(RolloutState.Running);
    }

    [Fact]
    public void Where_rollback_is_not_automatic_harm_holds_and_asks_until_somebody_answers()
    {
        var rollout = Running(ShortPlan.Replace("automatic: true", "automatic: false", StringComparison.Ordinal));
        var held = rollout.Step(Look(rollout, Verdict.Bad)).Rollout;
        held.Cause.ShouldBe(HoldCause.AsksAPerson);
        var still = held.Step(Look(held)).Rollout;
        still.State.ShouldBe(RolloutState.Held);
        RolloutCommands.Resume(still, Person(Role.EngineeringLead), AllClear, "It was the load test.", Start).Value.Rollout.State.ShouldBe(RolloutState.Running);
    }

    [Fact]
    public void An_open_gate_holds_and_does_not_protect_from_a_rollback()
    {
        var rollout = Running();
        rollout.Step(Look(rollout) with { Gates = GatesOpen }).Rollout.Cause.ShouldBe(HoldCause.GateOpen);
        rollout.Step(Look(rollout, Verdict.Bad) with { Gates = GatesOpen }).Rollout.State.ShouldBe(RolloutState.RollingBack);
    }

    [Theory]
    [InlineData(RolloutState.Held)]
    [InlineData(RolloutState.Paused)]
    public void Harm_rolls_back_a_waiting_rollout_too_because_its_users_are_still_exposed(RolloutState state)
    {
        var rollout = Running() with { State = state, Cause = state == RolloutState.Held ? HoldCause.GateOpen : null };
        rollout.Step(Look(rollout, Verdict.Bad)).Rollout.State.ShouldBe(RolloutState.RollingBack);
    }

    [Fact]
    public void A_paused_rollout_counts_nothing()
    {
        var rollout = Running() with { State = RolloutState.Paused };
        rollout.Step(Look(rollout)).Rollout.Counted.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void What_people_tick_is_awaited_at_the_end_of_the_stage_and_only_then()
    {
        var plan = ShortPlan.Replace("criteria: [error_rate < 0.01]\n    - name: gradual", "criteria: [error_rate < 0.01, {text: It works, role: qa_lead}]\n    - name: gradual", StringComparison.Ordinal);
        var rollout = Running(plan);
        rollout.CurrentStep.Ticked.ShouldHaveSingleItem();
        rollout.Step(Look(rollout)).Rollout.State.ShouldBe(RolloutState.Running);
        var held = (rollout with { Counted = TimeSpan.FromMinutes(1) }).Step(Look(rollout)).Rollout;
        held.Cause.ShouldBe(HoldCause.AwaitsTick);
        held.Because.ShouldBe("To be ticked: It works (QA Lead).");
        var ticked = RolloutCommands.TickCriterion(held, Person(Role.QaLead), "It works", ticked: true, Start).Value.Rollout;
        ticked.Step(Look(ticked)).Rollout.State.ShouldBe(RolloutState.Running);
    }

    [Fact]
    public void At_100_percent_the_verdict_of_the_last_step_with_a_control_stands()
    {
        var plan = ShortPlan.Replace("duration: 2m\n      criteria: [error_rate < 0.01]", "duration: 2m\n      criteria: [error_rate < 0.01, no_performance_regression: true]", StringComparison.Ordinal);
        var half = Running(plan).At(1) with { Counted = TimeSpan.FromMinutes(1) };
        var whole = half.Step(Look(half)).Rollout.At(2) with { Counted = TimeSpan.FromMinutes(1) };
        var look = Look(whole, Verdict.Good, ("no_performance_regression: true", Verdict.Undecided));
        whole.Step(look).Rollout.State.ShouldBe(RolloutState.Completed);
        (whole with { Standing = [] }).Step(look).Rollout.Cause.ShouldBe(HoldCause.Undecided);
    }

    [Fact]
    public void Where_testers_choose_themselves_comparisons_with_the_others_do_not_decide()
    {
        var plan = ShortPlan.Replace("percentage: 1\n", "percentage: 1\n      audience: [team]\n", StringComparison.Ordinal)
            .Replace("conditions: [error_rate > 0.05]", "conditions: [error_rate > 0.05, performance_degradation > 0.2]", StringComparison.Ordinal);
        var team = Running(plan);
        team.Step(Look(team, Verdict.Good, ("performance_degradation > 0.2", Verdict.Bad))).Rollout.State.ShouldBe(RolloutState.Running);
        var everybody = team.At(1);
        everybody.Step(Look(everybody, Verdict.Good, ("performance_degradation > 0.2", Verdict.Bad))).Rollout.State.ShouldBe(RolloutState.RollingBack);
    }

    [Fact]
    public void A_record_is_left_when_a_verdict_changes_and_once_an_hour_but_not_at_every_tick()
    {
        var rollout = Running() with { Counted = TimeSpan.Zero };
        var first = rollout.Step(Look(rollout), Start);
        first.Record.ShouldNotBeNull().Kind.ShouldBe(DecisionKind.VerdictsChanged);
        var second = first.Rollout.Step(Look(rollout), Start.AddSeconds(10));
        second.Record.ShouldBeNull();
        var changed = second.Rollout.Step(Look(rollout, Verdict.Good, ("error_rate < 0.01", Verdict.Undecided)), Start.AddSeconds(20));
        changed.Record.ShouldNotBeNull().Summary.ShouldBe("error_rate < 0.01 (stage-criteria): good → undecided, too little data");
        changed.Rollout.Step(Look(rollout, Verdict.Good, ("error_rate < 0.01", Verdict.Undecided)), Start.AddHours(2)).Record
            .ShouldNotBeNull().Kind.ShouldBe(DecisionKind.HourlySummary);
    }

    [Fact]
    public void The_tick_is_ten_seconds_or_a_tenth_of_the_shortest_stage()
    {
        Terms().Tick(RolloutTerms.LongestTick).ShouldBe(TimeSpan.FromSeconds(6));
        Terms(SpecPlan).Tick(RolloutTerms.LongestTick).ShouldBe(TimeSpan.FromSeconds(10));
        Terms(ShortPlan.Replace("1m", "2s", StringComparison.Ordinal)).Tick(RolloutTerms.LongestTick).ShouldBe(TimeSpan.FromMilliseconds(200));
    }

    private static string SpecPlan => Tests.Process.SpecText.Rollout;

    /// <summary>A gradual rollback from the last step, which has not gone down yet.</summary>
    private static Rollout GoingDown() => RolloutCommands.RollBack(Running().At(2), Person(Role.ReleaseManager), RuleAction.Gradual, null, Start).Value.Rollout;
}
