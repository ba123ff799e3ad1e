using System.Security.Cryptography;
using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Identity.Domain;
using Athena.Dashboard.Identity.Storage;
using Athena.Dashboard.Platform.Kernel;
using Microsoft.AspNetCore.DataProtection;

namespace Athena.Dashboard.Identity;

/// <summary>Authenticator apps as a second factor. Secrets are stored encrypted with the keys that also sign cookies.</summary>
public sealed class SecondFactorService(AccountWriter accounts, IDataProtectionProvider protection, TimeProvider clock)
{
    private readonly IDataProtector protector = protection.CreateProtector("Athena.Identity.SecondFactor");

    public static byte[] MakeSecret() => RandomNumberGenerator.GetBytes(OneTimeCode.SecretBytes);

    /// <summary>Turns it on, once the app has proven that it knows the secret.</summary>
    public async Task<Outcome<Done>> TurnOnAsync(byte[] secret, string? code, Actor actor, CancellationToken cancellationToken)
    {
        if (OneTimeCode.StepOf(secret, code ?? "", clock.GetUtcNow(), lastUsedStep: 0) is not { } step)
            return Refusal.Invalid("code_wrong", "This code does not belong to the secret above.", new RefusalItem("code", "is wrong or too old", Expected: "the six digits that the app shows now"));
        var changed = await accounts.ChangeAsync(actor.Id, version: null, actor, (account, write, _) =>
        {
            account.SecondFactorSecret = protector.Protect(Convert.ToBase64String(secret));
            account.SecondFactorStep = step;
            account.TwoFactorEnabled = true;
            write.Append(new SecondFactorTurnedOn(account.Id));
            return Task.FromResult<Refusal?>(null);
        }, cancellationToken);
        return changed.Then<Done>(_ => Done.Yes);
    }

    /// <summary>Turns it off: one's own, or that of somebody who lost the phone. Every session of the person ends.</summary>
    public Task<Outcome<long>> TurnOffAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        if (actor.Id != id && actor.Lacks(Permission.ManagePeople, "turn off the second factor of others") is { } lacking) return Task.FromResult<Outcome<long>>(lacking);
        return accounts.ChangeAsync(id, version: null, actor, (account, write, _) =>
        {
            if (account.SecondFactorSecret is null) return Task.FromResult<Refusal?>(Refusal.Conflict("no_second_factor", $"{account.Name} has no second factor."));
            account.SecondFactorSecret = null;
            account.TwoFactorEnabled = false;
            account.EndSessions();
            write.Append(new SecondFactorTurnedOff(id));
            return Task.FromResult<Refusal?>(null);
        }, cancellationToken);
    }

    /// <summary>The time step of a good code, or null.</summary>
    internal long? StepOf(Account account, string code) =>
        OneTimeCode.StepOf(Convert.FromBase64String(protector.Unprotect(account.SecondFactorSecret!)), code, clock.GetUtcNow(), account.SecondFactorStep);
}
