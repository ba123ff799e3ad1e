namespace Athena.Dashboard.Health.Contracts;

/// <summary>
/// Which rollout a batch belongs to. The slice that owns rollouts implements it; asked for every batch, so it has to
/// answer from memory nearly always.
/// </summary>
public interface IRolloutDirectory
{
    /// <summary>Null when there is no such rollout in any environment.</summary>
    ValueTask<MeasuredRollout?> FindAsync(Guid rolloutId, CancellationToken cancellationToken);

    /// <summary>The active rollout of a flag in an environment, or the one that ended last; null when there never was one.</summary>
    ValueTask<MeasuredRollout?> FindByFlagAsync(string environment, string flagKey, CancellationToken cancellationToken);
}

/// <param name="Environment">The environment that the key of every batch must be for.</param>
/// <param name="ReleaseVersion">For people; null when there is none.</param>
public sealed record MeasuredRollout(Guid RolloutId, string FlagKey, string Environment, string? ReleaseVersion);
