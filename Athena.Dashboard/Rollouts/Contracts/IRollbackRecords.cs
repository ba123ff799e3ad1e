using System.Collections.Immutable;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Health.Contracts;

namespace Athena.Dashboard.Rollouts.Contracts;

/// <summary>What is known of a rollback, for whoever works on it or writes about it.</summary>
public interface IRollbackRecords
{
    /// <returns>Null when there is no such rollout, or nobody decided to take it back.</returns>
    Task<RollbackRecord?> FindAsync(Guid rolloutId, CancellationToken cancellationToken);
}

/// <param name="StartedAt">When the rollout began to expose anybody, UTC.</param>
/// <param name="DetectedAt">The first look that found the harm that decided, UTC; the decision itself when a person decided.</param>
/// <param name="LoweredAt">From when on nobody had the feature, UTC; null while somebody has.</param>
/// <param name="FinishedAt">When everything that could be taken back was, UTC; null while it is under way.</param>
/// <param name="Journal">What other parts were asked to take back, in order.</param>
/// <param name="Exposures">What share of users had the feature since when, in order.</param>
/// <param name="Users">How many different users were evaluated, for each percentage and audience.</param>
/// <param name="Turns">What the rollout did up to its end, the oldest first.</param>
public sealed record RollbackRecord(
    Rollback Decision,
    DateTimeOffset? StartedAt,
    DateTimeOffset DetectedAt,
    DateTimeOffset? LoweredAt,
    DateTimeOffset? FinishedAt,
    ImmutableArray<TakenBack> Journal,
    ImmutableArray<ExposureStep> Exposures,
    ImmutableArray<ExposedUsers> Users,
    ImmutableArray<RolloutTurn> Turns);

/// <summary>One thing that a rollback takes back.</summary>
/// <param name="DoneAt">UTC; null while it is not.</param>
/// <param name="Outcome">What was done, or why it was refused.</param>
public sealed record TakenBack(string Name, string Title, DateTimeOffset AskedAt, DateTimeOffset? DoneAt, bool IsRefused, string? Outcome);

public sealed record RolloutTurn(DateTimeOffset At, string Summary, string Actor);
