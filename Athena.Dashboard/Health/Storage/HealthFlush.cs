using System.Collections.Immutable;
using System.Text.Json;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Athena.Dashboard.Health.Storage;

/// <summary>
/// What one flush stored of one rollout: one row, where its counts belong to a dozen. It is stored as soon as this row is;
/// <see cref="HealthFold"/> brings it to the others a little later, together with what came meanwhile. On PostgreSQL the
/// other nodes take it over from here.
/// </summary>
public sealed class HealthFlushRow
{
    /// <summary>PostgreSQL's NOTIFY when a row was added.</summary>
    public const string Channel = "athena_health";

    /// <summary>Where there may be other nodes. One that did not read for longer loads the windows anew.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    /// <summary>Ascending in the order of the commits: one transaction appends at a time.</summary>
    public long Sequence { get; set; }

    /// <summary>The <see cref="HealthNode"/> that wrote it.</summary>
    public Guid Node { get; set; }

    public long AtMicros { get; set; }

    public Guid RolloutId { get; set; }

    /// <summary>JSON of a <see cref="FlushedRollout"/>.</summary>
    public required string Content { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<HealthFlushRow>
    {
        public void Configure(EntityTypeBuilder<HealthFlushRow> builder)
        {
            builder.ToTable("health_flushes");
            builder.HasKey(row => row.Sequence);
            builder.Property(row => row.Sequence).ValueGeneratedOnAdd();
            builder.HasIndex(row => new { row.RolloutId, row.Sequence });
        }
    }
}

/// <param name="Rollout">Null where there is only a look to tell of.</param>
internal sealed record FlushedRollout(MeasuredRollout? Rollout, ImmutableArray<StoredBatch> Batches, ImmutableArray<FlushedCell> Cells, HealthLook? Look)
{
    private static readonly JsonSerializerOptions Json = new(JsonColumn.Options) { Converters = { new TallyConverter() } };

    /// <summary>Counts that rules look at.</summary>
    public IEnumerable<StoredCell> InTime() => Cells.Where(cell => !cell.IsLate && cell.Arm != Arm.Outside).Select(cell => new StoredCell(cell.Arm, cell.Cell, cell.Counts));

    public string Write() => JsonSerializer.Serialize(this, Json);

    public static FlushedRollout Read(string json) => JsonSerializer.Deserialize<FlushedRollout>(json, Json)!;
}

/// <param name="Cell">Of the finest rung.</param>
internal sealed record FlushedCell(Arm Arm, long Cell, bool IsLate, Tally Counts);
