using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Health.Storage;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Health;

/// <summary>Deletes what is older than its rung keeps, and lets go of rollouts that nobody reports for any more.</summary>
public sealed partial class HealthRetention(HealthMeters meters, Contexts contexts, Leases leases, TimeProvider clock, ILogger<HealthRetention> logger)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan KeepGaps = TimeSpan.FromDays(397);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => leases.RunAsync("health-retention", RunAsync, stoppingToken);

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken)) await SweepAsync(stoppingToken);
    }

    /// <returns>Rows deleted.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var db = contexts.CreateRelaxed();
        var deleted = 0;
        foreach (var rung in Rung.Ladder)
        {
            var milliseconds = (int)rung.Length.TotalMilliseconds;
            var oldest = rung.CellOf(now - rung.Keep);
            deleted += await db.Set<HealthCountRow>().Where(row => row.RungMilliseconds == milliseconds && row.Cell < oldest).ExecuteDeleteAsync(cancellationToken);
        }

        var names = Micros.Of(now - meters.Limits.Oldest - TimeSpan.FromMinutes(10));
        deleted += await db.Set<HealthBatchRow>().Where(row => row.ReceivedMicros < names).ExecuteDeleteAsync(cancellationToken);
        var gaps = Micros.Of(now - KeepGaps);
        deleted += await db.Set<HealthGapRow>().Where(row => row.ToMicros < gaps).ExecuteDeleteAsync(cancellationToken);
        deleted += await db.Set<HealthReporterRow>().Where(row => row.LastHeardMicros < gaps).ExecuteDeleteAsync(cancellationToken);
        Forget(now);
        if (deleted > 0) Log.Swept(logger, deleted);
        return deleted;
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var meter in meters.All)
        {
            lock (meter.Gate)
            {
                var heard = meter.Freshness(now).LastBatchAt;
                if (heard < now - HealthLoader.Recent && !meter.HasUnwritten) meters.Forget(meter.RolloutId);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Deleted {Rows} health rows that were kept long enough")]
        public static partial void Swept(ILogger logger, int rows);
    }
}
