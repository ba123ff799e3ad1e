using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Rollouts.Domain;
using Athena.Dashboard.Rollouts.Domain.Rehearsals;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Athena.Dashboard.Rollouts.Storage;

internal sealed class RehearsalConfiguration : IEntityTypeConfiguration<Rehearsal>
{
    public void Configure(EntityTypeBuilder<Rehearsal> builder)
    {
        builder.ToTable("rollouts_rehearsals");
        builder.HasKey(rehearsal => rehearsal.Id);
        builder.Property(rehearsal => rehearsal.Id).ValueGeneratedNever();
        builder.Property(rehearsal => rehearsal.PlanKey).HasMaxLength(32);
        builder.Property(rehearsal => rehearsal.Wish).HasJsonConversion();
        builder.Property(rehearsal => rehearsal.Result).HasJsonConversion();
        builder.Property(rehearsal => rehearsal.Played).HasJsonConversion();
        builder.Ignore(rehearsal => rehearsal.IsOver);
        builder.HasIndex(rehearsal => rehearsal.State);
        builder.HasIndex(rehearsal => new { rehearsal.FlagKey, rehearsal.Environment, rehearsal.RequestedAt });
        builder.HasIndex(rehearsal => rehearsal.RolloutId);
        builder.HasOne<Rollout>().WithMany().HasForeignKey(rehearsal => rehearsal.RolloutId).OnDelete(DeleteBehavior.Cascade);
    }
}
