using System.Collections.Immutable;
using Athena.Dashboard.Identity.Storage;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Identity;

/// <summary>An account as those see it who manage people.</summary>
/// <param name="HasPassword">False until the link was used.</param>
public sealed record PersonRow(
    Guid Id,
    string Name,
    string Email,
    ImmutableArray<Role> Roles,
    string? Zone,
    bool HasPassword,
    bool HasSecondFactor,
    int RecoveryCodesLeft,
    DateTimeOffset? DisabledAt,
    DateTimeOffset? LockedUntil,
    DateTimeOffset? LastSignInAt,
    DateTimeOffset? LinkExpiresAt,
    long Version);

/// <summary>Reads accounts for screens and API.</summary>
public sealed class PeopleQueries(Store store)
{
    /// <summary>By name; those who are disabled come last.</summary>
    public async Task<ImmutableArray<PersonRow>> ListAsync(CancellationToken cancellationToken)
    {
        var accounts = await store.ReadAsync((db, token) => db.Set<Account>().ToListAsync(token), cancellationToken);
        return [.. accounts.OrderBy(account => account.DisabledAt is not null).ThenBy(account => account.Name, StringComparer.OrdinalIgnoreCase).Select(RowOf)];
    }

    public async Task<PersonRow?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        var account = await store.ReadAsync((db, token) => db.Set<Account>().FirstOrDefaultAsync(row => row.Id == id, token), cancellationToken);
        return account is null ? null : RowOf(account);
    }

    private static PersonRow RowOf(Account account) => new(
        account.Id,
        account.Name,
        account.Email!,
        [.. account.Roles.Order()],
        account.Zone,
        account.PasswordHash is not null,
        account.SecondFactorSecret is not null,
        account.RecoveryCodes.Length,
        account.DisabledAt,
        account.LockoutEnd,
        account.LastSignInAt,
        account.PasswordLinkHash is null ? null : account.PasswordLinkExpiresAt,
        account.Version);
}
