using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Athena.Dashboard.Flags.Storage;

/// <summary>A command of another slice that was carried out, remembered so that its repetition changes nothing.</summary>
public sealed class FlagOperation
{
    public required Guid Id { get; init; }

    /// <summary>What it was, in words: the same id with another text is a mistake of the caller.</summary>
    public required string Command { get; init; }

    public required DateTimeOffset At { get; init; }

    internal sealed class Configuration : IEntityTypeConfiguration<FlagOperation>
    {
        public void Configure(EntityTypeBuilder<FlagOperation> builder)
        {
            builder.ToTable("flags_operations");
            builder.HasKey(operation => operation.Id);
            builder.Property(operation => operation.Id).ValueGeneratedNever();
        }
    }
}
