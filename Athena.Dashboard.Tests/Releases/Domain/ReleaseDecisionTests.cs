using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Releases.Domain;
using Athena.Dashboard.Tests.Gates;
using static Athena.Dashboard.Process.Contracts.ReleaseState;
using static Athena.Dashboard.Tests.Releases.ReleaseSamples;

namespace Athena.Dashboard.Tests.Releases.Domain;

public sealed class ReleaseDecisionTests
{
    [Fact]
    public void A_planned_release_keeps_the_version_of_the_process_that_it_started_with()
    {
        var planned = ReleaseDecisions.Plan(Plan(), DefaultVersion with { Number = 7 }, [], [], Manager, Now).Value;

        planned.State.State.ShouldBe(Planned);
        planned.State.ProcessVersion.ShouldBe(7);
        planned.Events.ShouldHaveSingleItem().ShouldBeOfType<ReleasePlanned>().Version.ShouldBe("1.2.0");
    }

    [Fact]
    public void Without_a_version_the_next_one_is_taken() =>
        ReleaseDecisions.Plan(Plan(version: null), DefaultVersion, [new SemanticVersion(1, 4, 2)], [], Manager, Now).Value.State.Semver.ShouldBe("1.5.0");

    [Fact]
    public void Everything_wrong_with_a_plan_is_said_at_once()
    {
        var plan = new ReleasePlan("weekly", "1.x", "Two\nlines", new DateOnly(2025, 7, 31), "Berlin", null, new string('x', 4001), [new KnownIssue("", "javascript:x")]);

        ReleaseDecisions.Plan(plan, DefaultVersion, [], [], Manager, Now).Refusal!.Items.Select(item => item.Place)
            .ShouldBe(["type", "version", "title", "userValue", "zone", "targetDate", "ownerId", "knownIssues[0].text", "knownIssues[0].link"]);
    }

    [Fact]
    public void Today_is_the_day_in_the_zone_of_the_release()
    {
        var late = new DateTimeOffset(2025, 8, 1, 23, 30, 0, TimeSpan.Zero);
        var plan = Plan() with { TargetDate = new DateOnly(2025, 8, 1) };

        ReleaseDecisions.Plan(plan with { Zone = "Etc/UTC" }, DefaultVersion, [], [], Manager, late).IsAccepted.ShouldBeTrue();
        ReleaseDecisions.Plan(plan with { Zone = "Europe/Berlin" }, DefaultVersion, [], [], Manager, late).Refusal!.Items.ShouldHaveSingleItem().Place.ShouldBe("targetDate");
    }

    [Theory]
    [InlineData(Role.EngineeringLead)]
    [InlineData(Role.ProductManager)]
    [InlineData(Role.Viewer)]
    public void Only_the_release_manager_plans_moves_and_edits(Role role)
    {
        var other = GateSamples.Person("Other", role);

        ReleaseDecisions.Plan(Plan(), DefaultVersion, [], [], other, Now).Refusal!.WhoCan.ShouldBe(["Release Manager", "Administrator"]);
        Release().Reschedule(new DateOnly(2025, 9, 1), null, "Later", other, Now).Refusal!.Kind.ShouldBe(RefusalKind.Forbidden);
        Release().Edit("Title", null, "Value", [], other).Refusal!.Kind.ShouldBe(RefusalKind.Forbidden);
        Release().Transition(InDevelopment, null, Passed, [], other, Now).Refusal!.Kind.ShouldBe(RefusalKind.Forbidden);
    }

    [Fact]
    public void A_release_without_user_value_stays_planned()
    {
        var release = Release() with { UserValue = "" };

        release.Transition(InDevelopment, null, Passed, [], Manager, Now).Refusal!.Code.ShouldBe("user_value_missing");
        release.Transition(InDevelopment, null, OneOpen, [], Manager, Now).Refusal!.Items.Length.ShouldBe(2);
        release.Transition(Cancelled, "Not wanted", Passed, [], Manager, Now).IsAccepted.ShouldBeTrue();
        (Release() with { State = InDevelopment }).Edit("Title", null, " ", [], Manager).Refusal!.Items.ShouldHaveSingleItem().Place.ShouldBe("userValue");
    }

    [Fact]
    public void An_open_gate_refuses_the_transition_and_names_the_item()
    {
        var refusal = Release(InDevelopment).Transition(InQa, null, OneOpen, [], Manager, Now).Refusal!;

        refusal.Code.ShouldBe("gates_open");
        var item = refusal.Items.ShouldHaveSingleItem();
        item.Place.ShouldBe("Development Gates: Security scan shows no critical issues");
        item.WhoCan.ShouldBe("Engineering Lead");
        item.Since.ShouldBe(Now);
    }

    [Fact]
    public void A_release_without_rollouts_is_completed_by_hand_and_one_with_rollouts_by_them()
    {
        Release(RollingOut).Transition(Completed, null, Passed, [], Manager, Now).IsAccepted.ShouldBeTrue();
        Release(RollingOut).Transition(Completed, null, Passed, Rollout(underWay: true), Manager, Now).Refusal!.Code.ShouldBe("completed_by_rollouts");
        Release(RollingOut).Complete(Actor.System("rollouts"), Now).Value.State.State.ShouldBe(Completed);
        Release(InQa).Complete(Actor.System("rollouts"), Now).Refusal!.Code.ShouldBe("transition_impossible");
    }

    [Fact]
    public void It_is_not_cancelled_while_users_are_being_given_it()
    {
        Release(RollingOut).Transition(Cancelled, "Enough", Passed, Rollout(underWay: true), Manager, Now).Refusal!.Code.ShouldBe("rollout_under_way");
        Release(RollingOut).Transition(Cancelled, "Enough", Passed, Rollout(underWay: false), Manager, Now).IsAccepted.ShouldBeTrue();
    }

    [Fact]
    public void A_rolled_back_release_may_be_prepared_again()
    {
        var rolledBack = Release(RollingOut).RollBack("Errors above 5 %", Actor.System("rollouts"), Now).Value.State;

        rolledBack.RollBack("again", Actor.System("rollouts"), Now).Value.Events.ShouldBeEmpty();
        rolledBack.Transition(InPreparation, null, Passed, [], Manager, Now).Value.State.State.ShouldBe(InPreparation);
    }

    [Fact]
    public void Moving_the_date_needs_a_reason_and_another_date()
    {
        Release().Reschedule(new DateOnly(2025, 9, 1), null, "", Manager, Now).Refusal!.Items.ShouldHaveSingleItem().Place.ShouldBe("reason");
        Release().Reschedule(new DateOnly(2025, 8, 29), null, "Later", Manager, Now).Refusal!.Code.ShouldBe("date_same");
        Release(Completed).Reschedule(new DateOnly(2025, 9, 1), null, "Later", Manager, Now).Refusal!.Code.ShouldBe("release_over");
        Release().Reschedule(new DateOnly(2025, 9, 1), null, "The audit is late", Manager, Now).Value.Events.ShouldHaveSingleItem()
            .ShouldBe(new ReleaseRescheduled("1.2.0", new DateOnly(2025, 8, 29), new DateOnly(2025, 9, 1), "Europe/Berlin", "Europe/Berlin", "The audit is late"));
    }

    [Fact]
    public void Random_histories_keep_to_the_ways_between_the_states()
    {
        var states = Enum.GetValues<ReleaseState>();
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var release = Release() with { UserValue = random.Next(3) == 0 ? "" : "Value" };
            for (var step = 0; step < 40; step++)
            {
                var where = $"seed {seed}, step {step}: {release.State}";
                var to = states[random.Next(states.Length)];
                var open = random.Next(3) == 0;
                var rollouts = random.Next(2) == 0 ? [] : Rollout(random.Next(2) == 0);
                var decided = random.Next(6) switch
                {
                    0 => release.Complete(Actor.System("rollouts"), Now),
                    1 => release.RollBack("bad", Actor.System("rollouts"), Now),
                    _ => release.Transition(to, "because", open ? OneOpen : Passed, rollouts, Manager, Now),
                };
                if (!decided.IsAccepted) continue;
                var next = decided.Value.State;
                if (next.State == release.State) decided.Value.Events.ShouldBeEmpty(where);
                else
                {
                    ReleaseTransitions.From(release.State).ShouldContain(next.State, where);
                    decided.Value.Events.Length.ShouldBe(1, where);
                    if (release.State == Planned && next.State != Cancelled) release.UserValue.ShouldNotBeEmpty(where);
                }

                release.IsOver.ShouldBeFalse(where + ": nothing follows an end");
                release = next;
            }
        }
    }
}
