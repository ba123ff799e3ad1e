using System.Collections.Immutable;
using System.Security.Cryptography;
using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Identity.Domain;
using Athena.Dashboard.Identity.Storage;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Microsoft.AspNetCore.DataProtection;

namespace Athena.Dashboard.Identity;

/// <summary>
/// Authenticator apps as a second factor. Secrets are stored encrypted with the keys that also sign cookies, recovery
/// codes as hashes. What changes one's own second factor asks for a code, so that a browser left open is not enough.
/// </summary>
public sealed class SecondFactorService(AccountWriter accounts, SignInThrottle throttle, IDataProtectionProvider protection, TimeProvider clock)
{
    private readonly IDataProtector protector = protection.CreateProtector("Athena.Identity.SecondFactor");

    public static byte[] MakeSecret() => RandomNumberGenerator.GetBytes(OneTimeCode.SecretBytes);

    /// <summary>Turns it on, once the app has proven that it knows the secret.</summary>
    /// <returns>The recovery codes; nobody sees them again.</returns>
    public async Task<Outcome<ImmutableArray<string>>> TurnOnAsync(byte[] secret, string? code, Actor actor, CancellationToken cancellationToken)
    {
        if (throttle.Refuse(actor.Source) is { } wait) return wait;
        if (OneTimeCode.StepOf(secret, code ?? "", clock.GetUtcNow(), lastUsedStep: 0) is not { } step) return WrongCode(actor);
        var codes = RecoveryCode.Make();
        var changed = await ChangeAsync(actor.Id, actor, (account, write) =>
        {
            if (account.SecondFactorSecret is not null) return Refusal.Conflict("second_factor_on", "Your second factor is on already.");
            account.SecondFactorSecret = protector.Protect(Convert.ToBase64String(secret));
            account.SecondFactorStep = step;
            account.TwoFactorEnabled = true;
            account.RecoveryCodes = [.. codes.Select(RecoveryCode.HashOf)];
            write.Append(new SecondFactorTurnedOn(account.Id));
            return null;
        }, cancellationToken);
        return changed.Then<ImmutableArray<string>>(_ => codes);
    }

    /// <summary>Makes new recovery codes; those from before are good no more.</summary>
    public async Task<Outcome<ImmutableArray<string>>> RenewCodesAsync(string? code, Actor actor, CancellationToken cancellationToken)
    {
        if (throttle.Refuse(actor.Source) is { } wait) return wait;
        var codes = RecoveryCode.Make();
        var changed = await ChangeAsync(actor.Id, actor, (account, write) =>
        {
            if (account.SecondFactorSecret is null) return IsOff(account);
            if (!Use(account, code, write)) return WrongCode(actor);
            account.RecoveryCodes = [.. codes.Select(RecoveryCode.HashOf)];
            write.Append(new RecoveryCodesRenewed(account.Id));
            return null;
        }, cancellationToken);
        return changed.Then<ImmutableArray<string>>(_ => codes);
    }

    /// <summary>Turns one's own off. Every session of the person ends.</summary>
    /// <param name="code">Of the app, or a recovery code.</param>
    public Task<Outcome<long>> TurnOffAsync(string? code, Actor actor, CancellationToken cancellationToken) =>
        throttle.Refuse(actor.Source) is { } wait
            ? Task.FromResult<Outcome<long>>(wait)
            : ChangeAsync(actor.Id, actor, (account, write) =>
            {
                if (account.SecondFactorSecret is null) return IsOff(account);
                if (!Use(account, code, write)) return WrongCode(actor);
                TurnOff(account, write);
                return null;
            }, cancellationToken);

    /// <summary>Turns that of somebody off who lost both phone and codes. Every session of the person ends.</summary>
    public Task<Outcome<long>> TurnOffOfAsync(Guid id, Actor actor, CancellationToken cancellationToken) =>
        actor.Lacks(Permission.ManagePeople, "turn off the second factor of others") is { } lacking
            ? Task.FromResult<Outcome<long>>(lacking)
            : ChangeAsync(id, actor, (account, write) =>
            {
                if (account.SecondFactorSecret is null) return IsOff(account);
                TurnOff(account, write);
                return null;
            }, cancellationToken);

    /// <summary>True for a good code, of the app or for recovery.</summary>
    internal bool IsGood(Account account, string code) =>
        StepOf(account, code) is not null || RecoveryCode.Use(account.RecoveryCodes, code) is not null;

    /// <summary>Takes a good code, of the app or for recovery, so that it is good no more.</summary>
    internal bool Use(Account account, string? code, Write write)
    {
        if (StepOf(account, code ?? "") is { } step)
        {
            account.SecondFactorStep = step;
            return true;
        }

        if (RecoveryCode.Use(account.RecoveryCodes, code ?? "") is not { } left) return false;
        account.RecoveryCodes = left;
        write.Append(new RecoveryCodeUsed(account.Id, left.Length));
        return true;
    }

    private static void TurnOff(Account account, Write write)
    {
        account.SecondFactorSecret = null;
        account.TwoFactorEnabled = false;
        account.RecoveryCodes = [];
        account.EndSessions();
        write.Append(new SecondFactorTurnedOff(account.Id));
    }

    private static Refusal IsOff(Account account) => Refusal.Conflict("no_second_factor", $"{account.Name} has no second factor.");

    private Refusal WrongCode(Actor actor)
    {
        throttle.Failed(actor.Source);
        return Refusal.Invalid("code_wrong", "This code is not good.", new RefusalItem("code", "is wrong, too old or was used before", Expected: "the six digits that the app shows now"));
    }

    private long? StepOf(Account account, string code) =>
        OneTimeCode.StepOf(Convert.FromBase64String(protector.Unprotect(account.SecondFactorSecret!)), code, clock.GetUtcNow(), account.SecondFactorStep);

    private Task<Outcome<long>> ChangeAsync(Guid id, Actor actor, Func<Account, Write, Refusal?> change, CancellationToken cancellationToken) =>
        accounts.ChangeAsync(id, version: null, actor, (account, write, _) => Task.FromResult(change(account, write)), cancellationToken);
}
