using Athena.Dashboard.Alerts.Domain;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Athena.Dashboard.Alerts.Storage;

internal sealed class AlertConfiguration : IEntityTypeConfiguration<Alert>
{
    public void Configure(EntityTypeBuilder<Alert> builder)
    {
        builder.ToTable("alerts_alerts");
        builder.HasKey(alert => alert.Id);
        builder.Property(alert => alert.Id).ValueGeneratedNever();
        builder.Property(alert => alert.Labels).HasJsonConversion();
        builder.Property(alert => alert.For).HasConversion(time => time.Ticks, ticks => TimeSpan.FromTicks(ticks));
        builder.Property(alert => alert.KeepFor).HasConversion(time => time.Ticks, ticks => TimeSpan.FromTicks(ticks));
        builder.HasIndex(alert => alert.State);
        builder.HasIndex(alert => alert.ResolvedAt);
        // What is sent twice, to two nodes at once even, is one alert.
        builder.HasIndex(alert => new { alert.Fingerprint, alert.ActiveSince }).IsUnique();
    }
}

internal sealed class SilenceConfiguration : IEntityTypeConfiguration<Silence>
{
    public void Configure(EntityTypeBuilder<Silence> builder)
    {
        builder.ToTable("alerts_silences");
        builder.HasKey(silence => silence.Id);
        builder.Property(silence => silence.Id).ValueGeneratedNever();
        builder.Property(silence => silence.Matchers).HasJsonConversion();
        builder.HasIndex(silence => silence.EndsAt);
    }
}

internal sealed class AlertGroupConfiguration : IEntityTypeConfiguration<AlertGroup>
{
    public void Configure(EntityTypeBuilder<AlertGroup> builder)
    {
        builder.ToTable("alerts_groups");
        builder.HasKey(group => new { group.Receiver, group.Key });
        builder.Property(group => group.Told).HasJsonConversion();
    }
}
