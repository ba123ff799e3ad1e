using System.Collections.Immutable;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases.Contracts;

namespace Athena.Dashboard.Shell;

/// <summary>Flags carry the version of a release and know nothing more of it; this is where the two meet.</summary>
internal sealed class FlagReleases(IReleaseLookup releases) : IFlagReleases
{
    public async Task<ImmutableDictionary<string, FlagRelease>> ListAsync(CancellationToken cancellationToken) =>
        (await releases.ListAsync(cancellationToken)).ToImmutableDictionary(release => release.Version, release => new FlagRelease(release.Version, StateOf(release.State), release.StateSince), StringComparer.Ordinal);

    private static FlagReleaseState StateOf(ReleaseState state) => state switch
    {
        ReleaseState.RollingOut => FlagReleaseState.RollingOut,
        ReleaseState.RolledBack => FlagReleaseState.RolledBack,
        ReleaseState.Completed => FlagReleaseState.Completed,
        ReleaseState.Cancelled => FlagReleaseState.Cancelled,
        _ => FlagReleaseState.OnItsWay,
    };
}
