using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Rollouts.Contracts;

/// <summary>Reads of rollouts for other slices.</summary>
public interface IRolloutLookup
{
    /// <returns>Null when there is no such rollout.</returns>
    Task<RolloutSummary?> FindAsync(Guid id, CancellationToken cancellationToken);

    /// <returns>All rollouts of a release, the newest first.</returns>
    Task<ImmutableArray<RolloutSummary>> ListOfReleaseAsync(string release, CancellationToken cancellationToken);

    /// <returns>The one that is not over, planned ones included; null when the flag is free.</returns>
    Task<RolloutSummary?> FindActiveAsync(string flagKey, string environment, CancellationToken cancellationToken);

    /// <returns>All that are not over, the newest first.</returns>
    Task<ImmutableArray<RolloutSummary>> ListActiveAsync(CancellationToken cancellationToken);
}

/// <param name="Stage">The present stage, or the last one when over; null before the start.</param>
/// <param name="Stages">How many steps the plan has.</param>
/// <param name="Exposed">What the flag was last told to serve.</param>
/// <param name="Counted">Observed healthy time in the present stage.</param>
/// <param name="Needed">Observed healthy time that the present stage needs.</param>
/// <param name="Cause">Null unless held.</param>
/// <param name="Because">One sentence: why it is held, paused or rolled back; null otherwise.</param>
/// <param name="Since">When it came into its state, UTC.</param>
public sealed record RolloutSummary(
    Guid Id,
    string Release,
    string FlagKey,
    string Environment,
    bool IsProduction,
    RolloutState State,
    StageName? Stage,
    int Stages,
    Percentage Exposed,
    TimeSpan Counted,
    TimeSpan Needed,
    HoldCause? Cause,
    string? Because,
    DateTimeOffset Since,
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt,
    long Version);
