using System.Collections.Immutable;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Platform.Text;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Recovery.Domain;
using Athena.Dashboard.Rollouts.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Recovery;

/// <summary>What the product knows by itself: of the flag, of health, of the journal; and the text that it makes of it.</summary>
public sealed class RecoveryFacts(Store store, IRollbackRecords rollbacks, IFlagLookup flags, IHealthSeries health, IProcessCatalog process, TimeProvider clock)
{
    private const int RedraftTries = 5;

    internal static readonly Actor Recorder = Actor.System("rollback procedure");

    /// <summary>What flag and health say now.</summary>
    public async Task<Outcome<ImmutableArray<string>>> LookAsync(Guid procedureId, CancellationToken cancellationToken)
    {
        if (await FindAsync(procedureId, cancellationToken) is not { } procedure) return Refusal.NotFound("procedure", procedureId.ToString());
        if (procedure.RolloutId is not { } rolloutId || await rollbacks.FindAsync(rolloutId, cancellationToken) is not { } record)
            return Refusal.Conflict("nothing_taken_back", "Nothing was taken back yet, so there is nothing to verify.");
        return await LookAsync(rolloutId, record, cancellationToken);
    }

    internal async Task<ImmutableArray<string>> LookAsync(Guid rolloutId, RollbackRecord record, CancellationToken cancellationToken)
    {
        var rollout = record.Decision.Rollout;
        var flag = (await flags.FindAsync(rollout.FlagKey, cancellationToken))?.In(rollout.Environment);
        var since = record.LoweredAt is { } lowered
            ? await health.TotalsAsync(rolloutId, lowered, clock.GetUtcNow(), process.Current.Document.Metrics, cancellationToken)
            : [];
        return Verification.Look(flag, since);
    }

    /// <summary>The text anew from what is known now, as long as no person has changed it. Makes the post-mortem where there is none.</summary>
    internal async Task RedraftAsync(Guid procedureId, CancellationToken cancellationToken)
    {
        if (await FindAsync(procedureId, cancellationToken) is not { RolloutId: { } rolloutId } procedure) return;
        if (await rollbacks.FindAsync(rolloutId, cancellationToken) is not { FinishedAt: not null } record) return;
        // Whoever writes to it in the same moment comes first.
        for (var tried = 1; tried <= RedraftTries; tried++)
        {
            if ((await DraftAsync(procedure, record, Recorder, cancellationToken)).Refusal is not { Kind: RefusalKind.Stale }) return;
        }
    }

    internal Task<Outcome<PostMortem>> DraftAsync(Procedure known, RollbackRecord? record, Actor actor, CancellationToken cancellationToken) =>
        store.WriteOrStaleAsync<PostMortem>(
            "The post-mortem",
            actor,
            async (write, token) =>
            {
                // As it is by now: what was known before may be older than the text that is there.
                var procedure = await write.Db.Set<Procedure>().AsNoTracking().FirstAsync(row => row.Id == known.Id, token);
                var text = StorableText.Of(new PostMortemText(MarkdownText.Escape).Draft(procedure, record));
                if (await write.Db.Set<PostMortem>().FirstOrDefaultAsync(row => row.ProcedureId == procedure.Id, token) is { } report)
                    return RecoveryWrite.Save(write, report, report.Redraft(text, Recorder.Name, write.Now));
                var drafted = PostMortem.Draft(procedure, text, Recorder.Name, write.Now);
                write.Add(drafted.State);
                write.Append(drafted, after: RecoveryWrite.Picture(drafted.State));
                return drafted.State;
            },
            cancellationToken);

    internal Task<Procedure?> FindAsync(Guid procedureId, CancellationToken cancellationToken) =>
        store.ReadAsync((db, token) => db.Set<Procedure>().FirstOrDefaultAsync(row => row.Id == procedureId, token), cancellationToken);
}
