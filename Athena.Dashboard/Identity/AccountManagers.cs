using Athena.Dashboard.Identity.Storage;
using Athena.Dashboard.Platform.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Identity;

/// <summary>
/// ASP.NET Core Identity's manager over the context of one write, so that an account and its events are committed
/// together. It saves nothing by itself.
/// </summary>
public sealed class AccountManagers(ILogger<UserManager<Account>> logger)
{
    // OWASP's figure for PBKDF2 with HMAC-SHA-512.
    private const int Iterations = 210_000;

    private readonly PasswordHasher<Account> hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = Iterations }));
    private readonly IOptions<IdentityOptions> options = Options.Create(new IdentityOptions { User = { RequireUniqueEmail = true, AllowedUserNameCharacters = "" } });
    private readonly Lazy<string> nobodysHash = new(() => new PasswordHasher<Account>(Options.Create(new PasswordHasherOptions { IterationCount = Iterations })).HashPassword(null!, "nobody"));

    public UserManager<Account> Over(AthenaDbContext db)
    {
        var errors = new IdentityErrorDescriber();
#pragma warning disable CA2000 // The manager owns its store, and the store owns nothing.
        var store = new UserOnlyStore<Account, AthenaDbContext, Guid>(db, errors) { AutoSaveChanges = false };
#pragma warning restore CA2000
        return new UserManager<Account>(store, options, hasher, [new UserValidator<Account>(errors)], [], new UpperInvariantLookupNormalizer(), errors, null!, logger);
    }

    /// <summary>Slow on purpose: never call it inside a write.</summary>
    public string Hash(string password) => hasher.HashPassword(null!, password);

    /// <summary>Slow on purpose, and as slow when there is no account to compare with.</summary>
    public bool Verify(Account? account, string password) =>
        hasher.VerifyHashedPassword(account!, account?.PasswordHash ?? nobodysHash.Value, password) is not PasswordVerificationResult.Failed
        && account?.PasswordHash is not null;
}
