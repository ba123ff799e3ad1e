using System.Collections.Immutable;

namespace Athena.Dashboard.Releases.Contracts;

/// <summary>
/// Supplied by the slice that owns rollouts: a release with rollouts is completed by them and not by hand, and cannot
/// be cancelled while one of them is under way.
/// </summary>
public interface IReleaseRollouts
{
    /// <returns>All rollouts of the releases named, in one query.</returns>
    Task<ImmutableArray<RolloutOfRelease>> ListAsync(ImmutableArray<string> versions, CancellationToken cancellationToken);
}

/// <param name="Title">For people: <c>database-views-v2 in production</c>.</param>
/// <param name="State">One word for people: <c>running</c>, <c>held</c>, <c>completed</c>.</param>
/// <param name="Percent">0 to 100, what it exposes now.</param>
/// <param name="UnderWay">Started, and neither completed nor rolled back nor cancelled.</param>
public sealed record RolloutOfRelease(string Version, Guid Id, string Title, string State, decimal Percent, bool UnderWay);
