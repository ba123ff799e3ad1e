using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Platform.Events;

/// <summary>
/// Reads the event log past the last sequence it saw and publishes to this process's <see cref="EventStream"/>. Woken
/// by commits of this process, by NOTIFY from others on PostgreSQL, and by looking every second in any case.
/// </summary>
internal sealed partial class EventPump(
    Store store,
    EventStream stream,
    EventBell bell,
    DatabaseNotices notices,
    ILogger<EventPump> logger) : BackgroundService
{
    private const int BatchSize = 500;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private long last;

    /// <summary>Finds the end of the log before anything can be written, so that no event falls between two chairs.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        last = await store.ReadAsync((db, token) => db.Set<EventRow>().MaxAsync(row => (long?)row.Sequence, token), cancellationToken) ?? 0;
        await base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(PumpAsync(stoppingToken), notices.ListenAsync(EventAppender.Channel, bell.Ring, stoppingToken));

    private async Task PumpAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await ReadOnceAsync(stoppingToken) < BatchSize) await bell.WaitAsync(Look, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                Log.ReadFailed(logger, failure);
                await Task.Delay(Look, TimeProvider.System, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<int> ReadOnceAsync(CancellationToken cancellationToken)
    {
        var rows = await store.ReadAsync(
            (db, token) => db.Set<EventRow>().Where(row => row.Sequence > last).OrderBy(row => row.Sequence).Take(BatchSize).ToListAsync(token),
            cancellationToken);
        foreach (var row in rows)
        {
            stream.Publish(new EventEnvelope(row));
            last = row.Sequence;
        }

        return rows.Count;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Reading the event log failed; trying again")]
        public static partial void ReadFailed(ILogger logger, Exception failure);
    }
}
