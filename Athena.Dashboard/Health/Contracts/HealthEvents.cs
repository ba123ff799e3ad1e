using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Health.Contracts;

/// <summary>How events, audit and hub groups name the rollout that is measured: <c>rollout/&lt;id&gt;</c>.</summary>
public static class MeasuredSubject
{
    public const string Kind = "rollout";

    public static Subject Of(Guid rolloutId) => new(Kind, rolloutId.ToString());
}

/// <summary>Every event of this slice: about the rollout that is measured, like the rollout's own.</summary>
public interface IHealthEvent : IDomainEvent;

/// <summary>A rule's verdict is another than at the look before.</summary>
/// <param name="List">The list that the rule comes from.</param>
/// <param name="Rule">As written.</param>
/// <param name="From">Null at the first look of a stage.</param>
/// <param name="RecordId">The record with all inputs.</param>
public sealed record VerdictChanged(
    Guid RolloutId,
    string List,
    string Rule,
    Verdict? From,
    Verdict To,
    UndecidedCause? Cause,
    string Explanation,
    Guid RecordId) : IHealthEvent
{
    public Subject Subject => MeasuredSubject.Of(RolloutId);
}

/// <summary>
/// Batches of some instances do not join: something that was counted never came in time, or was acknowledged and lost
/// in a kill. Told once nothing can fill it any more, which is the lateness limit later.
/// </summary>
/// <param name="Instances">Who left something out, those who left out most first; at most ten of <paramref name="InstanceCount"/>.</param>
/// <param name="From">Where the first gap begins, event time.</param>
/// <param name="To">Where the last one ends.</param>
/// <param name="Missing">How much the first of the instances left out.</param>
public sealed record HealthGapFound(
    Guid RolloutId, ImmutableArray<string> Instances, int InstanceCount, DateTimeOffset From, DateTimeOffset To, TimeSpan Missing) : IHealthEvent
{
    private const int MostNamed = 10;

    public Subject Subject => MeasuredSubject.Of(RolloutId);

    /// <param name="gaps">At least one; those who left out most first.</param>
    public static HealthGapFound Of(Guid rolloutId, ImmutableArray<HealthGap> gaps) => new(
        rolloutId,
        [.. gaps.Take(MostNamed).Select(gap => gap.Instance)],
        gaps.Length,
        gaps.Min(gap => gap.From),
        gaps.Max(gap => gap.To),
        gaps[0].Missing);
}

/// <summary>Nobody has reported for more than two intervals.</summary>
public sealed record HealthSourceWentStale(Guid RolloutId, DateTimeOffset LastBatchAt) : IHealthEvent
{
    public Subject Subject => MeasuredSubject.Of(RolloutId);
}

/// <summary>Somebody reports again.</summary>
/// <param name="LastBatchAt">The newest batch before the silence; null for the first batch ever.</param>
public sealed record HealthSourceReported(Guid RolloutId, DateTimeOffset? LastBatchAt) : IHealthEvent
{
    public Subject Subject => MeasuredSubject.Of(RolloutId);
}
