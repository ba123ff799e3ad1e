using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Health.Storage;

/// <summary>
/// Brings what was flushed to where it belongs: counts to the cells of every rung, and what was heard to the instances.
/// Counts are read, added to and written back, once for all that came of a rollout since the last time.
/// </summary>
internal sealed class HealthFold(RawCommands commands, bool isShared, DateTimeOffset now)
{
    /// <summary>Rows of one rollout that are taken together.</summary>
    private const int MostRows = 500;

    /// <summary>Flushes that are in no cell yet.</summary>
    public static IQueryable<HealthFlushRow> Unfolded(AthenaDbContext db) =>
        db.Set<HealthFlushRow>().Where(row => db.Set<HealthRolloutRow>().Any(rollout => rollout.RolloutId == row.RolloutId && rollout.FoldedSequence < row.Sequence));

    /// <summary>Folds some rollouts in one transaction, all or nothing.</summary>
    /// <returns>Those of which there is more.</returns>
    public static async Task<IReadOnlyList<Guid>> FoldAsync(AthenaDbContext db, IReadOnlyCollection<Guid> rollouts, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var commands = await RawCommands.BeginAsync(db, cancellationToken);
        var fold = new HealthFold(commands, db.Database.IsNpgsql(), now);
        var more = new List<Guid>();
        foreach (var rollout in rollouts)
        {
            if (await fold.FoldAsync(rollout, cancellationToken) == MostRows) more.Add(rollout);
        }

        await commands.CommitAsync(cancellationToken);
        return more;
    }

    private async Task<int> FoldAsync(Guid rolloutId, CancellationToken cancellationToken)
    {
        var (rows, last, flushed) = (0, 0L, new List<FlushedRollout>());
        var query = commands.Prepare(
            """
            SELECT "Sequence", "Content" FROM health_flushes
            WHERE "RolloutId" = @p0 AND "Sequence" > COALESCE((SELECT "FoldedSequence" FROM health_rollouts WHERE "RolloutId" = @p0), 0)
            ORDER BY "Sequence" LIMIT @p1
            """,
            rolloutId, MostRows);
        await using (var reader = await query.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                (rows, last) = (rows + 1, reader.GetInt64(0));
                flushed.Add(FlushedRollout.Read(reader.GetString(1)));
            }
        }

        if (rows == 0) return 0;
        await AddCountsAsync(rolloutId, flushed.SelectMany(one => one.Cells), cancellationToken);
        var batches = flushed.SelectMany(one => one.Batches).ToList();
        await WriteReportersAsync(rolloutId, batches, cancellationToken);
        await commands.RunAsync(
            "UPDATE health_rollouts SET \"FoldedSequence\" = @p1, \"LastHeardMicros\" = CASE WHEN \"LastHeardMicros\" < @p2 THEN @p2 ELSE \"LastHeardMicros\" END WHERE \"RolloutId\" = @p0",
            cancellationToken, rolloutId, last, batches.Count == 0 ? 0L : Micros.Of(batches.Max(batch => batch.ReceivedAt)));
        // Other nodes still want to read it.
        if (!isShared) await commands.RunAsync("DELETE FROM health_flushes WHERE \"RolloutId\" = @p0 AND \"Sequence\" <= @p1", cancellationToken, rolloutId, last);
        return rows;
    }

    private async Task AddCountsAsync(Guid rolloutId, IEnumerable<FlushedCell> finest, CancellationToken cancellationToken)
    {
        var cells = new Dictionary<(Rung Rung, long Cell, Arm Arm, bool IsLate), Tally>();
        foreach (var flushed in finest)
        {
            // What came too late for any rule is kept for reports, which do not look that closely.
            foreach (var rung in flushed.IsLate ? Rung.Ladder.Skip(1) : Rung.Ladder)
            {
                var key = (rung, rung.CellOf(flushed.Cell), flushed.Arm, flushed.IsLate);
                if (!cells.TryGetValue(key, out var sum)) cells[key] = sum = new Tally();
                sum.Add(flushed.Counts);
            }
        }

        foreach (var ((rung, cell, arm, isLate), counts) in cells) await AddAsync(rolloutId, rung, cell, arm, isLate, counts, cancellationToken);
    }

    private async Task AddAsync(Guid rolloutId, Rung rung, long cell, Arm arm, bool isLate, Tally counts, CancellationToken cancellationToken)
    {
        var length = (int)rung.Length.TotalMilliseconds;
        var command = commands.Prepare(
            "SELECT \"Counts\" FROM health_counts WHERE \"RolloutId\" = @p0 AND \"RungMilliseconds\" = @p1 AND \"Cell\" = @p2 AND \"Arm\" = @p3 AND \"Late\" = @p4",
            rolloutId, length, cell, arm.ToString(), isLate);
        if (await command.ExecuteScalarAsync(cancellationToken) is string stored) counts.Add(TallyJson.Read(stored));
        await commands.RunAsync(
            """
            INSERT INTO health_counts ("RolloutId", "RungMilliseconds", "Cell", "Arm", "Late", "Counts") VALUES (@p0, @p1, @p2, @p3, @p4, @p5)
            ON CONFLICT ("RolloutId", "RungMilliseconds", "Cell", "Arm", "Late") DO UPDATE SET "Counts" = excluded."Counts"
            """,
            cancellationToken, rolloutId, length, cell, arm.ToString(), isLate, TallyJson.Write(counts));
    }

    // What is stored of an instance follows from all its batches in the order of their commits, whichever node took them.
    private async Task WriteReportersAsync(Guid rolloutId, List<StoredBatch> heard, CancellationToken cancellationToken)
    {
        foreach (var batches in heard.GroupBy(batch => batch.Instance, StringComparer.Ordinal))
        {
            var reporter = await ReadReporterAsync(rolloutId, batches.Key, cancellationToken);
            if (reporter?.IsAhead(now) is true) reporter = reporter.PutRight(now);
            foreach (var batch in batches) reporter = Reporter.Hear(reporter, batch.Instance, batch.Range, batch.IsLate, batch.ReceivedAt);
            await WriteReporterAsync(rolloutId, reporter!, cancellationToken);
        }
    }

    private async Task<Reporter?> ReadReporterAsync(Guid rolloutId, string instance, CancellationToken cancellationToken)
    {
        var command = commands.Prepare(
            """
            SELECT "LastBatchMicros", "IntervalMicros", "FirstHeardMicros", "LastHeardMicros", "CoveredToMicros", "Open"
            FROM health_reporters WHERE "RolloutId" = @p0 AND "Instance" = @p1
            """,
            rolloutId, instance);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) return null;
        return HealthReporterRow.ToReporter(
            instance, reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetString(5));
    }

    private Task<int> WriteReporterAsync(Guid rolloutId, Reporter reporter, CancellationToken cancellationToken) =>
        commands.RunAsync(
            """
            INSERT INTO health_reporters ("RolloutId", "Instance", "LastBatchMicros", "IntervalMicros", "FirstHeardMicros", "LastHeardMicros", "CoveredToMicros", "Open")
            VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7)
            ON CONFLICT ("RolloutId", "Instance") DO UPDATE SET
              "LastBatchMicros" = excluded."LastBatchMicros", "IntervalMicros" = excluded."IntervalMicros", "LastHeardMicros" = excluded."LastHeardMicros",
              "CoveredToMicros" = excluded."CoveredToMicros", "Open" = excluded."Open"
            """,
            cancellationToken, rolloutId, reporter.Instance, Micros.Of(reporter.LastBatchAt), reporter.Interval.Ticks / TimeSpan.TicksPerMicrosecond,
            Micros.Of(reporter.FirstHeardAt), Micros.Of(reporter.LastHeardAt), Micros.Of(reporter.CoveredTo), HealthReporterRow.WriteOpen(reporter));
}
