using System.Collections.Immutable;
using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Identity.Domain;
using Athena.Dashboard.Identity.Storage;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Identity;

/// <summary>Who is to be added.</summary>
/// <param name="Zone">IANA name; null for the browser's.</param>
/// <param name="Password">Null: the person sets it with the link.</param>
public sealed record NewPerson(string? Name, string? Email, ImmutableArray<Role> Roles, string? Zone = null, string? Password = null);

/// <summary>Somebody added.</summary>
/// <param name="LinkToken">For <c>/set-password?token=…</c>, good once; null when a password was given.</param>
public sealed record AddedPerson(Guid Id, string? LinkToken);

/// <summary>Everything that changes accounts.</summary>
public sealed class PeopleService(AccountWriter accounts, AccountManagers managers, IOptions<AccessOptions> options)
{
    public async Task<Outcome<AddedPerson>> AddAsync(NewPerson wanted, Actor actor, CancellationToken cancellationToken)
    {
        if (actor.Lacks(Permission.ManagePeople, "add people") is { } lacking) return lacking;
        ImmutableArray<RefusalItem> faults =
        [
            .. PersonRules.CheckName(wanted.Name),
            .. PersonRules.CheckEmail(wanted.Email),
            .. PersonRules.CheckRoles(wanted.Roles),
            .. wanted.Zone is null ? [] : PersonRules.CheckZone(wanted.Zone),
            .. wanted.Password is null ? [] : PasswordRules.Check(wanted.Password, wanted.Email, wanted.Name),
        ];
        if (!faults.IsEmpty) return Refusal.Invalid("person_invalid", "This person cannot be added.", [.. faults]);

        var link = wanted.Password is null ? OneTimeToken.Make() : null;
        var hash = wanted.Password is null ? null : managers.Hash(wanted.Password);
        return await accounts.WriteAsync<AddedPerson>(actor, (write, token) => AddAsync(write, wanted, link, hash, token), cancellationToken);
    }

    public Task<Outcome<long>> ChangeRolesAsync(Guid id, long version, ImmutableArray<Role> roles, Actor actor, CancellationToken cancellationToken)
    {
        if (actor.Lacks(Permission.ManagePeople, "change roles") is { } lacking) return Refused(lacking);
        if (PersonRules.CheckRoles(roles) is { IsEmpty: false } faults) return Refused(Refusal.Invalid("roles_invalid", "These roles cannot be given.", [.. faults]));
        ImmutableArray<Role> next = [.. roles.Distinct().Order()];
        return ChangeAsync(id, version, actor, async (account, write, token) =>
        {
            if (!next.Contains(Role.Administrator) && await WouldLockOutAsync(account, write, token) is { } refusal) return refusal;
            write.Append(new RolesChanged(id, next), new { account.Roles }, new { Roles = next });
            account.Roles = next;
            account.EndSessions();
            return null;
        }, cancellationToken);
    }

    public Task<Outcome<long>> DisableAsync(Guid id, long version, Actor actor, CancellationToken cancellationToken)
    {
        if (actor.Lacks(Permission.ManagePeople, "disable accounts") is { } lacking) return Refused(lacking);
        return ChangeAsync(id, version, actor, async (account, write, token) =>
        {
            if (account.DisabledAt is not null) return Refusal.Conflict("already_disabled", $"{account.Name} is disabled already.");
            if (await WouldLockOutAsync(account, write, token) is { } refusal) return refusal;
            account.DisabledAt = write.Now;
            account.PasswordLinkHash = null;
            account.EndSessions();
            write.Append(new PersonDisabled(id));
            return null;
        }, cancellationToken);
    }

    public Task<Outcome<long>> EnableAsync(Guid id, long version, Actor actor, CancellationToken cancellationToken)
    {
        if (actor.Lacks(Permission.ManagePeople, "enable accounts") is { } lacking) return Refused(lacking);
        return ChangeAsync(id, version, actor, (account, write) =>
        {
            if (account.DisabledAt is null) return Refusal.Conflict("not_disabled", $"{account.Name} is not disabled.");
            account.DisabledAt = null;
            write.Append(new PersonEnabled(id));
            return null;
        }, cancellationToken);
    }

    /// <summary>Ends every session and circuit of the person, at once. Everybody may end his own: that is signing out.</summary>
    public Task<Outcome<long>> EndSessionsAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        if (actor.Id != id && actor.Lacks(Permission.ManagePeople, "end the sessions of others") is { } lacking) return Refused(lacking);
        return ChangeAsync(id, version: null, actor, (account, write) =>
        {
            account.EndSessions();
            write.Append(new SessionsEnded(id));
            return null;
        }, cancellationToken);
    }

    /// <summary>One's own name and time zone; without a zone the browser's counts.</summary>
    public Task<Outcome<long>> ChangeProfileAsync(long version, string? name, string? zone, Actor actor, CancellationToken cancellationToken)
    {
        zone = string.IsNullOrWhiteSpace(zone) ? null : zone.Trim();
        ImmutableArray<RefusalItem> faults = [.. PersonRules.CheckName(name), .. zone is null ? [] : PersonRules.CheckZone(zone)];
        if (!faults.IsEmpty) return Refused(Refusal.Invalid("profile_invalid", "This cannot be saved.", [.. faults]));
        return ChangeAsync(actor.Id, version, actor, (account, write) =>
        {
            var before = new { account.Name, account.Zone };
            account.Name = name!.Trim();
            account.Zone = zone;
            write.Append(new PersonChanged(account.Id, account.Name, account.Zone), before, new { account.Name, account.Zone });
            return null;
        }, cancellationToken);
    }

    private static Task<Outcome<long>> Refused(Refusal refusal) => Task.FromResult<Outcome<long>>(refusal);

    private async Task<Outcome<AddedPerson>> AddAsync(Write write, NewPerson wanted, OneTimeToken? link, string? passwordHash, CancellationToken cancellationToken)
    {
        var account = new Account
        {
            Id = Guid.CreateVersion7(write.Now),
            Name = wanted.Name!.Trim(),
            Email = wanted.Email!.Trim(),
            UserName = wanted.Email.Trim(),
            Roles = [.. wanted.Roles.Distinct().Order()],
            Zone = wanted.Zone,
            PasswordHash = passwordHash,
            PasswordLinkHash = link?.Hash,
            PasswordLinkExpiresAt = link is null ? null : write.Now.AddHours(options.Value.PasswordLinkHours),
            CreatedAt = write.Now,
            LockoutEnabled = true,
        };
        using var manager = managers.Over(write.Db);
        var created = await manager.CreateAsync(account);
        if (!created.Succeeded)
        {
            return created.Errors.Any(error => error.Code.StartsWith("Duplicate", StringComparison.Ordinal))
                ? Refusal.Conflict("email_taken", $"There is an account with the address {account.Email} already.")
                : Refusal.Invalid("person_invalid", "This person cannot be added.", [.. created.Errors.Select(error => new RefusalItem("email", error.Description))]);
        }

        write.Append(new PersonAdded(account.Id, account.Name, account.Email, account.Roles));
        return new AddedPerson(account.Id, link?.Text);
    }

    private static async Task<Refusal?> WouldLockOutAsync(Account account, Write write, CancellationToken cancellationToken)
    {
        if (!account.Roles.Contains(Role.Administrator)) return null;
        var others = await write.Db.Set<Account>().AsNoTracking().Where(row => row.Id != account.Id && row.DisabledAt == null).Select(row => row.Roles).ToListAsync(cancellationToken);
        return PersonRules.WouldLockOut(others.Count(roles => roles.Contains(Role.Administrator)));
    }

    private Task<Outcome<long>> ChangeAsync(Guid id, long? version, Actor actor, Func<Account, Write, Refusal?> change, CancellationToken cancellationToken) =>
        accounts.ChangeAsync(id, version, actor, (account, write, _) => Task.FromResult(change(account, write)), cancellationToken);

    private Task<Outcome<long>> ChangeAsync(
        Guid id, long? version, Actor actor, Func<Account, Write, CancellationToken, Task<Refusal?>> change, CancellationToken cancellationToken) =>
        accounts.ChangeAsync(id, version, actor, change, cancellationToken);
}
