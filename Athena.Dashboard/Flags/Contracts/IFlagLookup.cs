using System.Collections.Immutable;

namespace Athena.Dashboard.Flags.Contracts;

/// <summary>Reads of flags for other slices. The answers are what is committed, not what a client last fetched.</summary>
public interface IFlagLookup
{
    /// <returns>Null when there is no such flag.</returns>
    Task<FlagSummary?> FindAsync(string flagKey, CancellationToken cancellationToken);

    /// <returns>All flags, by key.</returns>
    Task<ImmutableArray<FlagSummary>> ListAsync(CancellationToken cancellationToken);

    /// <param name="releaseId">The opaque id of the release that owns the flags: its version.</param>
    Task<ImmutableArray<FlagSummary>> ListOfReleaseAsync(string releaseId, CancellationToken cancellationToken);
}

/// <param name="ReleaseId">The release that the flag belongs to, or null.</param>
/// <param name="Owner">Name of the person or team that answers for the flag, or null.</param>
/// <param name="Environments">One for each environment of the process, in its order.</param>
public sealed record FlagSummary(
    string Key,
    string Name,
    string Description,
    FlagKind Kind,
    bool Permanent,
    string? ReleaseId,
    string? Owner,
    ImmutableArray<FlagExposure> Environments)
{
    /// <returns>Null when the process knows no such environment.</returns>
    public FlagExposure? In(string environment) =>
        Environments.FirstOrDefault(exposure => string.Equals(exposure.Environment, environment, StringComparison.Ordinal));
}

public enum FlagKind
{
    /// <summary>Controls visibility while a release rolls out; removed after it.</summary>
    Release,

    /// <summary>Controls behaviour of the system; permanent.</summary>
    Operational,

    /// <summary>An experiment; removed when it is concluded.</summary>
    Experimental,
}
