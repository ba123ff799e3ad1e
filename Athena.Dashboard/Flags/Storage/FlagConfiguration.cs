using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Athena.Dashboard.Flags.Storage;

internal sealed class FlagConfiguration : IEntityTypeConfiguration<Flag>
{
    public void Configure(EntityTypeBuilder<Flag> builder)
    {
        builder.ToTable("flags_flags");
        builder.HasKey(flag => flag.Key);
        builder.Property(flag => flag.Key).HasMaxLength(FlagDescription.LongestKey);
        builder.Property(flag => flag.Name).HasMaxLength(FlagDescription.LongestName);
        builder.Property(flag => flag.Variants).HasJsonConversion();
        builder.HasIndex(flag => flag.ReleaseId);
        builder.Ignore(flag => flag.Exposed);
    }
}

internal sealed class FlagEnvironmentConfiguration : IEntityTypeConfiguration<FlagEnvironment>
{
    public void Configure(EntityTypeBuilder<FlagEnvironment> builder)
    {
        builder.ToTable("flags_environments");
        builder.HasKey(setting => new { setting.FlagKey, setting.Environment });
        builder.HasOne<Flag>().WithMany().HasForeignKey(setting => setting.FlagKey).OnDelete(DeleteBehavior.Cascade);
        builder.Property(setting => setting.Conditions).HasJsonConversion();
        builder.Property(setting => setting.Audience).HasJsonConversion();
        builder.Property(setting => setting.Prerequisites).HasJsonConversion();
        builder.Property(setting => setting.Rules).HasJsonConversion();
        builder.Property(setting => setting.Serve).HasJsonConversion();
        builder.Property(setting => setting.AheadBecause).HasMaxLength(FlagDecisions.LongestReason);
        builder.Property(setting => setting.Experiment).HasMaxLength(FlagDescription.LongestKey);
        builder.HasIndex(setting => setting.EnableAt);
        builder.HasIndex(setting => setting.DisableAt);
    }
}
