using Athena.Dashboard.Flags.Domain;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Athena.Dashboard.Flags.Storage;

internal sealed class FlagReminderConfiguration : IEntityTypeConfiguration<FlagReminder>
{
    public void Configure(EntityTypeBuilder<FlagReminder> builder)
    {
        builder.ToTable("flags_reminders");
        builder.HasKey(reminder => reminder.FlagKey);
        builder.Property(reminder => reminder.FlagKey).HasMaxLength(FlagDescription.LongestKey);
        builder.HasOne<Flag>().WithOne().HasForeignKey<FlagReminder>(reminder => reminder.FlagKey).OnDelete(DeleteBehavior.Cascade);
    }
}
