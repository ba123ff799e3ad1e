using System.Collections.Immutable;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Releases.Contracts;

/// <summary>Reads of releases for other slices.</summary>
public interface IReleaseLookup
{
    /// <returns>Null when there is no such release.</returns>
    Task<ReleaseSummary?> FindAsync(string version, CancellationToken cancellationToken);

    /// <returns>Those neither completed nor cancelled, by target date.</returns>
    Task<ImmutableArray<ReleaseSummary>> ListActiveAsync(CancellationToken cancellationToken);

    /// <returns>All, the latest target date first.</returns>
    Task<ImmutableArray<ReleaseSummary>> ListAsync(CancellationToken cancellationToken);
}

/// <param name="Version">SemVer without a leading <c>v</c>; the release's name everywhere.</param>
/// <param name="Type">Key of the release type: <c>major</c>, <c>minor</c>, <c>patch</c>, <c>hotfix</c>.</param>
/// <param name="TargetDate">The day of release, in <paramref name="Zone"/>.</param>
/// <param name="Zone">IANA name, e.g. <c>Europe/Berlin</c>.</param>
/// <param name="ProcessVersion">The version of the process that the release started with and keeps.</param>
/// <param name="StateSince">When it came into its state, UTC.</param>
public sealed record ReleaseSummary(
    string Version,
    string Title,
    string Type,
    ReleaseState State,
    DateOnly TargetDate,
    string Zone,
    Guid OwnerId,
    string OwnerName,
    int ProcessVersion,
    DateTimeOffset StateSince);
