using Athena.Dashboard.Experiments.Domain;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Athena.Dashboard.Experiments.Storage;

internal sealed class ExperimentConfiguration : IEntityTypeConfiguration<Experiment>
{
    public void Configure(EntityTypeBuilder<Experiment> builder)
    {
        builder.ToTable("experiments_experiments");
        builder.HasKey(experiment => experiment.Key);
        builder.Property(experiment => experiment.Key).HasMaxLength(ExperimentDescription.LongestKey);
        builder.Property(experiment => experiment.Name).HasMaxLength(ExperimentDescription.LongestName);
        builder.Property(experiment => experiment.Hypothesis).HasMaxLength(ExperimentDescription.LongestText);
        builder.Property(experiment => experiment.Owner).HasMaxLength(ExperimentDescription.LongestName);
        builder.Property(experiment => experiment.FlagKey).HasMaxLength(ExperimentDescription.LongestKey);
        builder.Property(experiment => experiment.Design).HasJsonConversion();
        builder.Property(experiment => experiment.Shares).HasJsonConversion();
        builder.Property(experiment => experiment.Disturbances).HasJsonConversion();
        builder.Property(experiment => experiment.Decision).HasJsonConversion();
        builder.Ignore(experiment => experiment.TakesOutcomes);
        builder.HasIndex(experiment => new { experiment.FlagKey, experiment.Environment });
        builder.HasIndex(experiment => experiment.State);
    }
}

/// <summary>A batch that was counted, so that it never is again.</summary>
public sealed class OutcomeBatchRow
{
    public required string ExperimentKey { get; init; }

    public required string BatchId { get; init; }

    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset To { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Name of who reported it.</summary>
    public required string By { get; init; }

    internal sealed class Configuration : IEntityTypeConfiguration<OutcomeBatchRow>
    {
        public void Configure(EntityTypeBuilder<OutcomeBatchRow> builder)
        {
            builder.ToTable("experiments_batches");
            builder.HasKey(row => new { row.ExperimentKey, row.BatchId });
            builder.HasOne<Experiment>().WithMany().HasForeignKey(row => row.ExperimentKey).OnDelete(DeleteBehavior.Cascade);
            builder.Property(row => row.BatchId).HasMaxLength(OutcomeBatch.LongestId);
        }
    }
}

/// <summary>Sums over all batches: of one metric of one variant, or its users where <see cref="Metric"/> is empty.</summary>
public sealed class TallyRow
{
    public required string ExperimentKey { get; init; }

    public required string Variant { get; init; }

    public required string Metric { get; init; }

    /// <summary>Users, or users whose outcome is known.</summary>
    public long Count { get; set; }

    public double Sum { get; set; }

    public double SumOfSquares { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<TallyRow>
    {
        public void Configure(EntityTypeBuilder<TallyRow> builder)
        {
            builder.ToTable("experiments_tallies");
            builder.HasKey(row => new { row.ExperimentKey, row.Variant, row.Metric });
            builder.HasOne<Experiment>().WithMany().HasForeignKey(row => row.ExperimentKey).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

/// <summary>How often evaluation answered a variant while the experiment ran, over all servers.</summary>
public sealed class AnswerRow
{
    public required string ExperimentKey { get; init; }

    public required string Variant { get; init; }

    public long Count { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<AnswerRow>
    {
        public void Configure(EntityTypeBuilder<AnswerRow> builder)
        {
            builder.ToTable("experiments_answers");
            builder.HasKey(row => new { row.ExperimentKey, row.Variant });
            builder.HasOne<Experiment>().WithMany().HasForeignKey(row => row.ExperimentKey).OnDelete(DeleteBehavior.Cascade);
        }
    }
}
