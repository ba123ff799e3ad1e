using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Athena.Dashboard.Health.Storage;

/// <summary>A source that is asked, as it was last: for the other nodes' pages, and so that an outage outlives a restart.</summary>
public sealed class HealthFeedRow
{
    public required string Name { get; init; }

    public required FeedStatus Status { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<HealthFeedRow>
    {
        public void Configure(EntityTypeBuilder<HealthFeedRow> builder)
        {
            builder.ToTable("health_feeds");
            builder.HasKey(row => row.Name);
            builder.Property(row => row.Name).HasMaxLength(40);
            builder.Property(row => row.Status).HasJsonConversion();
        }
    }
}
