using System.Text.Json;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Athena.Dashboard.Health.Storage;

/// <summary>Counts of one arm over one cell of one rung. Written by <see cref="HealthFold"/>.</summary>
public sealed class HealthCountRow
{
    public Guid RolloutId { get; set; }

    /// <summary>Length of the cell in milliseconds.</summary>
    public int RungMilliseconds { get; set; }

    /// <summary>Number of the cell since the year 1: its beginning is this times its length.</summary>
    public long Cell { get; set; }

    public Arm Arm { get; set; }

    /// <summary>From batches that came too late for any rule.</summary>
    public bool Late { get; set; }

    /// <summary>JSON as <see cref="TallyJson"/> writes it.</summary>
    public required string Counts { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<HealthCountRow>
    {
        public void Configure(EntityTypeBuilder<HealthCountRow> builder)
        {
            builder.ToTable("health_counts");
            builder.HasKey(row => new { row.RolloutId, row.RungMilliseconds, row.Cell, row.Arm, row.Late });
            builder.HasIndex(row => new { row.RungMilliseconds, row.Cell });
        }
    }
}

/// <summary>A batch that was taken, so that it is not taken again.</summary>
public sealed class HealthBatchRow
{
    public Guid RolloutId { get; set; }

    public required string BatchId { get; set; }

    /// <summary>Microseconds since 1970, UTC; as all instants that the raw writer writes.</summary>
    public long ReceivedMicros { get; set; }

    /// <summary>The <see cref="HealthNode"/> whose windows hold it.</summary>
    public Guid Node { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<HealthBatchRow>
    {
        public void Configure(EntityTypeBuilder<HealthBatchRow> builder)
        {
            builder.ToTable("health_batches");
            builder.HasKey(row => new { row.RolloutId, row.BatchId });
            builder.HasIndex(row => row.ReceivedMicros);
        }
    }
}

/// <summary>An instance that reports.</summary>
public sealed class HealthReporterRow
{
    public Guid RolloutId { get; set; }

    public required string Instance { get; set; }

    public long LastBatchMicros { get; set; }

    public long IntervalMicros { get; set; }

    public long FirstHeardMicros { get; set; }

    public long LastHeardMicros { get; set; }

    public long CoveredToMicros { get; set; }

    /// <summary>JSON: beginnings and ends of what is open, alternately, in microseconds; empty for none.</summary>
    public required string Open { get; set; }

    public Reporter ToReporter() => ToReporter(Instance, LastBatchMicros, IntervalMicros, FirstHeardMicros, LastHeardMicros, CoveredToMicros, Open);

    internal static Reporter ToReporter(string instance, long lastBatch, long interval, long firstHeard, long lastHeard, long coveredTo, string open) =>
        new(instance, Micros.Instant(lastBatch), TimeSpan.FromTicks(interval * TimeSpan.TicksPerMicrosecond), Micros.Instant(firstHeard), Micros.Instant(lastHeard), Micros.Instant(coveredTo))
        {
            Open = open.Length == 0 ? [] : [.. JsonSerializer.Deserialize<long[]>(open)!.Chunk(2).Select(edges => new TimeRange(Micros.Instant(edges[0]), Micros.Instant(edges[1])))],
        };

    internal static string WriteOpen(Reporter reporter) =>
        reporter.Open.IsEmpty ? "" : JsonSerializer.Serialize(reporter.Open.SelectMany(range => (long[])[Micros.Of(range.From), Micros.Of(range.To)]));

    internal sealed class Configuration : IEntityTypeConfiguration<HealthReporterRow>
    {
        public void Configure(EntityTypeBuilder<HealthReporterRow> builder)
        {
            builder.ToTable("health_reporters");
            builder.HasKey(row => new { row.RolloutId, row.Instance });
            builder.HasIndex(row => row.LastHeardMicros);
        }
    }
}

/// <summary>A rollout for which batches came.</summary>
public sealed class HealthRolloutRow
{
    public Guid RolloutId { get; set; }

    public required string FlagKey { get; set; }

    public required string Environment { get; set; }

    public string? ReleaseVersion { get; set; }

    public long LastHeardMicros { get; set; }

    /// <summary>Up to this <see cref="HealthFlushRow.Sequence"/> its counts and reporters have what was flushed.</summary>
    public long FoldedSequence { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<HealthRolloutRow>
    {
        public void Configure(EntityTypeBuilder<HealthRolloutRow> builder)
        {
            builder.ToTable("health_rollouts");
            builder.HasKey(row => row.RolloutId);
            builder.HasIndex(row => row.LastHeardMicros);
        }
    }
}

/// <summary>Time that an instance's batches left out for good.</summary>
public sealed class HealthGapRow
{
    public Guid RolloutId { get; set; }

    public required string Instance { get; set; }

    public long FromMicros { get; set; }

    public long ToMicros { get; set; }

    /// <summary>How much of it is missing; less than its length where several gaps are told as one.</summary>
    public long MissingMicros { get; set; }

    public HealthGap ToGap() => new(Instance, Micros.Instant(FromMicros), Micros.Instant(ToMicros), TimeSpan.FromTicks(MissingMicros * TimeSpan.TicksPerMicrosecond));

    internal static HealthGapRow From(Guid rolloutId, HealthGap gap) => new()
    {
        RolloutId = rolloutId,
        Instance = gap.Instance,
        FromMicros = Micros.Of(gap.From),
        ToMicros = Micros.Of(gap.To),
        MissingMicros = gap.Missing.Ticks / TimeSpan.TicksPerMicrosecond,
    };

    internal sealed class Configuration : IEntityTypeConfiguration<HealthGapRow>
    {
        public void Configure(EntityTypeBuilder<HealthGapRow> builder)
        {
            builder.ToTable("health_gaps");
            builder.HasKey(row => new { row.RolloutId, row.Instance, row.FromMicros });
            builder.HasIndex(row => row.ToMicros);
        }
    }
}
