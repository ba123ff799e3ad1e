using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Athena.Dashboard.Flags.Storage;

internal sealed class QueuedChangeConfiguration : IEntityTypeConfiguration<QueuedChange>
{
    public void Configure(EntityTypeBuilder<QueuedChange> builder)
    {
        builder.ToTable("flags_queued_changes");
        builder.HasKey(queued => queued.Id);
        builder.Property(queued => queued.Id).ValueGeneratedNever();
        builder.Property(queued => queued.FlagKey).HasMaxLength(FlagDescription.LongestKey);
        builder.Property(queued => queued.Reason).HasMaxLength(FlagDecisions.LongestReason);
        builder.Property(queued => queued.Before).HasJsonConversion();
        builder.Property(queued => queued.After).HasJsonConversion();
        builder.HasIndex(queued => new { queued.State, queued.At });
    }
}
