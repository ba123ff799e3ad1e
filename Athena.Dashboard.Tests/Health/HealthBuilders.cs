using System.Collections.Immutable;
using System.Text;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Tests.Health;

/// <summary>Batches, rules and the spec's metric catalogue for tests of this slice.</summary>
internal static class HealthBuilders
{
    public static readonly DateTimeOffset Noon = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    public static readonly MeasuredRollout Rollout = new(Guid.Parse("0196a000-0000-7000-8000-000000000001"), "database-views-v2", "production", "1.2.0");

    public static readonly MetricCatalogue Catalogue = new(
    [
        Metric("error_rate", MetricKind.Ratio, MetricUnit.Fraction, MetricDirection.LowerIsBetter, "errors", "requests"),
        Metric("crash_rate", MetricKind.Ratio, MetricUnit.Fraction, MetricDirection.LowerIsBetter, "crashes", "requests"),
        Metric("response_time", MetricKind.Mean, MetricUnit.Milliseconds, MetricDirection.LowerIsBetter, "latency_sum", "latency_count"),
        Metric("response_time_p95", MetricKind.Quantile, MetricUnit.Milliseconds, MetricDirection.LowerIsBetter, "latency_buckets") with { Quantile = 0.95 },
        Metric("throughput", MetricKind.Rate, MetricUnit.PerSecond, MetricDirection.HigherIsBetter, "requests"),
        Metric("user_satisfaction", MetricKind.Score, MetricUnit.Score, MetricDirection.HigherIsBetter, "scores"),
        Metric("user_feedback_score", MetricKind.Alias, MetricUnit.Score, MetricDirection.HigherIsBetter) with { Of = "user_satisfaction" },
        Metric("feature_adoption", MetricKind.Share, MetricUnit.Fraction, MetricDirection.HigherIsBetter, "adopters", "users"),
        Metric("critical_errors", MetricKind.Count, MetricUnit.Count, MetricDirection.LowerIsBetter, "critical_errors"),
        Metric("performance_degradation", MetricKind.RelativeIncrease, MetricUnit.Fraction, MetricDirection.LowerIsBetter) with { Of = "response_time" },
        Metric("no_performance_regression", MetricKind.Condition, MetricUnit.Fraction, MetricDirection.LowerIsBetter) with { Of = "performance_degradation", Limit = 0.05 },
        Metric("user_satisfaction_drop", MetricKind.Drop, MetricUnit.Score, MetricDirection.LowerIsBetter) with { Of = "user_satisfaction" },
        Metric("checkout_failure_rate", MetricKind.Ratio, MetricUnit.Fraction, MetricDirection.LowerIsBetter, "checkout_failures", "checkouts"),
    ]);

    public static MetricRule Rule(string metric, Comparison comparison, double threshold, TimeSpan? window = null, long? sample = null) =>
        new($"{metric} {Explanations.Sign(comparison)} {threshold}", metric, comparison, threshold, window) { MinimumSample = sample };

    public static JudgedRule Criterion(string metric, Comparison comparison, double threshold, TimeSpan? window = null, long? sample = null) =>
        new(RuleListNames.StageCriteria, RuleSense.Requirement, Rule(metric, comparison, threshold, window, sample));

    public static JudgedRule Trigger(string metric, Comparison comparison, double threshold, TimeSpan? window = null, long? sample = null) =>
        new(RuleListNames.RollbackConditions, RuleSense.Trigger, Rule(metric, comparison, threshold, window, sample));

    public static Tally Counts(long requests = 0, long errors = 0, double meanMs = 0, int score = 0, long scores = 0)
    {
        var tally = new Tally { [CountSlot.Requests] = requests, [CountSlot.Errors] = errors };
        if (meanMs > 0)
        {
            tally[CountSlot.LatencyCount] = requests;
            tally[CountSlot.LatencyMicros] = (long)(requests * meanMs * 1000);
            tally.Buckets[LatencyBounds.BucketOf(meanMs)] = requests;
        }

        if (score > 0) tally[CountSlot.Score1 + (score - 1)] = scores;
        return tally;
    }

    public static HealthBatch Batch(
        DateTimeOffset to, Tally? exposed = null, Tally? control = null, string? id = null, string instance = "one", double seconds = 10) =>
        new(id ?? $"{instance}-{to.UtcTicks}", instance, to.AddSeconds(-seconds), to, Rollout.RolloutId, null, exposed, control, null, 1);

    public static RolloutMeter Meter() => new(Rollout.RolloutId, BatchLimits.Default);

    public static BatchReceipt Take(RolloutMeter meter, HealthBatch batch, DateTimeOffset now) => meter.Take(batch, Rollout, now);

    public static Outcome<HealthBatch> Read(string json, DateTimeOffset? now = null) =>
        BatchReader.Read(Encoding.UTF8.GetBytes(json), BatchLimits.Default, name => name is "checkouts" or "checkout_failures", now ?? Noon).Batch;

    private static MetricDefinition Metric(string key, MetricKind kind, MetricUnit unit, MetricDirection direction, params string[] parts)
    {
        var title = char.ToUpperInvariant(key[0]) + key[1..].Replace('_', ' ');
        return new MetricDefinition(key, title, "", kind, [.. parts], unit, direction, null, null);
    }
}
