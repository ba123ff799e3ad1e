using System.Text;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Health.Domain.Evidence;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Health.Storage;

/// <summary>Stores what was taken: the names of the batches, so that none is taken twice, and one row for each rollout.</summary>
internal sealed class HealthRowWriter(RawCommands commands, Guid node, bool isShared)
{
    /// <summary>Rows in one statement.</summary>
    private const int RowsAtOnce = 100;

    private static readonly IReadOnlySet<string> Nobody = new HashSet<string>();

    /// <summary>Stores rollouts in one transaction, all or nothing.</summary>
    /// <param name="node">Who stores.</param>
    /// <param name="known">Rollouts that have a row of their own.</param>
    /// <returns>For each rollout the names of the batches that another node had stored before.</returns>
    public static async Task<IReadOnlyList<IReadOnlySet<string>>> WriteAsync(
        AthenaDbContext db, IReadOnlyList<Unwritten> taken, Guid node, IReadOnlySet<Guid> known, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var isShared = db.Database.IsNpgsql();
        await using var commands = await RawCommands.BeginAsync(db, cancellationToken);
        var elsewhere = await new HealthRowWriter(commands, node, isShared).WriteAsync(taken, known, now, cancellationToken);
        await commands.CommitAsync(cancellationToken);
        return elsewhere;
    }

    private async Task<IReadOnlyList<IReadOnlySet<string>>> WriteAsync(IReadOnlyList<Unwritten> taken, IReadOnlySet<Guid> known, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var mine = await ClaimAsync(taken, cancellationToken);
        var elsewhere = new List<IReadOnlySet<string>>();
        var flushed = new List<(Guid RolloutId, FlushedRollout Content)>();
        foreach (var one in taken)
        {
            if (one.Look is { Evidence: { } evidence } newest) await WriteEvidenceAsync(one.RolloutId, evidence, newest.At, cancellationToken);
            var names = mine.GetValueOrDefault(one.RolloutId) ?? Nobody;
            elsewhere.Add(await FindElsewhereAsync(one, names, cancellationToken));
            var stored = one.Batches.Where(batch => names.Contains(batch.Batch.BatchId)).ToList();
            // A commit that seemed to fail and did not has stored these already.
            if (stored.Count == 0)
            {
                if (isShared && one.Look is not null) flushed.Add((one.RolloutId, new FlushedRollout(null, [], [], one.Look)));
                continue;
            }

            if (!known.Contains(one.RolloutId)) await AddRolloutAsync(one.Rollout!, now, cancellationToken);
            flushed.Add((one.RolloutId, Flushed(one, stored)));
        }

        await AppendAsync(flushed, now, cancellationToken);
        return elsewhere;
    }

    /// <returns>Names that nobody had stored before, by rollout.</returns>
    private async Task<Dictionary<Guid, HashSet<string>>> ClaimAsync(IReadOnlyList<Unwritten> taken, CancellationToken cancellationToken)
    {
        var mine = new Dictionary<Guid, HashSet<string>>();
        foreach (var some in taken.SelectMany(one => one.Batches.Select(batch => (one.RolloutId, Batch: batch))).Chunk(RowsAtOnce))
        {
            var values = new List<object> { node };
            var rows = new StringBuilder();
            foreach (var (rolloutId, (batch, receivedAt, _)) in some)
            {
                rows.Append(FormattableString.Invariant($"{(rows.Length > 0 ? ", " : "")}(@p{values.Count}, @p{values.Count + 1}, @p{values.Count + 2}, @p0)"));
                values.Add(rolloutId);
                values.Add(batch.BatchId);
                values.Add(Micros.Of(receivedAt));
            }

            var sql = $"INSERT INTO health_batches (\"RolloutId\", \"BatchId\", \"ReceivedMicros\", \"Node\") VALUES {rows} ON CONFLICT DO NOTHING RETURNING \"RolloutId\", \"BatchId\"";
            await using var reader = await commands.Prepare(sql, [.. values]).ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                var rollout = reader.GetGuid(0);
                if (!mine.TryGetValue(rollout, out var names)) mine[rollout] = names = new HashSet<string>(StringComparer.Ordinal);
                names.Add(reader.GetString(1));
            }
        }

        return mine;
    }

    private async Task<IReadOnlySet<string>> FindElsewhereAsync(Unwritten taken, IReadOnlySet<string> mine, CancellationToken cancellationToken)
    {
        HashSet<string>? elsewhere = null;
        foreach (var (batch, _, _) in taken.Batches)
        {
            if (mine.Contains(batch.BatchId)) continue;
            var found = await commands
                .Prepare("SELECT 1 FROM health_batches WHERE \"RolloutId\" = @p0 AND \"BatchId\" = @p1 AND \"Node\" <> @p2", taken.RolloutId, batch.BatchId, node)
                .ExecuteScalarAsync(cancellationToken);
            if (found is not null) (elsewhere ??= new HashSet<string>(StringComparer.Ordinal)).Add(batch.BatchId);
        }

        return elsewhere ?? Nobody;
    }

    private static FlushedRollout Flushed(Unwritten taken, List<TakenBatch> stored)
    {
        var cells = new Dictionary<(Arm Arm, long Cell, bool IsLate), Tally>();
        foreach (var (batch, _, isLate) in stored)
        {
            foreach (var arm in Enum.GetValues<Arm>())
            {
                if (batch.Of(arm) is not { } counts) continue;
                var key = (arm, Rung.Finest.CellOf(batch.To), isLate);
                if (!cells.TryGetValue(key, out var sum)) cells[key] = sum = new Tally();
                sum.Add(counts);
            }
        }

        return new FlushedRollout(
            taken.Rollout,
            [.. stored.Select(batch => new StoredBatch(batch.Batch.BatchId, batch.Batch.Instance, batch.Batch.From, batch.Batch.To, batch.ReceivedAt, batch.IsLate))],
            [.. cells.Select(cell => new FlushedCell(cell.Key.Arm, cell.Key.Cell, cell.Key.IsLate, cell.Value))],
            taken.Look);
    }

    private Task<int> AddRolloutAsync(MeasuredRollout rollout, DateTimeOffset now, CancellationToken cancellationToken) =>
        commands.RunAsync(
            """
            INSERT INTO health_rollouts ("RolloutId", "FlagKey", "Environment", "ReleaseVersion", "LastHeardMicros", "FoldedSequence") VALUES (@p0, @p1, @p2, @p3, @p4, 0)
            ON CONFLICT DO NOTHING
            """,
            cancellationToken, rollout.RolloutId, rollout.FlagKey, rollout.Environment, rollout.ReleaseVersion, Micros.Of(now));

    private async Task AppendAsync(List<(Guid RolloutId, FlushedRollout Content)> flushed, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var some in flushed.Chunk(RowsAtOnce))
        {
            var values = new List<object> { node, Micros.Of(now) };
            var rows = new StringBuilder();
            foreach (var (rolloutId, content) in some)
            {
                rows.Append(FormattableString.Invariant($"{(rows.Length > 0 ? ", " : "")}(@p0, @p1, @p{values.Count}, @p{values.Count + 1})"));
                values.Add(rolloutId);
                values.Add(content.Write());
            }

            await commands.RunAsync($"INSERT INTO health_flushes (\"Node\", \"AtMicros\", \"RolloutId\", \"Content\") VALUES {rows}", cancellationToken, [.. values]);
        }

        if (isShared && flushed.Count > 0) await commands.RunAsync("SELECT pg_notify(@p0, '')", cancellationToken, HealthFlushRow.Channel);
    }

    // A look of another node that had the lease in between is not undone by an older one.
    private Task<int> WriteEvidenceAsync(Guid rolloutId, EvidenceTrack.State evidence, DateTimeOffset at, CancellationToken cancellationToken) =>
        commands.RunAsync(
            """
            INSERT INTO health_evidence ("RolloutId", "AtMicros", "State") VALUES (@p0, @p1, @p2)
            ON CONFLICT ("RolloutId") DO UPDATE SET "AtMicros" = excluded."AtMicros", "State" = excluded."State"
            WHERE health_evidence."AtMicros" <= excluded."AtMicros"
            """,
            cancellationToken, rolloutId, Micros.Of(at), HealthEvidenceRow.Write(evidence));
}
