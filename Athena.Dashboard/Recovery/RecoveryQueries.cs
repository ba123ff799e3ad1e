using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Platform.Text;
using Athena.Dashboard.Recovery.Domain;
using Athena.Dashboard.Rollouts.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Recovery;

/// <summary>Reads of procedures and post-mortems, for pages, reports and the API.</summary>
public sealed class RecoveryQueries(Store store, IRollbackRecords rollbacks)
{
    public const int Page = 100;

    /// <param name="release">Null for all releases.</param>
    /// <param name="rolloutId">Null for all rollouts.</param>
    /// <returns>Those that are open first, then the newest.</returns>
    public async Task<ImmutableArray<ProcedureRow>> ListAsync(string? release, Guid? rolloutId, CancellationToken cancellationToken)
    {
        var (procedures, reports) = await store.ReadAsync(
            async (db, token) =>
            {
                var rows = await db.Set<Procedure>()
                    .Where(row => (release == null || row.Release == release) && (rolloutId == null || row.RolloutId == rolloutId))
                    .OrderBy(row => row.ClosedAt != null).ThenByDescending(row => row.OpenedAt).Take(Page).ToListAsync(token);
                var ids = rows.Select(row => row.Id).ToArray();
                return (rows, await db.Set<PostMortem>().Where(row => ids.Contains(row.ProcedureId)).ToDictionaryAsync(row => row.ProcedureId, token));
            },
            cancellationToken);
        return [.. procedures.Select(procedure => new ProcedureRow(procedure, reports.GetValueOrDefault(procedure.Id)))];
    }

    /// <returns>Null when there is none.</returns>
    public async Task<ProcedureView?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        var (procedure, report) = await store.ReadAsync(
            async (db, token) => (
                await db.Set<Procedure>().FirstOrDefaultAsync(row => row.Id == id, token),
                await db.Set<PostMortem>().FirstOrDefaultAsync(row => row.ProcedureId == id, token)),
            cancellationToken);
        if (procedure is null) return null;
        return new ProcedureView(procedure, report, procedure.RolloutId is { } rolloutId ? await rollbacks.FindAsync(rolloutId, cancellationToken) : null);
    }

    public Task<PostMortem?> PostMortemAsync(Guid id, CancellationToken cancellationToken) =>
        store.ReadAsync((db, token) => db.Set<PostMortem>().FirstOrDefaultAsync(row => row.ProcedureId == id, token), cancellationToken);

    /// <summary>A text as it is shown: safe HTML.</summary>
    public Outcome<string> Preview(string text) => SafeMarkdown.Render(StorableText.Of(text));
}

/// <param name="Report">Null before anybody or anything began it.</param>
public sealed record ProcedureRow(Procedure Procedure, PostMortem? Report);

/// <param name="Rollback">Null as long as nothing is taken back.</param>
public sealed record ProcedureView(Procedure Procedure, PostMortem? Report, RollbackRecord? Rollback);
