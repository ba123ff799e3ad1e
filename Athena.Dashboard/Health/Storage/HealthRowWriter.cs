using System.Data.Common;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Athena.Dashboard.Health.Storage;

/// <summary>
/// Stores what was taken, in plain SQL that both providers know: several thousand rows a second are too many for
/// change tracking. Counts are read, added to and written back, so that late batches and other nodes' rows add up.
/// </summary>
internal sealed class HealthRowWriter(AthenaDbContext db, DbTransaction transaction)
{
    private readonly Dictionary<string, DbCommand> commands = [];

    /// <summary>Stores rollouts in one transaction, all or nothing.</summary>
    public static async Task WriteAsync(AthenaDbContext db, IEnumerable<Unwritten> taken, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (db.Database.IsNpgsql())
        {
            // Two nodes that add to the same rows take turns; once a second and short, that is no contention.
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(20038412)", cancellationToken);
        }

        var writer = new HealthRowWriter(db, transaction.GetDbTransaction());
        foreach (var one in taken) await writer.WriteAsync(one, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        foreach (var command in writer.commands.Values) await command.DisposeAsync();
    }

    private async Task WriteAsync(Unwritten taken, CancellationToken cancellationToken)
    {
        var rollout = taken.Rollout!;
        var isNew = new HashSet<string>(StringComparer.Ordinal);
        foreach (var batch in taken.Batches)
        {
            var rows = await RunAsync(
                "INSERT INTO health_batches (\"RolloutId\", \"BatchId\", \"ReceivedMicros\") VALUES (@p0, @p1, @p2) ON CONFLICT DO NOTHING",
                cancellationToken, rollout.RolloutId, batch.BatchId, Micros.Of(batch.ReceivedAt));
            if (rows > 0) isNew.Add(batch.BatchId);

            // In memory it was new, so only the commit that seemed to fail can have stored it, and all else with it.
            else if (!batch.Late) return;
        }

        var cells = new Dictionary<(Rung Rung, long Cell, Arm Arm, bool Late), Tally>();
        foreach (var (key, counts) in taken.Cells)
        {
            foreach (var rung in Rung.Ladder) Add(cells, rung, key.Cell * Rung.Finest.Length.Ticks / rung.Length.Ticks, key.Arm, false, counts);
        }

        foreach (var batch in taken.Late.Where(batch => isNew.Contains(batch.BatchId)))
        {
            foreach (var arm in Enum.GetValues<Arm>())
            {
                if (batch.Of(arm) is not { } counts) continue;
                foreach (var rung in Rung.Ladder.Skip(1)) Add(cells, rung, rung.CellOf(batch.To), arm, true, counts);
            }
        }

        foreach (var (key, counts) in cells) await AddToRowAsync(rollout.RolloutId, key, counts, cancellationToken);
        await WriteSourcesAsync(taken, cancellationToken);
    }

    private static void Add(Dictionary<(Rung, long, Arm, bool), Tally> cells, Rung rung, long cell, Arm arm, bool late, Tally counts)
    {
        if (!cells.TryGetValue((rung, cell, arm, late), out var sum)) cells[(rung, cell, arm, late)] = sum = new Tally();
        sum.Add(counts);
    }

    private async Task AddToRowAsync(Guid rolloutId, (Rung Rung, long Cell, Arm Arm, bool Late) key, Tally counts, CancellationToken cancellationToken)
    {
        var rung = (int)key.Rung.Length.TotalMilliseconds;
        var command = Prepare(
            "SELECT \"Counts\" FROM health_counts WHERE \"RolloutId\" = @p0 AND \"RungMilliseconds\" = @p1 AND \"Cell\" = @p2 AND \"Arm\" = @p3 AND \"Late\" = @p4",
            rolloutId, rung, key.Cell, key.Arm.ToString(), key.Late);
        if (await command.ExecuteScalarAsync(cancellationToken) is string stored) counts.Add(TallyJson.Read(stored));
        await RunAsync(
            """
            INSERT INTO health_counts ("RolloutId", "RungMilliseconds", "Cell", "Arm", "Late", "Counts") VALUES (@p0, @p1, @p2, @p3, @p4, @p5)
            ON CONFLICT ("RolloutId", "RungMilliseconds", "Cell", "Arm", "Late") DO UPDATE SET "Counts" = excluded."Counts"
            """,
            cancellationToken, rolloutId, rung, key.Cell, key.Arm.ToString(), key.Late, TallyJson.Write(counts));
    }

    private async Task WriteSourcesAsync(Unwritten taken, CancellationToken cancellationToken)
    {
        var rollout = taken.Rollout!;
        await RunAsync(
            """
            INSERT INTO health_rollouts ("RolloutId", "FlagKey", "Environment", "ReleaseVersion", "LastHeardMicros") VALUES (@p0, @p1, @p2, @p3, @p4)
            ON CONFLICT ("RolloutId") DO UPDATE SET "LastHeardMicros" = excluded."LastHeardMicros"
            """,
            cancellationToken, rollout.RolloutId, rollout.FlagKey, rollout.Environment, rollout.ReleaseVersion, Micros.Of(taken.Batches[^1].ReceivedAt));
        foreach (var reporter in taken.Reporters)
        {
            await RunAsync(
                """
                INSERT INTO health_reporters ("RolloutId", "Instance", "LastBatchMicros", "IntervalMicros", "FirstHeardMicros", "LastHeardMicros")
                VALUES (@p0, @p1, @p2, @p3, @p4, @p5)
                ON CONFLICT ("RolloutId", "Instance") DO UPDATE SET
                  "LastBatchMicros" = excluded."LastBatchMicros", "IntervalMicros" = excluded."IntervalMicros", "LastHeardMicros" = excluded."LastHeardMicros"
                """,
                cancellationToken, rollout.RolloutId, reporter.Instance, Micros.Of(reporter.LastBatchAt),
                reporter.Interval.Ticks / TimeSpan.TicksPerMicrosecond, Micros.Of(reporter.FirstHeardAt), Micros.Of(reporter.LastHeardAt));
        }

        foreach (var gap in taken.Gaps)
        {
            await RunAsync(
                "INSERT INTO health_gaps (\"RolloutId\", \"Instance\", \"FromMicros\", \"ToMicros\") VALUES (@p0, @p1, @p2, @p3) ON CONFLICT DO NOTHING",
                cancellationToken, rollout.RolloutId, gap.Instance, Micros.Of(gap.From), Micros.Of(gap.To));
        }
    }

    private Task<int> RunAsync(string sql, CancellationToken cancellationToken, params object?[] values) =>
        Prepare(sql, values).ExecuteNonQueryAsync(cancellationToken);

    private DbCommand Prepare(string sql, params object?[] values)
    {
        if (!commands.TryGetValue(sql, out var command))
        {
            command = db.Database.GetDbConnection().CreateCommand();
            command.Transaction = transaction;
#pragma warning disable CA2100 // Constants of this class.
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
