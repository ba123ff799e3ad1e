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

/// <summary>An instance's batches do not join: something that was counted never came, or was lost in a kill.</summary>
/// <param name="Instance">Who reports.</param>
/// <param name="From">End of the batch before.</param>
/// <param name="To">Beginning of the batch after.</param>
public sealed record HealthGapFound(Guid RolloutId, string Instance, DateTimeOffset From, DateTimeOffset To) : IHealthEvent
{
    public Subject Subject => MeasuredSubject.Of(RolloutId);
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
