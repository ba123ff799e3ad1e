using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Athena.Dashboard.Flags.Storage;

internal sealed class CodeScanConfiguration : IEntityTypeConfiguration<CodeScan>
{
    public void Configure(EntityTypeBuilder<CodeScan> builder)
    {
        builder.ToTable("flags_code_scans");
        builder.HasKey(scan => scan.Repository);
        builder.Property(scan => scan.Repository).HasMaxLength(FlagDescription.LongestName);
        builder.Property(scan => scan.References).HasJsonConversion();
    }
}
