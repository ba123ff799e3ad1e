using Athena.Dashboard.Identity.Contracts;

namespace Athena.Dashboard.Identity.Domain;

/// <summary>How often one may be wrong, and what follows.</summary>
/// <param name="Tries">Wrong tries in a row after which the account is locked.</param>
/// <param name="LockedFor">For how long.</param>
public readonly record struct LockRule(int Tries, TimeSpan LockedFor);

/// <summary>What an account remembers about tries to sign in.</summary>
public readonly record struct TryCount(int Failed, DateTimeOffset? LockedUntil)
{
    public bool IsLocked(DateTimeOffset now) => LockedUntil > now;

    /// <summary>One more wrong try: counts, and locks at the limit; the count begins again after that.</summary>
    public TryCount Fail(LockRule rule, DateTimeOffset now)
    {
        var failed = Failed + 1;
        return failed >= rule.Tries ? new TryCount(0, now + rule.LockedFor) : new TryCount(failed, LockedUntil > now ? LockedUntil : null);
    }
}

public static class SignInRules
{
    /// <summary>Why somebody is not let in, or null. A locked or disabled account stays closed to the right password too.</summary>
    public static SignInFailure? Judge(TryCount tries, bool isDisabled, bool isProven, DateTimeOffset now) =>
        isDisabled ? SignInFailure.Disabled
        : tries.IsLocked(now) ? SignInFailure.LockedOut
        : isProven ? null
        : SignInFailure.WrongPassword;
}
