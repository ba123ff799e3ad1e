using Athena.Dashboard.Health.Domain.Otlp;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Athena.Dashboard.Health.Storage;

/// <summary>How far one flag's series at one instance were counted, so that any node counts what comes next, and once.</summary>
public sealed class HealthSeriesRow
{
    /// <summary>Of source, flag and instance.</summary>
    public required string Key { get; init; }

    public required string Source { get; init; }

    /// <summary>The newest point.</summary>
    public long AtMicros { get; set; }

    public required OtlpTarget Target { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<HealthSeriesRow>
    {
        public void Configure(EntityTypeBuilder<HealthSeriesRow> builder)
        {
            builder.ToTable("health_series");
            builder.HasKey(row => row.Key);
            builder.Property(row => row.Key).HasMaxLength(40);
            builder.Property(row => row.Source).HasMaxLength(40);
            builder.HasIndex(row => new { row.Source, row.AtMicros });
            builder.Property(row => row.Target).HasJsonConversion();
        }
    }
}
