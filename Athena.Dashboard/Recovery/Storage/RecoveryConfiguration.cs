using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Recovery.Domain;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Athena.Dashboard.Recovery.Storage;

internal sealed class ProcedureConfiguration : IEntityTypeConfiguration<Procedure>
{
    public void Configure(EntityTypeBuilder<Procedure> builder)
    {
        builder.ToTable("recovery_procedures");
        builder.HasKey(procedure => procedure.Id);
        builder.Property(procedure => procedure.Id).ValueGeneratedNever();
        builder.Property(procedure => procedure.Steps).HasJsonConversion();
        builder.Ignore(procedure => procedure.Next);
        builder.HasIndex(procedure => procedure.Release);
        builder.HasIndex(procedure => procedure.OpenedAt);
        // A rollout is taken back once, and has one procedure for it, whichever node saw it first.
        builder.HasIndex(procedure => procedure.RolloutId).IsUnique();
    }
}

internal sealed class PostMortemConfiguration : IEntityTypeConfiguration<PostMortem>
{
    public void Configure(EntityTypeBuilder<PostMortem> builder)
    {
        builder.ToTable("recovery_post_mortems");
        builder.HasKey(report => report.ProcedureId);
        builder.Property(report => report.ProcedureId).ValueGeneratedNever();
        builder.Property(report => report.FollowUps).HasJsonConversion();
        builder.HasIndex(report => report.Release);
        builder.HasOne<Procedure>().WithOne().HasForeignKey<PostMortem>(report => report.ProcedureId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class DrillConfiguration : IEntityTypeConfiguration<Drill>
{
    public void Configure(EntityTypeBuilder<Drill> builder)
    {
        builder.ToTable("recovery_drills");
        builder.HasKey(drill => drill.Id);
        builder.Property(drill => drill.Id).ValueGeneratedNever();
        builder.Ignore(drill => drill.ToDetect);
        builder.Ignore(drill => drill.ToDecide);
        builder.Ignore(drill => drill.ToAct);
        builder.Ignore(drill => drill.ToVerify);
        builder.Ignore(drill => drill.Whole);
        builder.HasIndex(drill => drill.StartedAt);
        builder.HasIndex(drill => drill.RolloutId);
        // One at a time, until nothing of it is left.
        builder.HasIndex(drill => drill.Environment).IsUnique().HasFilter("NOT \"IsClean\"");
    }
}
