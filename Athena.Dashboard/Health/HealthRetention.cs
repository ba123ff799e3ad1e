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
    private static readonly TimeSpan KeepSeries = TimeSpan.FromDays(1);
    private static readonly TimeSpan KeepGaps = TimeSpan.FromDays(397);

    // Rows are deleted by one node, memory is let go of by each.
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        leases.RunAsync("health-retention", RepeatAsync(SweepAsync), stoppingToken),
        RepeatAsync(_ => Task.FromResult(Forget()))(stoppingToken));

    private Func<CancellationToken, Task> RepeatAsync(Func<CancellationToken, Task<int>> work) => async stoppingToken =>
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken)) await work(stoppingToken);
    };

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
        // Older points are refused anyway, and what rose since is not known to be of any minute.
        var series = Micros.Of(now - meters.Limits.Oldest - KeepSeries);
        deleted += await db.Set<HealthSeriesRow>().Where(row => row.AtMicros < series).ExecuteDeleteAsync(cancellationToken);
        var flushes = Micros.Of(now - HealthFlushRow.Kept);
        deleted += await db.Set<HealthFlushRow>()
            .Where(row => row.AtMicros < flushes && !db.Set<HealthRolloutRow>().Any(rollout => rollout.RolloutId == row.RolloutId && rollout.FoldedSequence < row.Sequence))
            .ExecuteDeleteAsync(cancellationToken);
        if (deleted > 0) Log.Swept(logger, deleted);
        return deleted;
    }

    /// <summary>Lets go of the windows of rollouts that nobody has reported for in a week.</summary>
    /// <returns>How many.</returns>
    public int Forget()
    {
        var now = clock.GetUtcNow();
        var forgotten = 0;
        foreach (var meter in meters.All)
        {
            lock (meter.Gate)
            {
                var heard = meter.Freshness(now).LastBatchAt;
                if (heard >= now - HealthLoader.Recent || heard is null || meter.HasUnwritten) continue;
                meters.Forget(meter.RolloutId);
                forgotten++;
            }
        }

        return forgotten;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Deleted {Rows} health rows that were kept long enough")]
        public static partial void Swept(ILogger logger, int rows);
    }
}
