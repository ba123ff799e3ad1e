using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases.Domain;
using Athena.Dashboard.Releases.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Releases;

/// <summary>Loads a release, lets a decision decide, saves what came of it. Knows nobody but the database.</summary>
public sealed class ReleaseWriter(Store store)
{
    /// <summary>Gates of a release that has come to its end are closed.</summary>
    internal static ReleaseIntentKind? ClosingOf(ReleaseState to) =>
        to is ReleaseState.Completed or ReleaseState.Cancelled ? ReleaseIntentKind.CloseGates : null;

    /// <summary>Saves a new release; of two with one version on two nodes, the later is refused.</summary>
    internal async Task<Outcome<Release>> AddAsync(Actor actor, Func<Write, CancellationToken, Task<Outcome<Release>>> plan, CancellationToken cancellationToken)
    {
        try
        {
            return await store.WriteAsync(actor, plan, cancellationToken);
        }
        catch (DbUpdateException)
        {
            // Another node took the version between our look and our commit: a second look gives the usual refusal.
            return await store.WriteAsync(actor, plan, cancellationToken);
        }
    }

    /// <param name="intent">What gates have to do when the decision is saved.</param>
    /// <param name="operationId">Of a command by another slice: its repetition changes nothing.</param>
    internal Task<Outcome<Release>> DecideAsync(
        string semver,
        long? version,
        Actor actor,
        Func<Release, DateTimeOffset, Outcome<Decision<Release>>> decide,
        CancellationToken cancellationToken,
        ReleaseIntentKind? intent = null,
        Guid? operationId = null) =>
        store.WriteAsync<Release>(
            actor,
            async (write, token) =>
            {
                if (await write.Db.Set<Release>().FirstOrDefaultAsync(row => row.Semver == semver, token) is not { } release)
                    return Refusal.NotFound("release", semver);
                if (operationId is { } id)
                {
                    if (await write.Db.Set<ReleaseOperation>().AnyAsync(operation => operation.Id == id, token)) return release;
                    write.Add(new ReleaseOperation { Id = id, At = write.Now });
                }

                if (version is not null && version != release.Version) return Refusal.Stale($"Release {semver}");
                var decided = decide(release, write.Now);
                if (!decided.IsAccepted) return decided.Refusal;
                if (decided.Value.Events.IsEmpty) return release;
                var before = release with { };
                var next = decided.Value.State with { Version = write.Replace(release, decided.Value.State) };
                write.Append(decided.Value, before, next);
                if (intent is { } kind) ReleaseIntents.Add(write, semver, kind);
                return next;
            },
            cancellationToken);
}
