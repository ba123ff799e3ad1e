using Athena.Dashboard.Platform.Kernel;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Athena.Dashboard.Platform.Storage;

public static class StoreRaces
{
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
