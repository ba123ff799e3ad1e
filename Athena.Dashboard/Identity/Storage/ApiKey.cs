using System.Collections.Immutable;
using Athena.Dashboard.Identity.Domain;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Athena.Dashboard.Identity.Storage;

/// <summary>A program's key. Of the key itself only the hash is kept.</summary>
public sealed record ApiKey : IVersioned
{
    public required Guid Id { get; init; }

    public required string Name { get; init; }

    /// <summary>The beginning of the key, to recognize it by.</summary>
    public required string Prefix { get; init; }

    /// <summary>SHA-256 of the whole key. Enough for a key of 256 random bits: there is nothing to guess.</summary>
    public required byte[] Hash { get; init; }

    public ImmutableArray<string> Scopes { get; init; } = [];

    /// <summary>Null: good in every environment.</summary>
    public string? Environment { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>To the minute; writing each use down would cost more than it tells.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    public long Version { get; init; } = 1;

    internal sealed class Configuration : IEntityTypeConfiguration<ApiKey>
    {
        public void Configure(EntityTypeBuilder<ApiKey> builder)
        {
            builder.ToTable("identity_keys");
            builder.Property(key => key.Id).ValueGeneratedNever();
            builder.Property(key => key.Name).HasMaxLength(KeyRules.LongestName);
            builder.HasIndex(key => key.Hash).IsUnique();
            builder.Property(key => key.Scopes).HasJsonConversion();
        }
    }
}
