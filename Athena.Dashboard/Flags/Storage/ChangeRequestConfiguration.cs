using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Athena.Dashboard.Flags.Storage;

internal sealed class ChangeRequestConfiguration : IEntityTypeConfiguration<ChangeRequest>
{
    public void Configure(EntityTypeBuilder<ChangeRequest> builder)
    {
        builder.ToTable("flags_change_requests");
        builder.HasKey(request => request.Id);
        builder.Property(request => request.Id).ValueGeneratedNever();
        builder.Property(request => request.FlagKey).HasMaxLength(FlagDescription.LongestKey);
        builder.Property(request => request.Reason).HasMaxLength(FlagDecisions.LongestReason);
        builder.Property(request => request.Before).HasJsonConversion();
        builder.Property(request => request.After).HasJsonConversion();
        builder.Property(request => request.FlagBefore).HasJsonConversion();
        builder.Property(request => request.FlagAfter).HasJsonConversion();
        builder.Property(request => request.SegmentBefore).HasJsonConversion();
        builder.Property(request => request.SegmentAfter).HasJsonConversion();
        builder.Property(request => request.Approvals).HasJsonConversion();
        builder.Ignore(request => request.Hash);
        builder.Ignore(request => request.Valid);
        builder.Ignore(request => request.Key);
        builder.Ignore(request => request.Overtaken);
        builder.HasIndex(request => new { request.State, request.CreatedAt });
    }
}
