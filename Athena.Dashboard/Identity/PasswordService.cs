using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Identity.Domain;
using Athena.Dashboard.Identity.Storage;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Identity;

/// <summary>Setting passwords. Each ends every session of the person.</summary>
public sealed class PasswordService(Store store, AccountWriter accounts, AccountManagers managers, SignInThrottle throttle, IOptions<AccessOptions> options, TimeProvider clock)
{
    private static Refusal LinkIsOver =>
        new(RefusalKind.Forbidden, "link_over", "This link is not good any more.", "It was used, replaced, or is too old. An Administrator can make another.")
        {
            WhoCan = [Role.Administrator.Title()],
        };

    /// <returns>The token of a link with which the person sets a new password once. An earlier link ends.</returns>
    public async Task<Outcome<string>> MakeLinkAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        if (actor.Lacks(Permission.ManagePeople, "make links to set passwords") is { } lacking) return lacking;
        var link = OneTimeToken.Make();
        var made = await ChangeAsync(id, actor, (account, write) =>
        {
            if (account.DisabledAt is not null) return Refusal.Conflict("disabled", $"{account.Name} is disabled.", "Enable the account first.");
            var expires = write.Now.AddHours(options.Value.PasswordLinkHours);
            (account.PasswordLinkHash, account.PasswordLinkExpiresAt) = (link.Hash, expires);
            write.Append(new PasswordLinkMade(id, expires));
            return null;
        }, cancellationToken);
        return made.Then<string>(_ => link.Text);
    }

    /// <summary>The person that a link is for, or null when it is not good any more.</summary>
    public async Task<Person?> FindByLinkAsync(string? token, CancellationToken cancellationToken) =>
        (await FindAsync(token, cancellationToken))?.ToPerson();

    public async Task<Outcome<Done>> SetByLinkAsync(string? token, string? password, string? source, CancellationToken cancellationToken)
    {
        if (throttle.Refuse(source) is { } wait) return wait;
        if (await FindAsync(token, cancellationToken) is not { } found)
        {
            throttle.Failed(source);
            return LinkIsOver;
        }

        if (PasswordRules.Check(password, found.Email, found.Name) is { IsEmpty: false } faults)
            return Refusal.Invalid("password_invalid", "This password cannot be taken.", [.. faults]);
        var hash = managers.Hash(password!);
        var actor = new Actor(ActorKind.Person, found.Id, found.Name, [], [], Source: source);
        var changed = await ChangeAsync(found.Id, actor, (account, write) =>
        {
            if (!found.PasswordLinkHash.AsSpan().SequenceEqual(account.PasswordLinkHash)) return LinkIsOver;
            account.EmailConfirmed = true;
            account.AccessFailedCount = 0;
            account.LockoutEnd = null;
            Set(account, hash, write);
            return null;
        }, cancellationToken);
        return changed.Then<Done>(_ => Done.Yes);
    }

    /// <summary>Changes one's own.</summary>
    public async Task<Outcome<Done>> ChangeAsync(string? current, string? next, Actor actor, CancellationToken cancellationToken)
    {
        if (throttle.Refuse(actor.Source) is { } wait) return wait;
        var found = await store.ReadAsync((db, cancel) => db.Set<Account>().FirstOrDefaultAsync(row => row.Id == actor.Id, cancel), cancellationToken);
        if (found is null) return Refusal.NotFound("account", actor.Name);
        if (!managers.Verify(found, current ?? ""))
        {
            throttle.Failed(actor.Source);
            return Refusal.Invalid("password_wrong", "The current password is another.", new RefusalItem("current", "is not your password"));
        }

        if (PasswordRules.Check(next, found.Email, found.Name) is { IsEmpty: false } faults)
            return Refusal.Invalid("password_invalid", "This password cannot be taken.", [.. faults]);
        var hash = managers.Hash(next!);
        var changed = await ChangeAsync(actor.Id, actor, (account, write) =>
        {
            Set(account, hash, write);
            return null;
        }, cancellationToken);
        return changed.Then<Done>(_ => Done.Yes);
    }

    private static void Set(Account account, string hash, Write write)
    {
        account.PasswordHash = hash;
        account.PasswordLinkHash = null;
        account.EndSessions();
        write.Append(new PasswordChanged(account.Id));
    }

    private async Task<Account?> FindAsync(string? token, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(token) || token.Length > 100) return null;
        var hash = OneTimeToken.HashOf(token);
        var account = await store.ReadAsync((db, cancel) => db.Set<Account>().FirstOrDefaultAsync(row => row.PasswordLinkHash == hash, cancel), cancellationToken);
        return account?.PasswordLinkExpiresAt > clock.GetUtcNow() ? account : null;
    }

    private Task<Outcome<long>> ChangeAsync(Guid id, Actor actor, Func<Account, Write, Refusal?> change, CancellationToken cancellationToken) =>
        accounts.ChangeAsync(id, version: null, actor, (account, write, _) => Task.FromResult(change(account, write)), cancellationToken);
}
