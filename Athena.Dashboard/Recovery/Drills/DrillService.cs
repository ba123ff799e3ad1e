using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Recovery.Domain;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Rollouts.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Recovery.Drills;

/// <summary>Starts drills and knows what came of them. <see cref="DrillWorker"/> carries them out.</summary>
public sealed class DrillService(Store store, IProcessCatalog process, IReleaseLookup releases, IRolloutLookup rollouts, IRollbackRecords rollbacks)
{
    public const int Page = 100;

    /// <summary>Anybody who may roll back may rehearse it.</summary>
    public async Task<Outcome<Drill>> StartAsync(string environment, string release, Actor actor, CancellationToken cancellationToken)
    {
        var refusal = await WhyNotAsync(environment, actor, cancellationToken);
        if (refusal is { Kind: not RefusalKind.Invalid }) return refusal;
        var known = await releases.FindAsync(release, cancellationToken);
        var unfit = known is null ? ("release_unknown", "there is no such release") : known.State is ReleaseState.Completed or ReleaseState.Cancelled ? ("release_over", "is over") : default((string Code, string Found)?);
        if (unfit is { } why)
            return Refusal.Invalid(refusal?.Code ?? why.Code, "The drill has no release.", [.. refusal?.Items ?? [], new RefusalItem("release", why.Found, release, "a release that is neither completed nor cancelled")]);
        if (refusal is not null) return refusal;
        return await store.WriteOrStaleAsync<Drill>(
            "The list of drills",
            actor,
            async (write, token) =>
            {
                var underWay = await write.Db.Set<Drill>().FirstOrDefaultAsync(row => row.Environment == environment && !row.IsClean, token);
                if (Drill.WhyNotStart(environment, process.Current.Document.Environments, underWay, rollout: null, actor) is { } meanwhile) return meanwhile;
                var started = Drill.Start(Guid.CreateVersion7(write.Now), known!.Version, environment, actor.Name, write.Now);
                write.Add(started.State);
                write.Append(started, after: started.State);
                return started.State;
            },
            cancellationToken);
    }

    /// <summary>Why a drill cannot be started in an environment now; null when it can.</summary>
    public async Task<Refusal?> WhyNotAsync(string environment, Actor actor, CancellationToken cancellationToken)
    {
        var underWay = await store.ReadAsync((db, token) => db.Set<Drill>().FirstOrDefaultAsync(row => row.Environment == environment && !row.IsClean, token), cancellationToken);
        var rollout = await rollouts.FindActiveAsync(DrillScript.FlagKey, environment, cancellationToken);
        return Drill.WhyNotStart(environment, process.Current.Document.Environments, underWay, rollout, actor);
    }

    /// <summary>Where drills may be: not in production.</summary>
    public ImmutableArray<TargetEnvironment> Environments()
    {
        var all = process.Current.Document.Environments;
        return [.. all.Where((_, place) => Drill.IsRehearsed(all, place))];
    }

    /// <returns>The newest first.</returns>
    public async Task<ImmutableArray<Drill>> ListAsync(CancellationToken cancellationToken) =>
        [.. await store.ReadAsync((db, token) => db.Set<Drill>().OrderByDescending(row => row.StartedAt).Take(Page).ToListAsync(token), cancellationToken)];

    /// <returns>Null when there is none.</returns>
    public async Task<DrillView?> FindViewAsync(Guid id, CancellationToken cancellationToken) =>
        await FindAsync(id, cancellationToken) is { } drill
            ? new DrillView(drill, drill.RolloutId is { } rollout ? await rollbacks.FindAsync(rollout, cancellationToken) : null)
            : null;

    public Task<Drill?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        store.ReadAsync((db, token) => db.Set<Drill>().FirstOrDefaultAsync(row => row.Id == id, token), cancellationToken);
}

/// <param name="Rollback">What the product did; null as long as it has decided nothing.</param>
public sealed record DrillView(Drill Drill, RollbackRecord? Rollback);
