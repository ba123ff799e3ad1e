using Athena.Dashboard.Flags.Domain;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Athena.Dashboard.Flags.Storage;

/// <summary>When a flag was last evaluated in an environment, to within minutes: it is not written with each evaluation.</summary>
public sealed class FlagEvaluation
{
    public required string FlagKey { get; init; }

    public required string Environment { get; init; }

    public required DateTimeOffset At { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<FlagEvaluation>
    {
        public void Configure(EntityTypeBuilder<FlagEvaluation> builder)
        {
            builder.ToTable("flags_evaluations");
            builder.HasKey(row => new { row.FlagKey, row.Environment });
            builder.Property(row => row.FlagKey).HasMaxLength(FlagDescription.LongestKey);
            builder.HasOne<Flag>().WithMany().HasForeignKey(row => row.FlagKey).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

/// <summary>Since when evaluations are noticed: before that nobody knows.</summary>
public sealed class EvaluationWatch
{
    public const int TheOne = 1;

    public int Id { get; init; } = TheOne;

    public required DateTimeOffset Since { get; init; }

    internal sealed class Configuration : IEntityTypeConfiguration<EvaluationWatch>
    {
        public void Configure(EntityTypeBuilder<EvaluationWatch> builder)
        {
            builder.ToTable("flags_evaluation_watch");
            builder.HasKey(watch => watch.Id);
            builder.Property(watch => watch.Id).ValueGeneratedNever();
        }
    }
}
