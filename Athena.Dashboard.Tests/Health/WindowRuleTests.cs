using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Process.Contracts;
using static Athena.Dashboard.Health.Contracts.UndecidedCause;
using static Athena.Dashboard.Health.Contracts.Verdict;
using static Athena.Dashboard.Process.Contracts.Comparison;
using static Athena.Dashboard.Tests.Health.HealthBuilders;

namespace Athena.Dashboard.Tests.Health;

public sealed class WindowRuleTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(10);

    private readonly RolloutMeter meter = Meter();
    private DateTimeOffset now = Noon;
    private HealthScope scope = new(Rollout.RolloutId, Noon, Tick);

    [Fact]
    public void Harm_is_bad_at_the_second_look_in_a_row()
    {
        var rule = Trigger("error_rate", GreaterThan, 0.05);
        Report(Counts(1000, 60));
        Look(rule).Cause.ShouldBe(Ambiguous);
        Report(Counts(1000, 60));
        Look(rule).Verdict.ShouldBe(Bad);
    }

    [Fact]
    public void Asking_twice_within_a_tick_is_one_look()
    {
        var rule = Trigger("error_rate", GreaterThan, 0.05);
        Report(Counts(1000, 60));
        Look(rule);
        now = now.AddSeconds(4);
        Look(rule).Verdict.ShouldBe(Undecided);
    }

    [Fact]
    public void A_healthy_look_in_between_begins_the_row_anew()
    {
        var rule = Trigger("error_rate", GreaterThan, 0.05, TimeSpan.FromSeconds(10));
        Report(Counts(1000, 60));
        Look(rule).Cause.ShouldBe(Ambiguous);
        Report(Counts(1000));
        Look(rule).Verdict.ShouldBe(Good);
        Report(Counts(1000, 60));
        Look(rule).Cause.ShouldBe(Ambiguous);
    }

    [Fact]
    public void A_criterion_that_holds_is_good_and_one_that_does_not_is_bad()
    {
        var (holds, fails) = (Criterion("error_rate", LessThan, 0.02), Criterion("error_rate", LessThan, 0.005));
        Report(Counts(10_000, 100));
        Look(holds, fails).Select(verdict => verdict.Verdict).ShouldBe([Good, Undecided]);
        Report(Counts(10_000, 100));
        Look(holds, fails).Select(verdict => verdict.Verdict).ShouldBe([Good, Bad]);
    }

    [Theory]
    [InlineData(0.05, null, 100)]
    [InlineData(0.01, null, 500)]
    [InlineData(0.001, null, 5000)]
    [InlineData(0.3, null, 100)]
    [InlineData(0.001, 20L, 20)]
    public void The_sample_that_a_rate_needs_follows_from_its_threshold_unless_the_plan_names_one(double threshold, long? own, long needed)
    {
        var rule = Criterion("error_rate", LessThan, threshold, sample: own);
        Report(Counts(needed - 1));
        var few = Look(rule);
        (few.Verdict, few.Cause, few.Samples, few.Needed).ShouldBe((Undecided, TooLittleData, needed - 1, needed));
        Report(Counts(1));
        Look(rule).Verdict.ShouldBe(Good);
    }

    [Fact]
    public void One_critical_error_is_harm_without_any_sample()
    {
        var rule = Trigger("critical_errors", GreaterThan, 0);
        Report(new Tally { [CountSlot.CriticalErrors] = 1 });
        Look(rule).Cause.ShouldBe(Ambiguous);
        Report(new Tally());
        Look(rule).Verdict.ShouldBe(Bad);
    }

    [Fact]
    public void No_critical_error_without_any_request_says_nothing()
    {
        Report(new Tally());
        Look(Trigger("critical_errors", GreaterThan, 0)).Cause.ShouldBe(TooLittleData);
    }

    [Fact]
    public void A_count_that_no_report_has_is_named_and_one_that_is_reported_as_none_is_not()
    {
        var score = Criterion("user_satisfaction", GreaterThan, 4);
        Report(Counts(1000));
        var lacking = Look(score);
        (lacking.Verdict, lacking.Cause).ShouldBe((Undecided, NotReported));
        lacking.Missing.ShouldBe(["scores"]);
        lacking.Explanation.ShouldBe("There were no scores in the reports over the stage, and User satisfaction is made of that.");

        Report(new Tally { [CountSlot.Requests] = 1000, [CountSlot.Score5] = 0 });
        Look(score).Cause.ShouldBe(TooLittleData, "somebody says that nobody gave a score yet");
        Look(Criterion("error_rate", LessThan, 0.01)).Verdict.ShouldBe(Good, "errors that nobody reports are none, of requests that are");
        Look(Criterion("no_performance_regression", LessThan, 0.05)).Missing.ShouldBe(["latency_count"], "that of the metric that it compares");
    }

    [Fact]
    public void A_comparison_lacks_what_either_arm_does_not_report()
    {
        Report(Counts(1000, meanMs: 100), Counts(1000));
        Look(Trigger("performance_degradation", GreaterThan, 0.2)).Cause.ShouldBe(NotReported);
        Report(Counts(1000, meanMs: 100), Counts(1000, meanMs: 100));
        Look(Trigger("performance_degradation", GreaterThan, 0.2)).Verdict.ShouldBe(Good);
    }

    [Fact]
    public void The_slowest_responses_are_told_from_buckets_and_from_nothing_else()
    {
        var slow = Criterion("response_time_p95", LessThan, 500);
        Report(new Tally { [CountSlot.Requests] = 1000, [CountSlot.LatencyMicros] = 1_000_000, [CountSlot.LatencyCount] = 1000 });
        Look(slow).Missing.ShouldBe(["latency_buckets"]);
        var tally = Counts(1000, meanMs: 100);
        tally.Buckets[LatencyBounds.BucketOf(2000)] = 100;
        tally[CountSlot.LatencyCount] += 100;
        Report(tally);
        Look(slow).Observed.ShouldBe(1725);
        Look(slow).Samples.ShouldBe(1100);
        now = now.Add(Tick);
        Report(new Tally());
        Look(slow).Verdict.ShouldBe(Bad);
    }

    [Fact]
    public void A_source_that_never_reported_is_down_and_one_that_stopped_is_stale()
    {
        var rule = Trigger("error_rate", GreaterThan, 0.05);
        Look(rule).Cause.ShouldBe(SourceDown);
        Report(Counts(1000, 1000));
        Report(Counts(1000, 1000));
        Look(rule);
        now = now.AddSeconds(20.5);
        Look(rule).Cause.ShouldBe(Stale, "harm that nobody confirms any more rolls nothing back");
        Report(Counts(1000, 1000));
        Look(rule).Cause.ShouldBe(Ambiguous);
    }

    [Fact]
    public void A_trigger_without_a_window_looks_back_five_minutes_and_a_criterion_over_the_whole_stage()
    {
        var (trigger, criterion) = (Trigger("error_rate", GreaterThan, 0.05), Criterion("error_rate", LessThan, 0.05));
        Report(Counts(1000, 500));
        for (var i = 0; i < 31; i++) Report(Counts(100));
        var verdicts = Look(trigger, criterion);
        verdicts[0].Verdict.ShouldBe(Good);
        verdicts[0].Window.ShouldBe(TimeSpan.FromMinutes(5));
        verdicts[1].Observed.ShouldBe(500 / 4100.0);
        verdicts[1].Window.ShouldBeNull();
    }

    [Fact]
    public void A_new_stage_begins_its_criteria_anew_and_keeps_the_triggers()
    {
        var (trigger, criterion) = (Trigger("error_rate", GreaterThan, 0.05), Criterion("error_rate", LessThan, 0.05));
        scope = scope with { RolloutStarted = Noon };
        Report(Counts(1000, 500));
        Look(trigger, criterion);
        scope = scope with { StageStarted = now };
        Report(Counts(1000));
        var verdicts = Look(trigger, criterion);
        verdicts[0].Verdict.ShouldBe(Bad);
        verdicts[1].Verdict.ShouldBe(Good);
        verdicts[1].Samples.ShouldBe(1000);
    }

    [Fact]
    public void What_caused_a_rollback_does_not_cause_the_next()
    {
        var trigger = Trigger("error_rate", GreaterThan, 0.05);
        Report(Counts(1000, 500));
        Look(trigger);
        Report(Counts(1000, 500));
        Look(trigger).Verdict.ShouldBe(Bad);
        scope = new HealthScope(Rollout.RolloutId, now, Tick) { RolloutStarted = now };
        Report(Counts(1000));
        Look(trigger).Verdict.ShouldBe(Good);
    }

    [Fact]
    public void Relative_rules_compare_the_arms_and_need_both()
    {
        var (slower, drop) = (Trigger("performance_degradation", GreaterThan, 0.2), Trigger("user_satisfaction_drop", GreaterThan, 0.5));
        Report(Counts(1000, meanMs: 130, score: 3, scores: 120));
        Look(slower, drop).Select(verdict => verdict.Cause).ShouldBe([TooLittleData, TooLittleData]);
        Report(Counts(), Counts(1000, meanMs: 100, score: 4, scores: 120));
        var verdicts = Look(slower, drop);
        verdicts[0].Observed!.Value.ShouldBe(0.3, 1e-9);
        verdicts[1].Observed.ShouldBe(1);
        verdicts.ShouldAllBe(verdict => verdict.Cause == Ambiguous);
        Report(Counts(), Counts());
        Look(slower, drop).ShouldAllBe(verdict => verdict.Verdict == Bad);
    }

    [Fact]
    public void A_control_that_takes_no_time_at_all_is_nothing_to_compare_with()
    {
        Report(Counts(1000, meanMs: 130), new Tally { [CountSlot.Requests] = 500, [CountSlot.LatencyCount] = 500 });
        Look(Trigger("performance_degradation", GreaterThan, 0.2)).Cause.ShouldBe(NotANumber);
    }

    [Fact]
    public void Every_metric_of_the_catalogue_has_a_value()
    {
        var exposed = new Tally
        {
            [CountSlot.Requests] = 1000, [CountSlot.Errors] = 10, [CountSlot.Crashes] = 5, [CountSlot.CriticalErrors] = 2,
            [CountSlot.LatencyMicros] = 1_000_000, [CountSlot.LatencyCount] = 10, [CountSlot.Score5] = 1, [CountSlot.Score2] = 1,
            [CountSlot.Users] = 50, [CountSlot.Adopters] = 20,
        };
        exposed.Buckets[LatencyBounds.BucketOf(100)] = 10;
        exposed.AddOwn("checkouts", 10);
        exposed.AddOwn("checkout_failures", 1);
        var control = new Tally { [CountSlot.LatencyMicros] = 800_000, [CountSlot.LatencyCount] = 10, [CountSlot.Score4] = 2 };
        var measured = new Measured(exposed, control, Noon, Noon, Noon.AddSeconds(10));

        Catalogue.Metrics.ToDictionary(metric => metric.Key, metric => MetricReading.Of(metric.Key, Catalogue, measured, TimeSpan.FromSeconds(10)).Value)
            .ShouldBe(new Dictionary<string, double?>
            {
                ["error_rate"] = 0.01, ["crash_rate"] = 0.005, ["response_time"] = 100, ["response_time_p95"] = 98.75, ["throughput"] = 100,
                ["user_satisfaction"] = 3.5, ["user_feedback_score"] = 3.5, ["feature_adoption"] = 0.4, ["critical_errors"] = 2,
                ["performance_degradation"] = 0.25, ["no_performance_regression"] = 0.25, ["user_satisfaction_drop"] = 0.5,
                ["checkout_failure_rate"] = 0.1,
            });
    }

    [Fact]
    public void Only_changes_of_a_verdict_or_its_cause_are_told()
    {
        var rule = Trigger("error_rate", GreaterThan, 0.05);
        var told = new List<(Verdict?, Verdict)>();
        foreach (var errors in (long[])[0, 0, 60, 60, 60, 60])
        {
            Report(Counts(1000, errors));
            told.AddRange(meter.Judge.LookAt(scope, [rule with { Rule = rule.Rule with { Window = Tick } }], Catalogue, meter, now).Changes
                .Select(change => (change.From?.Verdict, change.To.Verdict)));
        }

        told.ShouldBe([(null, Good), (Good, Undecided), (Undecided, Bad)]);
    }

    [Fact]
    public void An_explanation_has_the_figures()
    {
        var rule = Trigger("error_rate", GreaterThan, 0.05);
        Report(Counts(1000, 60));
        Said(rule).ShouldBe("Error rate is 6 % over 5m, harm when > 5 %; the next look decides.");
        Report(Counts(1000, 60));
        Said(rule).ShouldBe("Error rate is 6 % over 5m, harm when > 5 %, from 2,000 requests. Found twice in a row.");
        now = now.AddSeconds(25);
        Said(rule).ShouldBe("No batch for 2.5 intervals; more than two is stale.");
    }

    [Fact]
    public void A_quantile_is_interpolated_within_its_bucket()
    {
        var counts = new Tally();
        counts.Buckets[LatencyBounds.BucketOf(100)] = 90;
        counts.Buckets[LatencyBounds.BucketOf(200)] = 10;
        LatencyBounds.Quantile(counts.Buckets, 0.95).ShouldBe(175);
        LatencyBounds.Quantile(counts.Buckets, 0.5)!.Value.ShouldBe(75 + (25 * 50 / 90.0), 1e-9);
        LatencyBounds.Quantile(new Tally().Buckets, 0.95).ShouldBeNull();
    }

    private void Report(Tally exposed, Tally? control = null)
    {
        now = now.Add(Tick);
        Take(meter, Batch(now, exposed, control), now).ShouldBe(BatchReceipt.Taken);
    }

    private string Said(JudgedRule rule) => Look(rule).Explanation.Replace('\u00A0', ' ');

    private RuleVerdict Look(JudgedRule rule) => Look([rule])[0];

    private ImmutableArray<RuleVerdict> Look(params JudgedRule[] rules) => meter.Judge.LookAt(scope, [.. rules], Catalogue, meter, now).Verdicts;
}
