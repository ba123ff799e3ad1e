using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases.Contracts;

namespace Athena.Dashboard.Releases.Domain;

/// <summary>A version on its way to its users. What may happen to it is in <see cref="ReleaseDecisions"/>.</summary>
public sealed record Release : IVersioned
{
    /// <summary>The release's name everywhere: SemVer without a leading <c>v</c>.</summary>
    public required string Semver { get; init; }

    public required string Title { get; init; }

    /// <summary>Key of the release type.</summary>
    public required string Type { get; init; }

    public ReleaseState State { get; init; }

    public required DateTimeOffset StateSince { get; init; }

    public required DateOnly TargetDate { get; init; }

    /// <summary>IANA name.</summary>
    public required string Zone { get; init; }

    public required Guid OwnerId { get; init; }

    public required string OwnerName { get; init; }

    /// <summary>What users gain; may be empty until the release leaves <see cref="ReleaseState.Planned"/>.</summary>
    public required string UserValue { get; init; }

    public required ImmutableArray<KnownIssue> KnownIssues { get; init; }

    /// <summary>The version of the process that it started with and keeps.</summary>
    public required int ProcessVersion { get; init; }

    public required string CreatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public long Version { get; init; } = 1;

    public bool IsOver => State is ReleaseState.Completed or ReleaseState.Cancelled;

    public ReleaseSummary ToSummary() =>
        new(Semver, Title, Type, State, TargetDate, Zone, OwnerId, OwnerName, ProcessVersion, StateSince);
}

/// <summary>A fault that the release goes out with, knowingly.</summary>
/// <param name="Link">Where it is tracked, or null.</param>
public sealed record KnownIssue(string Text, string? Link);
