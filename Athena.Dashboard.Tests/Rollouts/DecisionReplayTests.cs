using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using static Athena.Dashboard.Tests.Rollouts.RolloutBuilder;

namespace Athena.Dashboard.Tests.Rollouts;

/// <summary>That every record replays as it was is asked of random histories, in <see cref="RolloutHistoryTests"/>.</summary>
public sealed class DecisionReplayTests
{
    [Fact]
    public void A_record_that_was_touched_comes_out_otherwise_and_says_where()
    {
        var rollout = Running();
        var record = rollout.Step(Look(rollout, Verdict.Bad)).Record.ShouldNotBeNull();
        record.Kind.ShouldBe(DecisionKind.RolledBack);
        DecisionReplay.Of(rollout, record).IsSame.ShouldBeTrue();
        var healthy = record with { Inputs = record.Inputs! with { Verdicts = Look(rollout).Verdicts } };
        DecisionReplay.Of(rollout, healthy).Differences.Select(difference => difference.Place).ShouldBe(["kind", "action", "list", "rule", "summary"]);
        var stale = record with { Inputs = record.Inputs! with { Source = StaleSource } };
        DecisionReplay.Of(rollout, stale).Differences[0].ShouldSatisfyAllConditions(kind => kind.Found.ShouldBe("Held"), kind => kind.Expected.ShouldBe("RolledBack"));
        DecisionReplay.Of(rollout, record with { Rule = "another" }).Differences.ShouldHaveSingleItem().Place.ShouldBe("rule");
    }

    [Fact]
    public void A_verdict_that_its_own_figures_do_not_carry_is_told()
    {
        var rollout = Running();
        var record = rollout.Step(Look(rollout, Verdict.Bad)).Record!;
        var first = record.Inputs!.Verdicts[0];
        var other = first.Rule.Rule.IsTrueOf(double.MaxValue) == first.Rule.Rule.IsTrueOf(first.Observed!.Value) ? double.MinValue : double.MaxValue;
        var touched = record with { Inputs = record.Inputs with { Verdicts = record.Inputs.Verdicts.SetItem(0, first with { Observed = other }) } };
        DecisionReplay.Of(rollout, touched).Differences.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            figure => figure.Place.ShouldBe(first.Rule.Rule.Text),
            figure => figure.Message.ShouldBe("is not what its figures say"));
    }

    [Fact]
    public void What_cannot_be_made_again_says_why()
    {
        var rollout = Running();
        var byHand = RolloutCommands.Interrupt(rollout, "switched off", "somebody", Start.AddMinutes(1), Start.AddMinutes(1)).Record!;
        DecisionReplay.Of(rollout, byHand).ShouldSatisfyAllConditions(replayed => replayed.IsSame.ShouldBeFalse(), replayed => replayed.Why!.ShouldStartWith("Somebody decided it"));
        var record = rollout.Step(Look(rollout, Verdict.Bad)).Record!;
        DecisionReplay.Of(rollout, record with { Inputs = record.Inputs! with { Memory = null } }).Why.ShouldBe("It was recorded before records held the whole state.");
    }
}
