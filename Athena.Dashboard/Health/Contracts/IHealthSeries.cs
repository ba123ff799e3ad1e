using System.Collections.Immutable;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Health.Contracts;

/// <summary>What was counted, for charts, tables and reports.</summary>
public interface IHealthSeries
{
    /// <summary>
    /// Points at equal distances, oldest first; a time without a batch has none. Stored counts reach back 7 days at
    /// 10 s and 13 months at a minute and above.
    /// </summary>
    /// <param name="resolution">10 s, 1 min, 10 min or 1 h; null picks one that gives at most 720 points per arm.</param>
    Task<HealthSeries> ReadAsync(
        Guid rolloutId, DateTimeOffset from, DateTimeOffset to, TimeSpan? resolution, CancellationToken cancellationToken);

    /// <summary>
    /// What was counted in all between two instants, late reports included, as the catalogue's metrics; those that nothing
    /// was reported for are left out.
    /// </summary>
    Task<ImmutableArray<MeasuredMetric>> TotalsAsync(Guid rolloutId, DateTimeOffset from, DateTimeOffset to, MetricCatalogue catalogue, CancellationToken cancellationToken);

    /// <summary>Gaps that end after <paramref name="from"/> and begin before <paramref name="to"/>, oldest first; the last 200.</summary>
    Task<ImmutableArray<HealthGap>> GapsAsync(Guid rolloutId, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken);
}

/// <param name="Resolution">Distance of two points.</param>
/// <param name="Gaps">Times that instances left out, oldest first.</param>
public sealed record HealthSeries(Guid RolloutId, TimeSpan Resolution, ImmutableArray<HealthPoint> Points, ImmutableArray<HealthGap> Gaps);

/// <summary>One metric over some time, those with the feature beside those without.</summary>
/// <param name="Exposed">In the metric's unit; null when nothing was reported.</param>
/// <param name="ExposedSamples">What it rests on: requests, scores, users.</param>
/// <param name="Control">In the metric's unit; null when nothing was reported.</param>
public sealed record MeasuredMetric(string Key, string Title, MetricUnit Unit, double? Exposed, long ExposedSamples, double? Control, long ControlSamples);

/// <summary>Time that an instance's batches left out for good.</summary>
/// <param name="Missing">How much of it is missing: less than its length where several gaps are told as one.</param>
public sealed record HealthGap(string Instance, DateTimeOffset From, DateTimeOffset To, TimeSpan Missing);

/// <summary>One arm over one step of time. A measure that nothing was reported for is null.</summary>
/// <param name="At">Beginning of the step, UTC.</param>
/// <param name="ErrorRate">Fraction.</param>
/// <param name="CrashRate">Fraction.</param>
/// <param name="ResponseTime">Mean, milliseconds.</param>
/// <param name="ResponseTimeP95">Milliseconds, interpolated within a bucket.</param>
/// <param name="Throughput">Requests per second.</param>
/// <param name="UserSatisfaction">Mean score, 1 to 5.</param>
/// <param name="FeatureAdoption">Fraction of users.</param>
public sealed record HealthPoint(
    DateTimeOffset At,
    Arm Arm,
    long Requests,
    double? ErrorRate,
    double? CrashRate,
    long CriticalErrors,
    double? ResponseTime,
    double? ResponseTimeP95,
    double? Throughput,
    double? UserSatisfaction,
    double? FeatureAdoption)
{
    /// <summary>Those of <see cref="Requests"/> that were reported too late for any rule.</summary>
    public long LateRequests { get; init; }
}
