using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Athena.Dashboard.Flags.Storage;

internal sealed class SegmentConfiguration : IEntityTypeConfiguration<Segment>
{
    public void Configure(EntityTypeBuilder<Segment> builder)
    {
        builder.ToTable("flags_segments");
        builder.HasKey(segment => segment.Key);
        builder.Property(segment => segment.Key).HasMaxLength(FlagDescription.LongestKey);
        builder.Property(segment => segment.Name).HasMaxLength(FlagDescription.LongestName);
        builder.Property(segment => segment.Conditions).HasJsonConversion();
    }
}
