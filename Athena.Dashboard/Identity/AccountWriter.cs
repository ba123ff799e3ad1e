using Athena.Dashboard.Identity.Storage;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Identity;

/// <summary>Writes accounts, and lets the directory know at once: the next request may follow within a millisecond.</summary>
public sealed class AccountWriter(Store store, PersonDirectory people)
{
    public async Task<Outcome<T>> WriteAsync<T>(Actor actor, Func<Write, CancellationToken, Task<Outcome<T>>> work, CancellationToken cancellationToken)
    {
        var outcome = await store.WriteAsync(actor, work, cancellationToken);
        if (outcome.IsAccepted) await people.RefreshAsync(CancellationToken.None);
        return outcome;
    }

    /// <summary>Loads an account, lets <paramref name="change"/> change it, and raises its version.</summary>
    /// <param name="version">The version that the actor saw; null where what happens does not depend on it.</param>
    /// <param name="change">Changes the row and appends events, or refuses.</param>
    /// <returns>The new version.</returns>
    public Task<Outcome<long>> ChangeAsync(
        Guid id, long? version, Actor actor, Func<Account, Write, CancellationToken, Task<Refusal?>> change, CancellationToken cancellationToken) =>
        WriteAsync<long>(
            actor,
            async (write, token) =>
            {
                if (await write.Db.Set<Account>().FirstOrDefaultAsync(row => row.Id == id, token) is not { } account)
                    return Refusal.NotFound("account", id.ToString());
                if (version is not null && version != account.Version) return Refusal.Stale(account.Name);
                if (await change(account, write, token) is { } refusal) return refusal;
                account.Version++;
                return account.Version;
            },
            cancellationToken);
}
