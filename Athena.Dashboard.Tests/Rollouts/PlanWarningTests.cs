using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using static Athena.Dashboard.Tests.Rollouts.RolloutBuilder;

namespace Athena.Dashboard.Tests.Rollouts;

public sealed class PlanWarningTests
{
    private const string Plan = """
        rollout:
          feature: database-views-v2
          stages:
            - { name: internal, percentage: 1, duration: 1m, criteria: [error_rate < 0.01, user_satisfaction > 4.0] }
            - { name: gradual, percentage: 100, duration: 1m, criteria: [user_feedback_score > 3.5] }
          rollback: { automatic: true, conditions: [error_rate > 0.05, crash_rate > 1%] }
        """;

    [Fact]
    public void A_criterion_without_a_source_holds_its_stage_and_comes_first()
    {
        var warnings = PlanWarnings.Of(Terms(Plan), "production", [new("crash_rate", ["crashes"], IsTold: true), new("user_satisfaction", ["scores"], IsTold: false)]);
        warnings.Select(warning => (warning.Metric, warning.HoldsStage)).ShouldBe([("user_satisfaction", true), ("crash_rate", false)]);
        warnings[0].Rules.ShouldContain("user_feedback_score > 3.5", "its other name");
        warnings[0].Message.ShouldStartWith("Nobody has reported scores in production within the last week: the stage waits at its end until somebody does (user_satisfaction > 4.0, ");
        warnings[1].Message.ShouldStartWith("Nobody has reported crashes in production within the last week: until somebody does, crash_rate reads as if there were none (crash_rate > 1%");
    }

    [Fact]
    public void A_trigger_without_a_source_cannot_fire()
    {
        var warning = PlanWarnings.Of(Terms(Plan), "production", [new("response_time", ["latency_sum", "latency_count"], IsTold: false)]).ShouldHaveSingleItem();
        warning.HoldsStage.ShouldBeFalse();
        warning.Message.ShouldEndWith("cannot fire.");
        warning.Message.ShouldStartWith("Nobody has reported latency_sum and latency_count in production");
    }

    [Fact]
    public void Where_nobody_reports_anything_one_sentence_says_what_is_needed()
    {
        var metrics = PlanWarnings.MetricsOf(Terms(Plan)).ToList();
        metrics.ShouldBeUnique();
        var warning = PlanWarnings.Of(Terms(Plan), "production", [.. metrics.Select(metric => new UnsuppliedMetric(metric, ["requests"], false))]).ShouldHaveSingleItem();
        (warning.Metric, warning.HoldsStage).ShouldBe((null, true));
        warning.Message.ShouldBe("Nobody has reported in production within the last week. The rules of this plan need requests; the first stage waits until somebody reports.");
    }

    [Fact]
    public void A_plan_whose_metrics_are_all_supplied_needs_no_words() => PlanWarnings.Of(Terms(Plan), "production", []).ShouldBeEmpty();

    [Fact]
    public void A_stage_that_waits_for_a_count_says_which()
    {
        var rollout = Running(Plan);
        var look = Look(rollout);
        var lacking = look.Verdicts.Single(verdict => verdict.Rule.Rule.Text == "user_satisfaction > 4.0");
        look = look with
        {
            Verdicts = look.Verdicts.Replace(lacking, lacking with { Verdict = Verdict.Undecided, Cause = UndecidedCause.NotReported, Missing = ["scores"] }),
            Elapsed = TimeSpan.FromMinutes(5),
            Tick = TimeSpan.FromMinutes(5),
        };
        var held = rollout.Step(look).Rollout;
        held.Because.ShouldBe("Cannot be decided yet: user_satisfaction > 4.0 (nobody reports scores).");
    }
}
