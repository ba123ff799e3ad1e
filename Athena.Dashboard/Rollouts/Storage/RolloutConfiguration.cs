using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Rollouts.Domain;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Athena.Dashboard.Rollouts.Storage;

internal sealed class RolloutConfiguration : IEntityTypeConfiguration<Rollout>
{
    public void Configure(EntityTypeBuilder<Rollout> builder)
    {
        builder.ToTable("rollouts_rollouts");
        builder.HasKey(rollout => rollout.Id);
        builder.Property(rollout => rollout.Id).ValueGeneratedNever();
        // Every look reads the rollouts, and what one was started with stays as it is.
        builder.Property(rollout => rollout.Terms).HasJsonConversion(remembered: 1000);
        builder.Property(rollout => rollout.Ticks).HasJsonConversion();
        builder.Property(rollout => rollout.Standing).HasJsonConversion();
        builder.Property(rollout => rollout.Seen).HasJsonConversion();
        builder.Property(rollout => rollout.Rollback).HasJsonConversion();
        builder.Property(rollout => rollout.Counted).HasConversion(time => time.Ticks, ticks => TimeSpan.FromTicks(ticks));
        builder.HasIndex(rollout => rollout.Release);
        builder.HasIndex(rollout => rollout.State);
        // One rollout at a time moves a flag in an environment, whoever asks on whichever node.
        builder.HasIndex(rollout => new { rollout.FlagKey, rollout.Environment }).IsUnique().HasFilter("\"EndedAt\" IS NULL");
    }
}

internal sealed class DecisionRecordConfiguration : IEntityTypeConfiguration<DecisionRecord>
{
    public void Configure(EntityTypeBuilder<DecisionRecord> builder)
    {
        builder.ToTable("rollouts_decisions");
        builder.HasKey(record => record.Id);
        builder.Property(record => record.Id).ValueGeneratedNever();
        builder.Property(record => record.Inputs).HasJsonConversion();
        builder.HasIndex(record => new { record.RolloutId, record.At });
        builder.HasOne<Rollout>().WithMany().HasForeignKey(record => record.RolloutId).OnDelete(DeleteBehavior.Cascade);
    }
}
