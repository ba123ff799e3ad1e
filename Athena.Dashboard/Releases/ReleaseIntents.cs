using System.Collections.Immutable;
using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Releases.Domain;
using Athena.Dashboard.Releases.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Releases;

/// <summary>Carries out what releases ask of gates: at once after the commit, and again on start for what a kill left over.</summary>
public sealed partial class ReleaseIntents(Store store, IGateKeeper gates, IProcessCatalog process, ILogger<ReleaseIntents> logger)
{
    /// <summary>Notes an intent in the transaction that makes it necessary.</summary>
    internal static Guid Add(Write write, string semver, ReleaseIntentKind kind)
    {
        var intent = new ReleaseIntent { Id = Guid.CreateVersion7(write.Now), Semver = semver, Kind = kind, CreatedAt = write.Now };
        write.Add(intent);
        return intent.Id;
    }

    /// <summary>At once after the commit that intended it. A failure is the worker's to mend: what was saved stays saved.</summary>
    internal async Task TryCarryOutAsync(Actor actor, CancellationToken cancellationToken)
    {
        try
        {
            await CarryOutAsync(actor, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            Log.CarryingOutFailed(logger, failure);
        }
    }

    /// <summary>Carries out everything that is still to do, the oldest first.</summary>
    public async Task CarryOutAsync(Actor actor, CancellationToken cancellationToken)
    {
        var left = await store.ReadAsync(
            (db, token) => db.Set<ReleaseIntent>().OrderBy(intent => intent.CreatedAt).ToListAsync(token), cancellationToken);
        foreach (var intent in left) await CarryOutAsync(intent, actor, cancellationToken);
    }

    private async Task CarryOutAsync(ReleaseIntent intent, Actor actor, CancellationToken cancellationToken)
    {
        var release = await store.ReadAsync(
            (db, token) => db.Set<Release>().FirstAsync(row => row.Semver == intent.Semver, token), cancellationToken);
        var document = (await process.FindAsync(release.ProcessVersion, cancellationToken))!.Document;
        var type = document.FindReleaseType(release.Type)!;
        // From the release as it is now: of several moves the last one counts, in whatever order they are carried out.
        var due = ReleaseSchedule.Of(type, document.GateSets, release.TargetDate, release.Zone).Gates.ToImmutableDictionary(gate => gate.Set, gate => gate.DueAt);
        var subject = ReleaseSubject.Of(release.Semver);
        var outcome = intent.Kind switch
        {
            ReleaseIntentKind.OpenGates => await gates.OpenAsync(
                intent.Id, subject, [.. document.GateSets.Select(set => new PlannedGateSet(set, due[set.Key]))], type.Waivers, actor, cancellationToken),
            ReleaseIntentKind.MoveGates => await gates.MoveDueDatesAsync(intent.Id, subject, due, actor, cancellationToken),
            _ => await gates.CloseAsync(intent.Id, subject, $"release {release.Semver} is {release.State.Word()}", actor, cancellationToken),
        };
        if (!outcome.IsAccepted) throw new InvalidOperationException($"{intent.Kind} of release {release.Semver} was refused: {outcome.Refusal.Title}");
        await store.WriteAsync<Done>(
            actor,
            async (write, token) =>
            {
                await write.Db.Set<ReleaseIntent>().Where(row => row.Id == intent.Id).ExecuteDeleteAsync(token);
                return Done.Yes;
            },
            cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "What releases ask of gates could not be carried out; it is tried again")]
        public static partial void CarryingOutFailed(ILogger logger, Exception failure);
    }
}

/// <summary>Finishes on start, and every now and then, what was intended and not done.</summary>
internal sealed class ReleaseWorker(ReleaseIntents intents, Leases leases, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(10);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        leases.RunAsync("releases", FollowAsync, stoppingToken);

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await intents.CarryOutAsync(Actor.System("releases"), cancellationToken);
            await Task.Delay(Look, clock, cancellationToken);
        }
    }
}
