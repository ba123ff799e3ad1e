using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Health.Storage;
using Athena.Dashboard.Platform.Hosting;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Health;

/// <summary>Puts the windows back before the first request, so that verdicts go on where they were.</summary>
public sealed partial class HealthLoader(HealthMeters meters, HealthNode node, Contexts contexts, TimeProvider clock, ILogger<HealthLoader> logger) : IStartupStep
{
    /// <summary>Rollouts that nobody reported for in this time are not put back; their counts stay in storage.</summary>
    public static readonly TimeSpan Recent = TimeSpan.FromDays(7);

    /// <summary>Replaces all windows by what is stored. While it runs, nothing may be stored by this process.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var db = contexts.CreateDbContext();
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        // One moment of the database for all of it: what another node stores meanwhile comes after the position.
        await using var snapshot = await db.BeginSnapshotAsync(cancellationToken);
        node.Position = await db.Set<HealthFlushRow>().MaxAsync(row => (long?)row.Sequence, cancellationToken) ?? 0;
        var since = Micros.Of(now - Recent);
        var unfolded = await HealthFold.Unfolded(db).OrderBy(row => row.Sequence).ToListAsync(cancellationToken);
        var reported = unfolded.Select(row => row.RolloutId).Distinct().ToArray();
        var rollouts = await db.Set<HealthRolloutRow>().Where(row => row.LastHeardMicros > since || reported.Contains(row.RolloutId)).ToListAsync(cancellationToken);
        var windows = rollouts.ToDictionary(row => row.RolloutId, _ => new ArmWindows());
        var rows = 0;
        for (var rung = 0; rung < Rung.Ladder.Length; rung++) rows += await LoadRungAsync(db, windows, rung, now, cancellationToken);
        foreach (var row in rollouts) Restore(row, windows[row.RolloutId]);
        await LoadReportersAsync(db, since, cancellationToken);
        foreach (var row in unfolded) Merge(row, now);
        await LoadSeenAsync(db, now, cancellationToken);
        await LoadEvidenceAsync(db, cancellationToken);
        if (rollouts.Count > 0) Log.Loaded(logger, rollouts.Count, rows);
    }

    private void Restore(HealthRolloutRow row, ArmWindows stored)
    {
        var meter = meters.GetOrAdd(row.RolloutId);
        lock (meter.Gate)
        {
            meter.Restore(new MeasuredRollout(row.RolloutId, row.FlagKey, row.Environment, row.ReleaseVersion));
            meter.Restore(stored);
        }
    }

    // Flushed, and in no stored cell yet.
    private void Merge(HealthFlushRow row, DateTimeOffset now)
    {
        var flushed = FlushedRollout.Read(row.Content);
        if (flushed.Rollout is not { } rollout || meters.Find(row.RolloutId) is not { } meter) return;
        lock (meter.Gate) meter.Merge(rollout, flushed.Batches, flushed.InTime(), now);
    }

    private static async Task<int> LoadRungAsync(
        AthenaDbContext db, Dictionary<Guid, ArmWindows> windows, int index, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rung = Rung.Ladder[index];
        var milliseconds = (int)rung.Length.TotalMilliseconds;
        var oldest = rung.CellOf(now) - rung.Cells;
        var query = db.Set<HealthCountRow>()
            .Where(row => row.RungMilliseconds == milliseconds && row.Cell > oldest && !row.Late && row.Arm != Arm.Outside)
            .OrderBy(row => row.Cell);
        var rows = 0;
        await foreach (var row in query.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if (!windows.TryGetValue(row.RolloutId, out var window)) continue;
            window.Of(row.Arm)?.Restore(index, row.Cell, TallyJson.Read(row.Counts));
            rows++;
        }

        return rows;
    }

    private async Task LoadReportersAsync(AthenaDbContext db, long since, CancellationToken cancellationToken)
    {
        var rows = db.Set<HealthReporterRow>().Where(row => row.LastHeardMicros > since);
        await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if (meters.Find(row.RolloutId) is not { } meter) continue;
            lock (meter.Gate) meter.Reporters.Restore(row.ToReporter());
        }
    }

    private async Task LoadEvidenceAsync(AthenaDbContext db, CancellationToken cancellationToken)
    {
        await foreach (var row in db.Set<HealthEvidenceRow>().AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if (meters.Find(row.RolloutId) is not { } meter) continue;
            lock (meter.Gate)
            {
                if (!(meter.Judge.Look?.At >= Micros.Instant(row.AtMicros))) meter.Judge.Adopt(row.ToState());
            }
        }
    }

    private async Task LoadSeenAsync(AthenaDbContext db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var since = Micros.Of(now - meters.Limits.RememberNames);
        var rows = db.Set<HealthBatchRow>().Where(row => row.ReceivedMicros > since).OrderBy(row => row.ReceivedMicros);
        await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if (meters.Find(row.RolloutId) is not { } meter) continue;
            lock (meter.Gate) meter.RestoreSeen(row.BatchId, Micros.Instant(row.ReceivedMicros));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Put back the windows of {Rollouts} rollouts from {Rows} rows")]
        public static partial void Loaded(ILogger logger, int rollouts, int rows);
    }
}
