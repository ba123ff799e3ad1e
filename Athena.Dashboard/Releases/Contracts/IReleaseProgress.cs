using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Releases.Contracts;

/// <summary>
/// What the rollouts of a release do to it. Each method carries an operation id: the second call with the same id
/// changes nothing and answers the release as it is now.
/// </summary>
/// <remarks>Refusals in common: <c>not_found</c>, <c>transition_impossible</c> (the release is not rolling out).</remarks>
public interface IReleaseProgress
{
    /// <summary>Every rollout is at 100 % and baked: rolling out → completed.</summary>
    Task<Outcome<ReleaseSummary>> CompleteAsync(Guid operationId, string version, Actor actor, CancellationToken cancellationToken);

    /// <summary>A rollout was rolled back: rolling out → rolled back. Accepted without change when it already is.</summary>
    Task<Outcome<ReleaseSummary>> RollBackAsync(Guid operationId, string version, string reason, Actor actor, CancellationToken cancellationToken);
}
