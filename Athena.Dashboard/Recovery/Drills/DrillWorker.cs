using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Recovery.Contracts;
using Athena.Dashboard.Recovery.Domain;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Recovery.Drills;

/// <summary>
/// On one node at a time. A drill that it finds under way when it begins was interrupted by the end of another server:
/// its times would mean nothing, so it is ended as interrupted. Whatever is over and left something behind is cleaned up.
/// </summary>
internal sealed partial class DrillWorker(Store store, EventStream stream, Leases leases, DrillRun run, TimeProvider clock, ILogger<DrillWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(10);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => leases.RunAsync("drills", WorkAsync, stoppingToken);

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        using var arrivals = stream.Subscribe(envelope => envelope.Is<DrillStarted>());
        // One that nobody has begun to play is played.
        foreach (var drill in await FindAsync(cancellationToken))
        {
            if (drill.RolloutId is not null) await run.InterruptAsync(drill, cancellationToken);
        }

        while (true)
        {
            var waiting = await FindAsync(cancellationToken);
            foreach (var drill in waiting) await TryAsync(drill, cancellationToken);
            await arrivals.WaitAsync(waiting.Count > 0 ? Pause : Refresh, clock, cancellationToken);
        }
    }

    private async Task TryAsync(Drill drill, CancellationToken cancellationToken)
    {
        try
        {
            if (!drill.IsOver) await run.PlayAsync(drill, cancellationToken);
            await run.CleanAsync(drill, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // It is looked at again in a moment, as one that was interrupted.
            Log.DrillFailed(logger, failure, drill.Id);
            await run.InterruptAsync(drill, cancellationToken);
        }
    }

    private Task<List<Drill>> FindAsync(CancellationToken cancellationToken) =>
        store.ReadAsync((db, token) => db.Set<Drill>().Where(row => !row.IsClean).OrderBy(row => row.StartedAt).ToListAsync(token), cancellationToken);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Drill {DrillId} could not be played or cleaned up; it is looked at again")]
        public static partial void DrillFailed(ILogger logger, Exception failure, Guid drillId);
    }
}
