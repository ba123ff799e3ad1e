using Athena.Dashboard.Communication.Domain;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Athena.Dashboard.Communication.Storage;

internal sealed class CommunicationPlanConfiguration : IEntityTypeConfiguration<CommunicationPlan>
{
    public void Configure(EntityTypeBuilder<CommunicationPlan> builder)
    {
        builder.ToTable("communication_plans");
        builder.HasKey(plan => plan.Release);
    }
}

internal sealed class TimelineEntryConfiguration : IEntityTypeConfiguration<TimelineEntry>
{
    public void Configure(EntityTypeBuilder<TimelineEntry> builder)
    {
        builder.ToTable("communication_items");
        builder.HasKey(item => item.Id);
        builder.Property(item => item.Id).ValueGeneratedNever();
        builder.HasIndex(item => new { item.Release, item.Key }).IsUnique();
        builder.HasIndex(item => item.DueAt);
        builder.HasOne<CommunicationPlan>().WithMany().HasForeignKey(item => item.Release).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class OutboxMessageConfiguration : IEntityTypeConfiguration<OutboxMessage>
{
    public void Configure(EntityTypeBuilder<OutboxMessage> builder)
    {
        builder.ToTable("communication_messages");
        builder.HasKey(message => message.Id);
        builder.Property(message => message.Id).ValueGeneratedNever();
        builder.Property(message => message.Recipients).HasJsonConversion();
        builder.HasIndex(message => message.ItemId).IsUnique();
        builder.HasIndex(message => message.State);
        builder.HasIndex(message => message.Release);
        builder.HasOne<TimelineEntry>().WithOne().HasForeignKey<OutboxMessage>(message => message.ItemId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class RecipientListConfiguration : IEntityTypeConfiguration<RecipientList>
{
    public void Configure(EntityTypeBuilder<RecipientList> builder)
    {
        builder.ToTable("communication_lists");
        builder.HasKey(list => list.Key);
        builder.Property(list => list.Addresses).HasJsonConversion();
        builder.Property(list => list.Roles).HasJsonConversion();
        builder.Ignore(list => list.Title);
    }
}
