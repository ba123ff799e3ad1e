using System.Globalization;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using static Athena.Dashboard.Tests.Rollouts.RolloutBuilder;

namespace Athena.Dashboard.Tests.Rollouts;

public sealed class RolloutCommandTests
{
    [Fact]
    public void A_production_rollout_starts_only_while_its_release_rolls_out_and_its_gates_are_passed()
    {
        var manager = Person(Role.ReleaseManager);
        RolloutCommands.Start(Planned(), manager, AllClear with { Release = ReleaseState.InPreparation }, null, Start)
            .Refusal.ShouldNotBeNull().Code.ShouldBe("release_not_rolling_out");
        var open = RolloutCommands.Start(Planned(), manager, AllClear with { Gates = GatesOpen }, null, Start).Refusal.ShouldNotBeNull();
        open.Code.ShouldBe("gate_open");
        open.Items.ShouldBe(GatesOpen.Open);
        RolloutCommands.Start(Planned(), manager, AllClear, null, Start).Value.Intents.Select(intent => intent.Kind)
            .ShouldBe([IntentKind.ClaimFlag, IntentKind.SetExposure]);
    }

    [Fact]
    public void Elsewhere_a_rollout_is_a_rehearsal_that_waits_for_nothing()
    {
        var around = AllClear with { Release = ReleaseState.InQa, Gates = GatesOpen };
        RolloutCommands.Start(Planned(production: false), Person(Role.ProductManager), around, null, Start).IsAccepted.ShouldBeTrue();
    }

    [Theory]
    [InlineData(Role.QaLead, false, true)]
    [InlineData(Role.DevOpsEngineer, true, true)]
    [InlineData(Role.ProductManager, false, false)]
    [InlineData(Role.Viewer, false, false)]
    public void Who_may_raise_and_who_may_lower(Role role, bool raises, bool lowers)
    {
        var person = Person(role);
        RolloutCommands.Advance(Running(), person, AllClear, "now", Start).IsAccepted.ShouldBe(raises);
        RolloutCommands.Pause(Running(), person, "wait", Start).IsAccepted.ShouldBe(lowers);
        RolloutCommands.RollBack(Running(), person, RuleAction.RollBack, null, Start).IsAccepted.ShouldBe(lowers);
        var refusal = RolloutCommands.RollBack(Running(), Person(Role.Viewer), RuleAction.RollBack, null, Start).Refusal.ShouldNotBeNull();
        refusal.Kind.ShouldBe(RefusalKind.Forbidden);
        refusal.WhoCan.ShouldContain("QA Lead");
    }

    [Fact]
    public void A_key_of_another_environment_may_not()
    {
        var key = Person(Role.Administrator) with { Kind = ActorKind.Key, Environment = "staging" };
        RolloutCommands.Pause(Running(), key, "wait", Start).Refusal.ShouldNotBeNull().Kind.ShouldBe(RefusalKind.Forbidden);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("  ")]
    public void Whoever_pauses_resumes_or_advances_says_why(string? reason)
    {
        var lead = Person(Role.EngineeringLead);
        RolloutCommands.Pause(Running(), lead, reason, Start).Refusal.ShouldNotBeNull().Code.ShouldBe("reason_required");
        RolloutCommands.Advance(Running(), lead, AllClear, reason, Start).Refusal.ShouldNotBeNull().Code.ShouldBe("reason_required");
        RolloutCommands.RollBack(Running(), lead, RuleAction.RollBack, reason, Start).IsAccepted.ShouldBeTrue();
    }

    [Fact]
    public void A_reason_has_an_end_but_a_rollback_does_not_wait_for_a_shorter_one()
    {
        var lead = Person(Role.EngineeringLead);
        var saga = new string('x', 501);
        RolloutCommands.Pause(Running(), lead, saga, Start).Refusal.ShouldNotBeNull().Items.ShouldHaveSingleItem().Place.ShouldBe("reason");
        RolloutCommands.RollBack(Running(), lead, RuleAction.RollBack, saga, Start).Value.Rollout.Because.ShouldNotBeNull().Length.ShouldBe(500);
    }

    [Fact]
    public void A_hold_that_ends_by_itself_cannot_be_resumed_by_hand()
    {
        var held = Running() with { State = RolloutState.Held, Cause = HoldCause.Stale, Because = "Nobody reports." };
        RolloutCommands.Resume(held, Person(Role.ReleaseManager), AllClear, "go", Start).Refusal.ShouldNotBeNull().Code.ShouldBe("hold_ends_by_itself");
    }

    [Fact]
    public void A_rollout_whose_flag_was_switched_off_pauses_and_cannot_be_resumed_before_it_is_on_again()
    {
        var paused = RolloutCommands.Interrupt(Running(), "switched off by Support desk", RolloutTick.Engine, Start, Start).Rollout;
        paused.State.ShouldBe(RolloutState.Paused);
        paused.Because.ShouldBe("switched off by Support desk");
        var manager = Person(Role.ReleaseManager);
        RolloutCommands.Resume(paused, manager, AllClear with { FlagIsOn = false }, "go", Start).Refusal.ShouldNotBeNull().Code.ShouldBe("flag_switched_off");
        RolloutCommands.Resume(paused, manager, AllClear, "go", Start).Value.Intents.ShouldBeEmpty();
    }

    [Fact]
    public void News_of_a_switch_that_somebody_has_answered_since_pauses_nothing()
    {
        var happened = Start.AddMinutes(5);
        var paused = RolloutCommands.Interrupt(Running(), "switched off", RolloutTick.Engine, happened, happened).Rollout;
        var resumed = RolloutCommands.Resume(paused, Person(Role.ReleaseManager), AllClear, "on again", happened.AddMinutes(1)).Value.Rollout;
        RolloutCommands.Interrupt(resumed, "switched off", RolloutTick.Engine, happened, happened.AddMinutes(2)).Rollout.ShouldBe(resumed, "the same news, come twice");
        RolloutCommands.Interrupt(resumed, "switched off", RolloutTick.Engine, happened.AddMinutes(3), happened.AddMinutes(4)).Rollout.State.ShouldBe(RolloutState.Paused);
    }

    [Fact]
    public void What_reports_left_out_stands_in_the_log_and_moves_nothing()
    {
        var rollout = Running();
        var gap = new HealthGapFound(rollout.Id, ["api-1", "api-2"], 12, Start.AddSeconds(61), Start.AddSeconds(62.5), TimeSpan.FromSeconds(1.25));
        var id = Guid.CreateVersion7(Start);
        var noted = RolloutCommands.NoteGap(rollout, gap, id, Start.AddMinutes(3));
        noted.Rollout.ShouldBeSameAs(rollout);
        noted.Events.ShouldBeEmpty();
        var record = noted.Record.ShouldNotBeNull();
        (record.Id, record.Kind, record.Stage).ShouldBe((id, DecisionKind.GapFound, "internal"));
        record.Summary.ShouldBe(string.Create(CultureInfo.InvariantCulture, $"api-1 and 11 more left out 1.2s between {Start.AddSeconds(61):HH:mm:ss} and {Start.AddSeconds(62):HH:mm:ss} UTC."));
        RolloutCommands.NoteGap(Planned(), gap, id, Start).Record.ShouldBeNull();
    }

    [Fact]
    public void When_the_flag_refused_the_stage_resuming_tries_again()
    {
        var started = RolloutCommands.Start(Planned(), Person(Role.ReleaseManager), AllClear, null, Start).Value.Rollout;
        var held = RolloutCommands.ExposureRefused(started, Refusal.Conflict("flag_owned", "Another rollout owns it."), Start).Rollout;
        held.Cause.ShouldBe(HoldCause.FlagRefused);
        RolloutCommands.Resume(held, Person(Role.ReleaseManager), AllClear, "go", Start).Value.Intents
            .ShouldBe([new Intent(IntentKind.ClaimFlag), new Intent(IntentKind.SetExposure, 0)]);
    }

    [Fact]
    public void Only_a_criterion_of_the_present_stage_can_be_ticked_and_by_its_role()
    {
        var plan = ShortPlan.Replace("criteria: [error_rate < 0.01]\n    - name: gradual", "criteria: [{text: It works, role: support}]\n    - name: gradual", StringComparison.Ordinal);
        var rollout = Running(plan);
        RolloutCommands.TickCriterion(rollout, Person(Role.Support), "It shines", true, Start).Refusal.ShouldNotBeNull().Code.ShouldBe("criterion_unknown");
        RolloutCommands.TickCriterion(rollout, Person(Role.QaLead), "It works", true, Start).Refusal.ShouldNotBeNull().WhoCan.ShouldContain("Support");
        var ticked = RolloutCommands.TickCriterion(rollout, Person(Role.Support), "It works", true, Start).Value.Rollout;
        ticked.Ticks.ShouldHaveSingleItem().By.ShouldBe("Release desk");
        RolloutCommands.TickCriterion(ticked, Person(Role.Support), "It works", true, Start).Value.Events.ShouldBeEmpty();
        RolloutCommands.TickCriterion(ticked, Person(Role.Support), "It works", false, Start).Value.Rollout.Ticks.ShouldBeEmpty();
        RolloutCommands.TickCriterion(rollout.At(1), Person(Role.Support), "It works", true, Start).IsAccepted.ShouldBeFalse();
    }

    [Fact]
    public void Advancing_by_hand_needs_open_gates_closed_and_ends_at_completion()
    {
        var lead = Person(Role.EngineeringLead);
        RolloutCommands.Advance(Running(), lead, AllClear with { Gates = GatesOpen }, "go", Start).Refusal.ShouldNotBeNull().Code.ShouldBe("gate_open");
        RolloutCommands.Advance(Running() with { State = RolloutState.Paused }, lead, AllClear, "go", Start).Refusal.ShouldNotBeNull().Code.ShouldBe("rollout_paused");
        RolloutCommands.Advance(Running() with { Applied = false }, lead, AllClear, "go", Start).Refusal.ShouldNotBeNull().Code.ShouldBe("exposure_pending");
        RolloutCommands.Advance(Running(), lead, AllClear, "go", Start).Value.Rollout.Step.ShouldBe(1);
        RolloutCommands.Advance(Running().At(2), lead, AllClear, "go", Start).Value.Rollout.State.ShouldBe(RolloutState.Completed);
    }

    [Fact]
    public void A_second_rollback_is_told_that_the_first_is_under_way()
    {
        var lead = Person(Role.EngineeringLead);
        var back = RolloutCommands.RollBack(Running(), lead, RuleAction.RollBack, null, Start).Value.Rollout;
        RolloutCommands.RollBack(back, lead, RuleAction.RollBack, null, Start).Refusal.ShouldNotBeNull().Code.ShouldBe("already_rolling_back");
        RolloutCommands.RollbackFinished(back, Start).Rollout.State.ShouldBe(RolloutState.RolledBack);
    }

    [Fact]
    public void A_rollback_cannot_be_undone_by_an_exposure_that_is_confirmed_late()
    {
        var advanced = RolloutCommands.Advance(Running(), Person(Role.EngineeringLead), AllClear, "go", Start).Value.Rollout;
        var back = RolloutCommands.RollBack(advanced, Person(Role.QaLead), RuleAction.RollBack, null, Start).Value.Rollout;
        RolloutCommands.ExposureApplied(back, 1, Start).Rollout.ShouldBe(back);
    }

    [Fact]
    public void Only_a_planned_rollout_can_be_called_off()
    {
        RolloutCommands.CallOff(Planned(), Person(Role.ReleaseManager), null, Start).Value.Rollout.State.ShouldBe(RolloutState.CalledOff);
        RolloutCommands.CallOff(Running(), Person(Role.ReleaseManager), null, Start).IsAccepted.ShouldBeFalse();
    }
}
