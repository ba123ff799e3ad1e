using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Athena.Dashboard.Flags.Storage;

/// <summary>The users that one arm of a rollout was evaluated for while it exposed the same, as a sketch.</summary>
public sealed class ExposedUserRow
{
    public required Guid RolloutId { get; init; }

    /// <summary>The percentage in thousandths of a percent.</summary>
    public required int Thousandths { get; init; }

    /// <summary>Cohorts exposed with it, a line each.</summary>
    public required string Audience { get; init; }

    public required string Arm { get; init; }

    /// <summary>Registers of a <see cref="Domain.Evaluation.UserSketch"/>.</summary>
    public required byte[] Registers { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<ExposedUserRow>
    {
        public void Configure(EntityTypeBuilder<ExposedUserRow> builder)
        {
            builder.ToTable("flags_exposed_users");
            builder.HasKey(row => new { row.RolloutId, row.Thousandths, row.Audience, row.Arm });
        }
    }
}
