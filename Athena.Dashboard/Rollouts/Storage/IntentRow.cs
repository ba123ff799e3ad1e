using Athena.Dashboard.Rollouts.Domain;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Athena.Dashboard.Rollouts.Storage;

/// <summary>
/// One thing that another slice has to do, committed together with the decision that wants it. Whoever finds it pending
/// carries it out; its id is the operation id, so doing it twice is doing it once.
/// </summary>
public sealed class IntentRow
{
    public required Guid Id { get; init; }

    public required Guid RolloutId { get; init; }

    /// <summary>Intents of one rollout are carried out in this order, one after the other.</summary>
    public required int Position { get; init; }

    public required IntentKind Kind { get; init; }

    /// <summary>Index of the step whose percentage is set; null for other kinds.</summary>
    public int? Step { get; init; }

    /// <summary>Name of the rollback step; null for other kinds.</summary>
    public string? Name { get; init; }

    public IntentState State { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? DoneAt { get; set; }

    /// <summary>Times that it failed without an answer.</summary>
    public int Failures { get; set; }

    /// <summary>What was done, why it was refused, or how it failed last.</summary>
    public string? Outcome { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<IntentRow>
    {
        public void Configure(EntityTypeBuilder<IntentRow> builder)
        {
            builder.ToTable("rollouts_intents");
            builder.HasKey(intent => intent.Id);
            builder.Property(intent => intent.Id).ValueGeneratedNever();
            builder.HasIndex(intent => new { intent.RolloutId, intent.Position }).IsUnique();
            builder.HasIndex(intent => intent.State);
            builder.HasOne<Rollout>().WithMany().HasForeignKey(intent => intent.RolloutId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

public enum IntentState
{
    Pending,
    Done,

    /// <summary>The other slice said no; it is not tried again.</summary>
    Refused,

    /// <summary>A rollback was decided before it was carried out.</summary>
    Superseded,
}
