using System.Collections.Immutable;
using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Releases.Domain;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Releases;

/// <summary>A release as lists show it.</summary>
public sealed record ReleaseListItem(ReleaseSummary Release, ImmutableArray<GateProgress> Gates, ImmutableArray<RolloutOfRelease> Rollouts);

/// <summary>One release, whole.</summary>
/// <param name="Type">Of the version of the process that the release keeps.</param>
/// <param name="Guards">The transitions that gates guard, as that process says.</param>
public sealed record ReleaseDetails(Release Release, ReleaseType Type, ReleaseSchedule Schedule, ImmutableArray<GateSet> Guards);

/// <summary>What the next version of a type would be.</summary>
public sealed record NextVersion(string Type, string Title, string Version);

public sealed class ReleaseQueries(
    Store store,
    IReleaseLookup lookup,
    IProcessCatalog process,
    IGateVerdicts gates,
    IEnumerable<IReleaseRollouts> rollouts,
    IEnumerable<IDateMove> moves,
    TimeProvider clock)
{
    /// <summary>Releases with their gates and rollouts: three queries, however many there are.</summary>
    public async Task<ImmutableArray<ReleaseListItem>> ListDetailedAsync(CancellationToken cancellationToken)
    {
        var releases = await lookup.ListAsync(cancellationToken);
        var progress = (await gates.ProgressAsync([.. releases.Select(release => ReleaseSubject.Of(release.Version))], cancellationToken)).ToLookup(set => set.Subject.Id);
        var rolloutsOf = (await RolloutsAsync([.. releases.Select(release => release.Version)], cancellationToken)).ToLookup(rollout => rollout.Version);
        return [.. releases.Select(release => new ReleaseListItem(release, [.. progress[release.Version]], [.. rolloutsOf[release.Version]]))];
    }

    /// <returns>Null when there is no such release.</returns>
    public async Task<ReleaseDetails?> FindDetailsAsync(string version, CancellationToken cancellationToken)
    {
        if (await ReadAsync(version, cancellationToken) is not { } release) return null;
        var document = (await process.FindAsync(release.ProcessVersion, cancellationToken))!.Document;
        var type = document.FindReleaseType(release.Type)!;
        return new ReleaseDetails(release, type, ReleaseSchedule.Of(type, document.GateSets, release.TargetDate, release.Zone), document.GateSets);
    }

    public async Task<ImmutableArray<RolloutOfRelease>> RolloutsAsync(ImmutableArray<string> versions, CancellationToken cancellationToken)
    {
        var all = ImmutableArray<RolloutOfRelease>.Empty;
        foreach (var source in rollouts) all = all.AddRange(await source.ListAsync(versions, cancellationToken));
        return all;
    }

    /// <summary>What stands in the way of a transition, whoever asks; null when nothing does. Only looks.</summary>
    public async Task<Refusal?> ObstacleAsync(ReleaseDetails details, ReleaseState to, ImmutableArray<RolloutOfRelease> rolloutsOf, CancellationToken cancellationToken)
    {
        var sets = details.Guards.Where(set => set.From == details.Release.State && set.To == to).Select(set => set.Key).ToImmutableArray();
        var verdict = await gates.LookAsync(ReleaseSubject.Of(details.Release.Semver), sets, cancellationToken);
        return details.Release.MayNotGo(to, verdict, rolloutsOf);
    }

    /// <summary>One for each type of the process in force, in its order.</summary>
    public async Task<ImmutableArray<NextVersion>> NextVersionsAsync(CancellationToken cancellationToken)
    {
        var (existing, released) = await store.ReadAsync(ReleaseService.ReadVersionsAsync, cancellationToken);
        return
        [
            .. process.Current.Document.ReleaseTypes.Select(type =>
                new NextVersion(type.Key, type.Title, ReleaseVersions.Next(type, existing, released).ToString())),
        ];
    }

    /// <summary>Everything that would move with the target date, by time; nothing is saved.</summary>
    public async Task<Outcome<ImmutableArray<MovedDate>>> PreviewMoveAsync(string version, DateOnly target, string? zone, CancellationToken cancellationToken)
    {
        if (await FindDetailsAsync(version, cancellationToken) is not { } details) return Refusal.NotFound("release", version);
        var release = details.Release;
        zone ??= release.Zone;
        if (!ReleaseDay.IsZone(zone))
            return Refusal.Invalid("date_invalid", "The release cannot be moved like this.", new RefusalItem("zone", "is not a time zone", zone, "an IANA name such as Europe/Berlin"));
        var next = ReleaseSchedule.Of(details.Type, details.Guards, target, zone);
        var moved = ReleaseSchedule.Difference(details.Schedule, release.Zone, next, zone, clock.GetUtcNow());
        foreach (var other in moves) moved = moved.AddRange(await other.PreviewAsync(version, target, zone, cancellationToken));
        return ImmutableArray.CreateRange(moved.OrderBy(date => date.To));
    }

    private Task<Release?> ReadAsync(string version, CancellationToken cancellationToken) =>
        store.ReadAsync((db, token) => db.Set<Release>().FirstOrDefaultAsync(release => release.Semver == version, token), cancellationToken);
}
