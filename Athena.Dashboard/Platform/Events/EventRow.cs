using Athena.Dashboard.Platform.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Athena.Dashboard.Platform.Events;

/// <summary>A row of the event log. Rows are only ever added.</summary>
public sealed class EventRow
{
    /// <summary>Ascending in the order in which transactions become visible; may have holes.</summary>
    public long Sequence { get; set; }

    public Guid Id { get; set; }

    public DateTimeOffset At { get; set; }

    public required string SubjectKind { get; set; }

    public required string SubjectId { get; set; }

    /// <summary>Slice and event: <c>Gates.GateItemTicked</c>.</summary>
    public required string Type { get; set; }

    public required string Payload { get; set; }

    public string? Before { get; set; }

    public string? After { get; set; }

    public ActorKind ActorKind { get; set; }

    public Guid ActorId { get; set; }

    public required string ActorName { get; set; }

    public string? Source { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<EventRow>
    {
        public void Configure(EntityTypeBuilder<EventRow> builder)
        {
            builder.ToTable("platform_events");
            builder.HasKey(row => row.Sequence);
            builder.Property(row => row.Sequence).ValueGeneratedOnAdd();
            builder.HasIndex(row => row.Id).IsUnique();
            builder.HasIndex(row => new { row.SubjectKind, row.SubjectId, row.Sequence });
            builder.HasIndex(row => row.Type);
        }
    }
}
