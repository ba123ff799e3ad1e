using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Health.Contracts;

/// <summary>What is judged: one rollout in its present stage.</summary>
/// <param name="RolloutId">The rollout.</param>
/// <param name="StageStarted">
/// When the present step began, UTC. Criteria look no further back, whatever their window; a criterion without a
/// window looks at all of it.
/// </param>
/// <param name="Tick">
/// Time between two looks, normally 10 s. Two calls closer than half of it count as one look, so that a page that
/// asks in between changes nothing.
/// </param>
public sealed record HealthScope(Guid RolloutId, DateTimeOffset StageStarted, TimeSpan Tick)
{
    /// <summary>
    /// When the rollout was started, or started again after a rollback. Triggers look no further back, so that what
    /// caused a rollback does not cause the next one. Null: <see cref="StageStarted"/>.
    /// </summary>
    public DateTimeOffset? RolloutStarted { get; init; }

    /// <summary>
    /// Exposure is by percentage alone and not everybody's, so that the two sides differ by nothing but the feature.
    /// Only then is anything compared with the control by evidence.
    /// </summary>
    public bool IsSplit { get; init; }

    /// <summary>A look between two ticks: evidence is weighed anew, and rules over windows keep what the last tick found.</summary>
    public bool IsEarly { get; init; }

    /// <summary>The share exposed now, for the charts' stage line; null where nobody is told.</summary>
    public Percentage? Exposure { get; init; }
}
