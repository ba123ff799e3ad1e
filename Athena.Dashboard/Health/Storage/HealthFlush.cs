using System.Collections.Immutable;
using System.Text.Json;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Athena.Dashboard.Health.Storage;

/// <summary>
/// What one node stored in one transaction, for the others to take over. Written on PostgreSQL only, where there can be
/// others; kept for <see cref="Kept"/>.
/// </summary>
public sealed class HealthFlushRow
{
    /// <summary>PostgreSQL's NOTIFY when a row was added.</summary>
    public const string Channel = "athena_health";

    /// <summary>A node that did not read for longer loads the windows anew.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    /// <summary>Ascending in the order of the commits: one transaction appends at a time.</summary>
    public long Sequence { get; set; }

    /// <summary>The <see cref="HealthNode"/> that wrote it.</summary>
    public Guid Node { get; set; }

    public long AtMicros { get; set; }

    /// <summary>JSON of <see cref="FlushedRollout"/>s.</summary>
    public required string Rollouts { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<HealthFlushRow>
    {
        public void Configure(EntityTypeBuilder<HealthFlushRow> builder)
        {
            builder.ToTable("health_flushes");
            builder.HasKey(row => row.Sequence);
            builder.Property(row => row.Sequence).ValueGeneratedOnAdd();
            builder.HasIndex(row => row.AtMicros);
        }
    }
}

/// <param name="Rollout">Null where there is only a look to tell of.</param>
internal sealed record FlushedRollout(
    Guid RolloutId, MeasuredRollout? Rollout, ImmutableArray<StoredBatch> Batches, ImmutableArray<FlushedCell> Cells, HealthLook? Look)
{
    public static string Write(IEnumerable<FlushedRollout> rollouts) => JsonSerializer.Serialize(rollouts, JsonColumn.Options);

    public static ImmutableArray<FlushedRollout> Read(string json) => JsonSerializer.Deserialize<ImmutableArray<FlushedRollout>>(json, JsonColumn.Options);
}

/// <param name="Counts">As <see cref="TallyJson"/> writes them.</param>
internal sealed record FlushedCell(Arm Arm, long Cell, string Counts)
{
    public StoredCell ToCell() => new(Arm, Cell, TallyJson.Read(Counts));
}
