using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Health;

/// <summary>The judge over the windows in memory; what changed goes to the recorder.</summary>
public sealed class HealthJudge(HealthMeters meters, HealthRecorder recorder, HealthWriter writer, IProcessCatalog process) : IHealthJudge, IHealthSources
{
    public ImmutableArray<RuleVerdict> Judge(HealthScope scope, ImmutableArray<JudgedRule> rules, DateTimeOffset now)
    {
        var catalogue = process.Current.Document.Metrics;
        var meter = meters.GetOrAdd(scope.RolloutId);
        lock (meter.Gate)
        {
            var (verdicts, changes) = meter.Judge.LookAt(scope, rules, catalogue, meter, now);
            foreach (var change in changes) recorder.Record(scope.RolloutId, change);
            return verdicts;
        }
    }

    public ImmutableArray<RuleVerdict> Latest(Guid rolloutId)
    {
        if (meters.Find(rolloutId) is not { } meter) return [];
        lock (meter.Gate) return meter.LastLook?.Verdicts ?? [];
    }

    public SourceFreshness Freshness(Guid rolloutId, DateTimeOffset now)
    {
        if (meters.Find(rolloutId) is not { } meter) return SourceFreshness.Never;
        lock (meter.Gate) return meter.Freshness(now);
    }

    public ImmutableArray<UnsuppliedMetric> Unsupplied(string environment, IEnumerable<string> metrics, MetricCatalogue catalogue, DateTimeOffset now)
    {
        var reported = new Tally();
        foreach (var meter in meters.All.Where(meter => meter.Rollout?.Environment == environment))
        {
            lock (meter.Gate)
            {
                var week = meter.Measure(now - HealthLoader.Recent, now, now);
                reported.Add(week.Exposed);
                reported.Add(week.Control);
            }
        }

        return [.. metrics.Distinct(StringComparer.Ordinal).Select(metric => MetricNeeds.Of(metric, catalogue).Without(metric, reported)).OfType<UnsuppliedMetric>()];
    }

    public Task<bool> StoreAsync(IReadOnlyCollection<Guid> rolloutIds) => writer.FlushAsync(rolloutIds.Select(meters.Find).OfType<RolloutMeter>());
}
