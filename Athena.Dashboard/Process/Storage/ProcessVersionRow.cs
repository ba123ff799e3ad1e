using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Athena.Dashboard.Process.Storage;

/// <summary>A version as it is stored: the text, from which the document is read again. Rows are only ever added.</summary>
public sealed record ProcessVersionRow
{
    public required int Number { get; init; }

    public required string Sha256 { get; init; }

    public required string Yaml { get; init; }

    public required DateTimeOffset AppliedAt { get; init; }

    public required string AppliedBy { get; init; }

    internal sealed class Configuration : IEntityTypeConfiguration<ProcessVersionRow>
    {
        public void Configure(EntityTypeBuilder<ProcessVersionRow> builder)
        {
            builder.ToTable("process_versions");
            builder.HasKey(row => row.Number);
            builder.Property(row => row.Number).ValueGeneratedNever();
            builder.Property(row => row.Sha256).HasMaxLength(64);
        }
    }
}
