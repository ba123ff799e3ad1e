using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Platform.Storage;

/// <summary>
/// The way every slice writes: state and events in one transaction, which begins IMMEDIATE on SQLite so that reading
/// before writing never fails on a lock upgrade.
/// </summary>
public sealed class Store(Contexts contexts, EventBell bell, TimeProvider clock)
{
    private long lastCommitted;

    /// <summary>A sequence up to which this process has committed events itself; 0 before the first.</summary>
    public long LastCommitted => Volatile.Read(ref lastCommitted);

    /// <summary>
    /// Runs <paramref name="work"/> in a transaction. An accepted outcome is committed with its events; a refusal, an
    /// exception or a changed row leaves nothing behind.
    /// </summary>
    /// <returns>What the work returned, or a <see cref="RefusalKind.Stale"/> refusal when a row's version moved meanwhile.</returns>
    public async Task<Outcome<T>> WriteAsync<T>(Actor actor, Func<Write, CancellationToken, Task<Outcome<T>>> work, CancellationToken cancellationToken)
    {
        using var turn = await contexts.TakeTurnAsync(cancellationToken);
        try
        {
            await using var db = contexts.CreateDbContext();
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            var write = new Write(db, actor, clock.GetUtcNow());
            var outcome = await work(write, cancellationToken);
            if (!outcome.IsAccepted) return outcome;
            await EventAppender.AppendAsync(db, write.Events, cancellationToken);
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            if (write.Events.Count > 0)
            {
                Committed(write.Events.Max(row => row.Sequence));
                bell.Ring();
            }

            return outcome;
        }
        catch (DbUpdateConcurrencyException stale)
        {
            return Refusal.Stale(stale.Entries.Count > 0 ? "This " + Words(stale.Entries[0].Metadata.ClrType.Name) : "The row");
        }
    }

    /// <summary>Reads on a context of its own that tracks nothing.</summary>
    public async Task<T> ReadAsync<T>(Func<AthenaDbContext, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        return await read(db, cancellationToken);
    }

    // Writers commit side by side on PostgreSQL, and come here in any order.
    private void Committed(long sequence)
    {
        for (var known = LastCommitted; known < sequence;)
        {
            var found = Interlocked.CompareExchange(ref lastCommitted, sequence, known);
            if (found == known) return;
            known = found;
        }
    }

    // GateItem is "gate item" to whoever reads the refusal.
    private static string Words(string typeName) =>
        string.Concat(typeName.Select((letter, i) => char.IsUpper(letter) ? (i > 0 ? " " : "") + char.ToLowerInvariant(letter) : letter.ToString()));
}
