using System.Security.Cryptography;
using Athena.Dashboard.Identity.Access;
using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Identity.Domain;
using Athena.Dashboard.Identity.Storage;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Identity;

/// <summary>What a try to sign in led to.</summary>
/// <param name="Stamp">What the session has to carry; null while a code is still asked for.</param>
/// <param name="Ticket">Proves for five minutes that the password was right; null once somebody is let in.</param>
public sealed record SignInResult(Guid PersonId, string? Stamp, string? Ticket = null);

/// <summary>Decides who is let in. Every try leaves an event; what was typed is kept nowhere.</summary>
public sealed partial class SignInService(
    Store store,
    AccountWriter accounts,
    AccountManagers managers,
    SecondFactorService secondFactor,
    SignInThrottle throttle,
    RefusalLog refusals,
    IDataProtectionProvider protection,
    IOptions<AccessOptions> options,
    TimeProvider clock,
    ILogger<SignInService> logger)
{
    private static readonly TimeSpan TicketLife = TimeSpan.FromMinutes(5);

    private readonly ITimeLimitedDataProtector tickets = protection.CreateProtector("Athena.Identity.SignIn").ToTimeLimitedDataProtector();

    /// <param name="source">The address that the try comes from.</param>
    /// <returns>
    /// The session to begin, or a ticket when the account has a second factor, or one refusal for every reason, so that
    /// nothing can be learned from it.
    /// </returns>
    public async Task<Outcome<SignInResult>> SignInAsync(string? email, string? password, string? source, CancellationToken cancellationToken)
    {
        if (throttle.Refuse(source) is { } wait) return wait;
        var normalized = (email ?? "").Trim().ToUpperInvariant();
        var account = await store.ReadAsync((db, token) => db.Set<Account>().FirstOrDefaultAsync(row => row.NormalizedEmail == normalized, token), cancellationToken);
        // Slow, so it is done before the write that follows; as slow for accounts that do not exist.
        var isProven = password is { Length: > 0 and <= PasswordRules.Longest * 4 } && managers.Verify(account, password);
        if (account is null) return await RefuseUnknownAsync(source, cancellationToken);
        if (Judge(account, isProven) is { } failure) return await RefuseAsync(account, failure, source, cancellationToken);
        return account.SecondFactorSecret is null
            ? await AcceptAsync(account, code: null, source, cancellationToken)
            : new SignInResult(account.Id, Stamp: null, tickets.Protect($"{account.Id} {account.SecurityStamp}", TicketLife));
    }

    /// <summary>The second step: the code of the authenticator app, or a recovery code.</summary>
    public async Task<Outcome<SignInResult>> ContinueAsync(string? ticket, string? code, string? source, CancellationToken cancellationToken)
    {
        if (throttle.Refuse(source) is { } wait) return wait;
        if (IdIn(ticket) is not { } id) return await RefuseUnknownAsync(source, cancellationToken);
        var account = await store.ReadAsync((db, token) => db.Set<Account>().FirstOrDefaultAsync(row => row.Id == id.Person, token), cancellationToken);
        if (account?.SecondFactorSecret is null || account.SecurityStamp != id.Stamp) return await RefuseUnknownAsync(source, cancellationToken);
        if (Judge(account, isProven: true) is { } failure) return await RefuseAsync(account, failure, source, cancellationToken);
        return secondFactor.IsGood(account, code ?? "")
            ? await AcceptAsync(account, code, source, cancellationToken)
            : await RefuseAsync(account, SignInFailure.WrongCode, source, cancellationToken);
    }

    private SignInFailure? Judge(Account account, bool isProven) =>
        SignInRules.Judge(new TryCount(account.AccessFailedCount, account.LockoutEnd), account.DisabledAt is not null, isProven, clock.GetUtcNow());

    private (Guid Person, string Stamp)? IdIn(string? ticket)
    {
        try
        {
            var words = tickets.Unprotect(ticket ?? "").Split(' ');
            return (Guid.Parse(words[0]), words[1]);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private async Task<Outcome<SignInResult>> AcceptAsync(Account found, string? code, string? source, CancellationToken cancellationToken)
    {
        string stamp = "";
        var actor = new Actor(ActorKind.Person, found.Id, found.Name, [], [], Source: source);
        var written = await accounts.ChangeAsync(found.Id, version: null, actor, (account, write, _) =>
        {
            // Somebody may have changed the account, or used the same code, since it was read.
            if (account.SecurityStamp != found.SecurityStamp || account.SecondFactorSecret != found.SecondFactorSecret) return Task.FromResult<Refusal?>(NotLetIn);
            if (account.SecondFactorSecret is not null && !secondFactor.Use(account, code, write)) return Task.FromResult<Refusal?>(NotLetIn);
            account.AccessFailedCount = 0;
            account.LockoutEnd = null;
            account.LastSignInAt = write.Now;
            stamp = account.SecurityStamp!;
            write.Append(new SignedIn(account.Id));
            return Task.FromResult<Refusal?>(null);
        }, cancellationToken);
        return written.Then<SignInResult>(_ => new SignInResult(found.Id, stamp));
    }

    private async Task<Outcome<SignInResult>> RefuseAsync(Account found, SignInFailure reason, string? source, CancellationToken cancellationToken)
    {
        throttle.Failed(source);
        Log.NotLetIn(logger, found.Id, reason, source);
        var isNew = refusals.IsNewFailure(found.Id, reason, source);
        await accounts.ChangeAsync(found.Id, version: null, Nobody(source), (account, write, _) =>
        {
            if (reason is SignInFailure.WrongPassword or SignInFailure.WrongCode)
            {
                var rule = new LockRule(options.Value.TriesPerAccount, TimeSpan.FromMinutes(options.Value.LockedMinutes));
                var tries = new TryCount(account.AccessFailedCount, account.LockoutEnd).Fail(rule, write.Now);
                (account.AccessFailedCount, account.LockoutEnd) = (tries.Failed, tries.LockedUntil);
            }

            if (isNew) write.Append(new SignInFailed(account.Id, reason));
            return Task.FromResult<Refusal?>(null);
        }, cancellationToken);
        return NotLetIn;
    }

    private async Task<Outcome<SignInResult>> RefuseUnknownAsync(string? source, CancellationToken cancellationToken)
    {
        throttle.Failed(source);
        Log.NotLetIn(logger, Guid.Empty, SignInFailure.UnknownAccount, source);
        if (!refusals.IsNewFailure(Guid.Empty, SignInFailure.UnknownAccount, source)) return NotLetIn;
        await store.WriteAsync<Done>(
            Nobody(source),
            (write, _) =>
            {
                write.Append(new SignInFailed(Guid.Empty, SignInFailure.UnknownAccount));
                return Task.FromResult<Outcome<Done>>(Done.Yes);
            },
            cancellationToken);
        return NotLetIn;
    }

    private Refusal NotLetIn => new(
        RefusalKind.Forbidden,
        "not_let_in",
        "That did not work.",
        $"Address, password or code is wrong, or the account is disabled or locked. After {options.Value.TriesPerAccount} wrong tries in a row it is locked for {options.Value.LockedMinutes} min.");

    private static Actor Nobody(string? source) => new(ActorKind.Person, Guid.Empty, "Somebody not signed in", [], [], Source: source);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Sign-in of {PersonId} from {Source} refused: {Reason}")]
        public static partial void NotLetIn(ILogger logger, Guid personId, SignInFailure reason, string? source);
    }
}
