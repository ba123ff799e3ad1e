using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Contracts;

/// <summary>
/// How many different users evaluations over HTTP were answered for while a rollout owned a flag, told apart by their
/// <c>targetingKey</c> and kept as a sketch: estimated to about ±2 %, over all nodes, a few seconds old at most.
/// </summary>
public interface IExposedUsers
{
    /// <returns>One for each percentage and audience that the rollout exposed, in ascending order of the percentage; empty before anybody asked.</returns>
    Task<ImmutableArray<ExposedUsers>> ListAsync(Guid rolloutId, CancellationToken cancellationToken);
}

/// <param name="Audience">Cohorts exposed with it, in ordinal order.</param>
/// <param name="Exposed">Users who got the new behaviour.</param>
/// <param name="Control">Users who pass the conditions and were held back by the percentage.</param>
public sealed record ExposedUsers(Percentage Percentage, ImmutableArray<string> Audience, long Exposed, long Control)
{
    /// <summary>Whether they were counted while a flag exposed just this.</summary>
    public bool AreOf(Percentage percentage, IEnumerable<string> audience) =>
        Percentage == percentage && Audience.SequenceEqual(audience.Order(StringComparer.Ordinal), StringComparer.Ordinal);
}
