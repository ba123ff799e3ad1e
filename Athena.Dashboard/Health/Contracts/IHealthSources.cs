using System.Collections.Immutable;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Health.Contracts;

/// <summary>Whether anybody is reporting.</summary>
public interface IHealthSources
{
    /// <summary>From memory; cheap enough for every tick.</summary>
    SourceFreshness Freshness(Guid rolloutId, DateTimeOffset now);

    /// <summary>
    /// Metrics that no source has supplied in an environment within the last week: said when a plan is made, so that it
    /// is not found out at the end of a stage.
    /// </summary>
    /// <param name="metrics">Keys of the catalogue; aliases and conditions are followed.</param>
    /// <returns>One for each metric that lacks something, in their order.</returns>
    ImmutableArray<UnsuppliedMetric> Unsupplied(string environment, IEnumerable<string> metrics, MetricCatalogue catalogue, DateTimeOffset now);

    /// <summary>
    /// Stores what was taken for these rollouts before the call, so that what is decided from it does not rest on
    /// something that a kill could lose.
    /// </summary>
    /// <returns>False when the database did not take it; it is tried again.</returns>
    Task<bool> StoreAsync(IReadOnlyCollection<Guid> rolloutIds);
}

/// <summary>A metric that lacks counts.</summary>
/// <param name="Metric">As it was asked for.</param>
/// <param name="Counts">Names of the counts that nobody reported.</param>
/// <param name="IsTold">
/// The metric has a value all the same, as if there were none of those counts: nobody reports crashes, so the crash
/// rate reads 0.
/// </param>
public sealed record UnsuppliedMetric(string Metric, ImmutableArray<string> Counts, bool IsTold);

/// <param name="LastBatchAt">End of the newest batch by event time, or null when none came yet.</param>
/// <param name="Interval">The longest interval at which an instance reports now; null before the first batch.</param>
/// <param name="AgeInIntervals">Time since <paramref name="LastBatchAt"/> in intervals; null before the first batch.</param>
/// <param name="IsFresh">There was a batch, and it is at most two intervals old.</param>
/// <param name="Instances">Instances that reported within the last minute, or within two intervals where those are longer.</param>
public sealed record SourceFreshness(
    DateTimeOffset? LastBatchAt,
    TimeSpan? Interval,
    double? AgeInIntervals,
    bool IsFresh,
    int Instances)
{
    public static readonly SourceFreshness Never = new(null, null, null, false, 0);

    /// <summary>Why a source that the product asks gives nothing; null where it gives, or where applications report by themselves.</summary>
    public FeedTrouble? Trouble { get; init; }
}
