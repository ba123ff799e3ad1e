using System.Text.Json;
using Athena.Dashboard.Health.Domain.Evidence;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Athena.Dashboard.Health.Storage;

/// <summary>How far the sequential tests of one rollout have come: what the judge goes on with after a restart.</summary>
public sealed class HealthEvidenceRow
{
    public Guid RolloutId { get; set; }

    public long AtMicros { get; set; }

    /// <summary>JSON of an <see cref="EvidenceTrack.State"/>.</summary>
    public required string State { get; set; }

    public EvidenceTrack.State ToState() => JsonSerializer.Deserialize<EvidenceTrack.State>(State, JsonColumn.Options)!;

    internal static string Write(EvidenceTrack.State state) => JsonSerializer.Serialize(state, JsonColumn.Options);

    internal sealed class Configuration : IEntityTypeConfiguration<HealthEvidenceRow>
    {
        public void Configure(EntityTypeBuilder<HealthEvidenceRow> builder)
        {
            builder.ToTable("health_evidence");
            builder.HasKey(row => row.RolloutId);
        }
    }
}
