using Athena.Dashboard.Platform.Kernel;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Athena.Dashboard.Platform.Storage;

public static class StoreRaces
{
    private const int MostTries = 5;

    /// <summary>
    /// As <see cref="Store.WriteAsync{T}"/>, for what the product does by itself and nobody would do again: where somebody
    /// else wrote to one of the rows in the same moment, it is done anew on what he made of them.
    /// </summary>
    /// <returns>What the work returned; refused as stale only after several tries in a row.</returns>
    public static async Task<Outcome<T>> WriteByItselfAsync<T>(this Store store, Actor actor, Func<Write, CancellationToken, Task<Outcome<T>>> work, CancellationToken cancellationToken)
    {
        for (var tried = 1; ; tried++)
        {
            var outcome = await store.WriteAsync(actor, work, cancellationToken);
            if (outcome.Refusal is not { Kind: RefusalKind.Stale } || tried == MostTries) return outcome;
        }
    }

    /// <summary>
    /// As <see cref="Store.WriteAsync{T}"/>, where two writers may add the same row at once: who comes second is refused
    /// as stale, like with a row that both change. SQLite has one writer, so there the work itself sees the row.
    /// </summary>
    /// <param name="what">What the row is to people, the beginning of the refusal's sentence.</param>
    public static async Task<Outcome<T>> WriteOrStaleAsync<T>(
        this Store store, string what, Actor actor, Func<Write, CancellationToken, Task<Outcome<T>>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await store.WriteAsync(actor, work, cancellationToken);
        }
        catch (DbUpdateException raced) when (raced.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return Refusal.Stale(what);
        }
    }
}
