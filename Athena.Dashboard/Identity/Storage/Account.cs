using System.Collections.Immutable;
using System.Security.Cryptography;
using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Identity.Domain;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Athena.Dashboard.Identity.Storage;

/// <summary>A person's account, as ASP.NET Core Identity stores it and with what the product adds.</summary>
public sealed class Account : IdentityUser<Guid>, IVersioned
{
    public required string Name { get; set; }

    /// <summary>IANA name; null for the browser's.</summary>
    public string? Zone { get; set; }

    public ImmutableArray<Role> Roles { get; set; } = [];

    public DateTimeOffset? DisabledAt { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? LastSignInAt { get; set; }

    /// <summary>SHA-256 of the link with which a password can be set once; null when there is none.</summary>
    public byte[]? PasswordLinkHash { get; set; }

    public DateTimeOffset? PasswordLinkExpiresAt { get; set; }

    /// <summary>Secret of the authenticator app, encrypted; null without a second factor.</summary>
    public string? SecondFactorSecret { get; set; }

    /// <summary>Time step of the last code that was taken: none counts twice.</summary>
    public long SecondFactorStep { get; set; }

    /// <summary>Hashes of the recovery codes that are left.</summary>
    public ImmutableArray<string> RecoveryCodes { get; set; } = [];

    public long Version { get; set; } = 1;

    /// <summary>A new value ends every session that was begun under the old one.</summary>
    public void EndSessions() => SecurityStamp = Convert.ToHexString(RandomNumberGenerator.GetBytes(20));

    public Person ToPerson() => new(Id, Name, Email!, [.. Roles.Order()], Zone, DisabledAt is not null);

    internal sealed class Configuration : IEntityTypeConfiguration<Account>
    {
        public void Configure(EntityTypeBuilder<Account> builder)
        {
            builder.ToTable("identity_accounts");
            builder.Property(account => account.Id).ValueGeneratedNever();
            builder.HasIndex(account => account.NormalizedUserName).IsUnique();
            builder.HasIndex(account => account.NormalizedEmail).IsUnique();
            builder.HasIndex(account => account.PasswordLinkHash).IsUnique();
            builder.Property(account => account.UserName).HasMaxLength(PersonRules.LongestEmail);
            builder.Property(account => account.NormalizedUserName).HasMaxLength(PersonRules.LongestEmail);
            builder.Property(account => account.Email).HasMaxLength(PersonRules.LongestEmail).IsRequired();
            builder.Property(account => account.NormalizedEmail).HasMaxLength(PersonRules.LongestEmail).IsRequired();
            builder.Property(account => account.Name).HasMaxLength(PersonRules.LongestName);
            builder.Property(account => account.Roles).HasJsonConversion();
            builder.Property(account => account.RecoveryCodes).HasJsonConversion();
        }
    }
}

/// <summary>The tables that Identity's user store asks for besides the accounts.</summary>
internal sealed class IdentityTables :
    IEntityTypeConfiguration<IdentityUserClaim<Guid>>,
    IEntityTypeConfiguration<IdentityUserLogin<Guid>>,
    IEntityTypeConfiguration<IdentityUserToken<Guid>>
{
    public void Configure(EntityTypeBuilder<IdentityUserClaim<Guid>> builder)
    {
        builder.ToTable("identity_claims");
        builder.HasOne<Account>().WithMany().HasForeignKey(claim => claim.UserId);
    }

    public void Configure(EntityTypeBuilder<IdentityUserLogin<Guid>> builder)
    {
        builder.ToTable("identity_logins");
        builder.HasKey(login => new { login.LoginProvider, login.ProviderKey });
        builder.HasOne<Account>().WithMany().HasForeignKey(login => login.UserId);
    }

    public void Configure(EntityTypeBuilder<IdentityUserToken<Guid>> builder)
    {
        builder.ToTable("identity_tokens");
        builder.HasKey(token => new { token.UserId, token.LoginProvider, token.Name });
        builder.HasOne<Account>().WithMany().HasForeignKey(token => token.UserId);
    }
}
