using System.Collections.Immutable;

namespace Athena.Dashboard.Flags.Contracts;

/// <summary>What became of the releases that own flags. Flags knows them by an opaque id only; who knows both supplies this.</summary>
public interface IFlagReleases
{
    /// <returns>By the id that flags carry.</returns>
    Task<ImmutableDictionary<string, FlagRelease>> ListAsync(CancellationToken cancellationToken);
}

/// <param name="Since">When the release came into this state.</param>
public sealed record FlagRelease(string Id, FlagReleaseState State, DateTimeOffset Since);

public enum FlagReleaseState
{
    /// <summary>Planned, in development, in QA or in preparation.</summary>
    OnItsWay,
    RollingOut,
    RolledBack,
    Completed,
    Cancelled,
}
