using Athena.Dashboard.Gates.Domain;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Athena.Dashboard.Gates.Storage;

internal sealed class GateBoardConfiguration : IEntityTypeConfiguration<GateBoard>
{
    public void Configure(EntityTypeBuilder<GateBoard> builder)
    {
        builder.ToTable("gates_boards");
        builder.HasKey(board => new { board.SubjectKind, board.SubjectId });
        builder.Property(board => board.Waivers).HasJsonConversion();
    }
}

internal sealed class GateItemConfiguration : IEntityTypeConfiguration<GateItem>
{
    public void Configure(EntityTypeBuilder<GateItem> builder)
    {
        builder.ToTable("gates_items");
        builder.HasKey(item => item.Id);
        builder.Property(item => item.Id).ValueGeneratedNever();
        builder.Property(item => item.Owners).HasJsonConversion();
        builder.HasOne<GateBoard>().WithMany().HasForeignKey(item => new { item.SubjectKind, item.SubjectId });
        builder.HasIndex(item => new { item.SubjectKind, item.SubjectId, item.Key }).IsUnique();
        builder.HasIndex(item => item.AssigneeId);
    }
}

internal sealed class GateWaiverConfiguration : IEntityTypeConfiguration<GateWaiver>
{
    public void Configure(EntityTypeBuilder<GateWaiver> builder)
    {
        builder.ToTable("gates_waivers");
        builder.HasKey(waiver => waiver.Id);
        builder.Property(waiver => waiver.Id).ValueGeneratedNever();
        builder.Property(waiver => waiver.Approvals).HasJsonConversion();
        builder.HasOne<GateItem>().WithMany().HasForeignKey(waiver => waiver.ItemId);
        builder.HasIndex(waiver => new { waiver.State, waiver.Until });
    }
}

internal sealed class GateEvidenceConfiguration : IEntityTypeConfiguration<GateEvidence>
{
    public void Configure(EntityTypeBuilder<GateEvidence> builder)
    {
        builder.ToTable("gates_evidence");
        builder.HasKey(evidence => evidence.Id);
        builder.Property(evidence => evidence.Id).ValueGeneratedNever();
        builder.HasOne<GateItem>().WithMany().HasForeignKey(evidence => evidence.ItemId);
    }
}

internal sealed class GateRemarkConfiguration : IEntityTypeConfiguration<GateRemark>
{
    public void Configure(EntityTypeBuilder<GateRemark> builder)
    {
        builder.ToTable("gates_remarks");
        builder.HasKey(remark => remark.Id);
        builder.Property(remark => remark.Id).ValueGeneratedNever();
        builder.HasOne<GateItem>().WithMany().HasForeignKey(remark => remark.ItemId);
    }
}

/// <summary>A command of another slice that was carried out, remembered so that its repetition changes nothing.</summary>
public sealed class GateOperation
{
    public required Guid Id { get; init; }

    public required DateTimeOffset At { get; init; }

    internal sealed class Configuration : IEntityTypeConfiguration<GateOperation>
    {
        public void Configure(EntityTypeBuilder<GateOperation> builder)
        {
            builder.ToTable("gates_operations");
            builder.HasKey(operation => operation.Id);
            builder.Property(operation => operation.Id).ValueGeneratedNever();
        }
    }
}
