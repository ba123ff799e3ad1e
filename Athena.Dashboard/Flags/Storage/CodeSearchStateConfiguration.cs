using Athena.Dashboard.Flags.Domain;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Athena.Dashboard.Flags.Storage;

internal sealed class CodeSearchStateConfiguration : IEntityTypeConfiguration<CodeSearchState>
{
    public void Configure(EntityTypeBuilder<CodeSearchState> builder)
    {
        builder.ToTable("flags_code_searches");
        builder.HasKey(state => state.Repository);
        builder.Property(state => state.Repository).HasMaxLength(FlagDescription.LongestName);
        builder.Ignore(state => state.IsRunning);
        builder.Ignore(state => state.Waits);
    }
}
