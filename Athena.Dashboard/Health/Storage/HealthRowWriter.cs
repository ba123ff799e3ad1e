using System.Data.Common;
using System.Text;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Health.Domain.Evidence;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Athena.Dashboard.Health.Storage;

/// <summary>
/// Stores what was taken, in plain SQL that both providers know: several thousand rows a second are too many for
/// change tracking. Counts are read, added to and written back, so that late batches and other nodes' rows add up.
/// </summary>
internal sealed class HealthRowWriter(AthenaDbContext db, DbTransaction transaction, Guid node)
{
    /// <summary>Names in one statement.</summary>
    private const int NamesAtOnce = 100;

    private static readonly IReadOnlySet<string> Nobody = new HashSet<string>();

    private readonly Dictionary<string, DbCommand> commands = [];

    /// <summary>Stores rollouts in one transaction, all or nothing.</summary>
    /// <param name="node">Who stores.</param>
    /// <returns>For each rollout the names of the batches that another node had stored before.</returns>
    public static async Task<IReadOnlyList<IReadOnlySet<string>>> WriteAsync(
        AthenaDbContext db, IReadOnlyList<Unwritten> taken, Guid node, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var isShared = db.Database.IsNpgsql();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (isShared)
        {
            // Two nodes that add to the same rows take turns; once a second and short, that is no contention.
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(20038412)", cancellationToken);
        }

        var writer = new HealthRowWriter(db, transaction.GetDbTransaction(), node);
        var elsewhere = new List<IReadOnlySet<string>>();
        var flushed = new List<FlushedRollout>();
        foreach (var one in taken)
        {
            var (theirs, flush) = await writer.WriteAsync(one, cancellationToken);
            elsewhere.Add(theirs);
            if (flush is not null) flushed.Add(flush);
        }

        if (isShared && flushed.Count > 0) await writer.TellOthersAsync(flushed, now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        foreach (var command in writer.commands.Values) await command.DisposeAsync();
        return elsewhere;
    }

    private async Task<(IReadOnlySet<string> Elsewhere, FlushedRollout? Flushed)> WriteAsync(Unwritten taken, CancellationToken cancellationToken)
    {
        if (taken.Look is { Evidence: { } evidence } newest) await WriteEvidenceAsync(taken.RolloutId, evidence, newest.At, cancellationToken);
        var look = taken.Look is null ? null : new FlushedRollout(taken.RolloutId, null, [], [], taken.Look);
        if (taken.Rollout is not { } rollout || taken.Batches.Count == 0) return (Nobody, look);
        var names = taken.Batches.Select(batch => batch.Batch.BatchId).ToHashSet(StringComparer.Ordinal);
        var mine = await ClaimAsync(taken, cancellationToken);
        var elsewhere = mine.Count == names.Count ? Nobody : await FindElsewhereAsync(rollout.RolloutId, [.. names.Except(mine)], cancellationToken);
        // A commit that seemed to fail and did not has stored these already.
        if (mine.Count == 0) return (elsewhere, look);

        var stored = taken.Batches.Where(batch => mine.Contains(batch.Batch.BatchId)).ToList();
        var cells = new Dictionary<(Arm Arm, long Cell), Tally>();
        foreach (var (batch, _, isLate) in stored)
        {
            foreach (var arm in Enum.GetValues<Arm>())
            {
                if (batch.Of(arm) is not { } counts) continue;
                if (isLate) await AddLateAsync(rollout.RolloutId, batch, arm, counts, cancellationToken);
                else Add(cells, (arm, Rung.Finest.CellOf(batch.To)), counts);
            }
        }

        await AddInTimeAsync(rollout.RolloutId, cells, cancellationToken);
        await WriteSourcesAsync(rollout, stored, cancellationToken);
        return (elsewhere, new FlushedRollout(
            taken.RolloutId,
            rollout,
            [.. stored.Select(batch => new StoredBatch(batch.Batch.BatchId, batch.Batch.Instance, batch.Batch.From, batch.Batch.To, batch.ReceivedAt, batch.IsLate))],
            [.. cells.Where(cell => cell.Key.Arm != Arm.Outside).Select(cell => new FlushedCell(cell.Key.Arm, cell.Key.Cell, TallyJson.Write(cell.Value)))],
            taken.Look));
    }

    /// <returns>Names that nobody had stored before.</returns>
    private async Task<HashSet<string>> ClaimAsync(Unwritten taken, CancellationToken cancellationToken)
    {
        var mine = new HashSet<string>(StringComparer.Ordinal);
        foreach (var some in taken.Batches.Chunk(NamesAtOnce))
        {
            var values = new List<object> { taken.RolloutId, node };
            var rows = new StringBuilder();
            foreach (var (batch, receivedAt, _) in some)
            {
                rows.Append(FormattableString.Invariant($"{(rows.Length > 0 ? ", " : "")}(@p0, @p{values.Count}, @p{values.Count + 1}, @p1)"));
                values.Add(batch.BatchId);
                values.Add(Micros.Of(receivedAt));
            }

            var sql = $"INSERT INTO health_batches (\"RolloutId\", \"BatchId\", \"ReceivedMicros\", \"Node\") VALUES {rows} ON CONFLICT DO NOTHING RETURNING \"BatchId\"";
            await using var reader = await Prepare(sql, [.. values]).ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken)) mine.Add(reader.GetString(0));
        }

        return mine;
    }

    private async Task<IReadOnlySet<string>> FindElsewhereAsync(Guid rolloutId, string[] names, CancellationToken cancellationToken)
    {
        var elsewhere = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            var found = await Prepare("SELECT 1 FROM health_batches WHERE \"RolloutId\" = @p0 AND \"BatchId\" = @p1 AND \"Node\" <> @p2", rolloutId, name, node)
                .ExecuteScalarAsync(cancellationToken);
            if (found is not null) elsewhere.Add(name);
        }

        return elsewhere;
    }

    private async Task AddLateAsync(Guid rolloutId, HealthBatch batch, Arm arm, Tally counts, CancellationToken cancellationToken)
    {
        foreach (var rung in Rung.Ladder.Skip(1)) await AddToRowAsync(rolloutId, rung, rung.CellOf(batch.To), arm, late: true, counts, cancellationToken);
    }

    private async Task AddInTimeAsync(Guid rolloutId, Dictionary<(Arm Arm, long Cell), Tally> finest, CancellationToken cancellationToken)
    {
        foreach (var rung in Rung.Ladder)
        {
            var cells = new Dictionary<(Arm Arm, long Cell), Tally>();
            foreach (var ((arm, cell), counts) in finest) Add(cells, (arm, cell * Rung.Finest.Length.Ticks / rung.Length.Ticks), counts);
            foreach (var ((arm, cell), counts) in cells) await AddToRowAsync(rolloutId, rung, cell, arm, late: false, counts, cancellationToken);
        }
    }

    private static void Add(Dictionary<(Arm, long), Tally> cells, (Arm, long) key, Tally counts)
    {
        if (!cells.TryGetValue(key, out var sum)) cells[key] = sum = new Tally();
        sum.Add(counts);
    }

    private async Task AddToRowAsync(Guid rolloutId, Rung rung, long cell, Arm arm, bool late, Tally added, CancellationToken cancellationToken)
    {
        var length = (int)rung.Length.TotalMilliseconds;
        var counts = Tally.Sum([added]);
        var command = Prepare(
            "SELECT \"Counts\" FROM health_counts WHERE \"RolloutId\" = @p0 AND \"RungMilliseconds\" = @p1 AND \"Cell\" = @p2 AND \"Arm\" = @p3 AND \"Late\" = @p4",
            rolloutId, length, cell, arm.ToString(), late);
        if (await command.ExecuteScalarAsync(cancellationToken) is string stored) counts.Add(TallyJson.Read(stored));
        await RunAsync(
            """
            INSERT INTO health_counts ("RolloutId", "RungMilliseconds", "Cell", "Arm", "Late", "Counts") VALUES (@p0, @p1, @p2, @p3, @p4, @p5)
            ON CONFLICT ("RolloutId", "RungMilliseconds", "Cell", "Arm", "Late") DO UPDATE SET "Counts" = excluded."Counts"
            """,
            cancellationToken, rolloutId, length, cell, arm.ToString(), late, TallyJson.Write(counts));
    }

    // A look of another node that had the lease in between is not undone by an older one.
    private Task<int> WriteEvidenceAsync(Guid rolloutId, EvidenceTrack.State evidence, DateTimeOffset at, CancellationToken cancellationToken) =>
        RunAsync(
            """
            INSERT INTO health_evidence ("RolloutId", "AtMicros", "State") VALUES (@p0, @p1, @p2)
            ON CONFLICT ("RolloutId") DO UPDATE SET "AtMicros" = excluded."AtMicros", "State" = excluded."State"
            WHERE health_evidence."AtMicros" <= excluded."AtMicros"
            """,
            cancellationToken, rolloutId, Micros.Of(at), HealthEvidenceRow.Write(evidence));

    private async Task WriteSourcesAsync(MeasuredRollout rollout, List<TakenBatch> stored, CancellationToken cancellationToken)
    {
        await RunAsync(
            """
            INSERT INTO health_rollouts ("RolloutId", "FlagKey", "Environment", "ReleaseVersion", "LastHeardMicros") VALUES (@p0, @p1, @p2, @p3, @p4)
            ON CONFLICT ("RolloutId") DO UPDATE SET "LastHeardMicros" = excluded."LastHeardMicros"
            """,
            cancellationToken, rollout.RolloutId, rollout.FlagKey, rollout.Environment, rollout.ReleaseVersion, Micros.Of(stored[^1].ReceivedAt));

        // What is stored of an instance follows from all its batches in the order of their commits, whichever node took them.
        foreach (var batches in stored.GroupBy(batch => batch.Batch.Instance, StringComparer.Ordinal))
        {
            var reporter = await ReadReporterAsync(rollout.RolloutId, batches.Key, cancellationToken);
            foreach (var (batch, receivedAt, isLate) in batches) reporter = Reporter.Hear(reporter, batch.Instance, batch.Range, isLate, receivedAt);
            await WriteReporterAsync(rollout.RolloutId, reporter!, cancellationToken);
        }
    }

    private async Task<Reporter?> ReadReporterAsync(Guid rolloutId, string instance, CancellationToken cancellationToken)
    {
        var command = Prepare(
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
        RunAsync(
            """
            INSERT INTO health_reporters ("RolloutId", "Instance", "LastBatchMicros", "IntervalMicros", "FirstHeardMicros", "LastHeardMicros", "CoveredToMicros", "Open")
            VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7)
            ON CONFLICT ("RolloutId", "Instance") DO UPDATE SET
              "LastBatchMicros" = excluded."LastBatchMicros", "IntervalMicros" = excluded."IntervalMicros", "LastHeardMicros" = excluded."LastHeardMicros",
              "CoveredToMicros" = excluded."CoveredToMicros", "Open" = excluded."Open"
            """,
            cancellationToken, rolloutId, reporter.Instance, Micros.Of(reporter.LastBatchAt), reporter.Interval.Ticks / TimeSpan.TicksPerMicrosecond,
            Micros.Of(reporter.FirstHeardAt), Micros.Of(reporter.LastHeardAt), Micros.Of(reporter.CoveredTo), HealthReporterRow.WriteOpen(reporter));

    private async Task TellOthersAsync(List<FlushedRollout> flushed, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await RunAsync(
            "INSERT INTO health_flushes (\"Node\", \"AtMicros\", \"Rollouts\") VALUES (@p0, @p1, @p2)",
            cancellationToken, node, Micros.Of(now), FlushedRollout.Write(flushed));
        await RunAsync("SELECT pg_notify(@p0, '')", cancellationToken, HealthFlushRow.Channel);
    }

    private Task<int> RunAsync(string sql, CancellationToken cancellationToken, params object?[] values) =>
        Prepare(sql, values).ExecuteNonQueryAsync(cancellationToken);

    private DbCommand Prepare(string sql, params object?[] values)
    {
        if (!commands.TryGetValue(sql, out var command))
        {
            command = db.Database.GetDbConnection().CreateCommand();
            command.Transaction = transaction;
#pragma warning disable CA2100 // Constants of this class, and names of parameters.
            command.CommandText = sql;
#pragma warning restore CA2100
            for (var i = 0; i < values.Length; i++)
            {
                var parameter = command.CreateParameter();
                parameter.ParameterName = FormattableString.Invariant($"p{i}");
                command.Parameters.Add(parameter);
            }

            commands[sql] = command;
        }

        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }
}
