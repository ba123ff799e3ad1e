using Athena.Dashboard.Platform.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Athena.Dashboard.Platform.Storage;

/// <summary>The one database. Slices bring their tables as <see cref="IEntityTypeConfiguration{TEntity}"/>; read them with <c>Set&lt;T&gt;()</c>.</summary>
public abstract class AthenaDbContext(DbContextOptions options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(AthenaDbContext).Assembly);
        foreach (var entity in modelBuilder.Model.GetEntityTypes().Where(type => typeof(IVersioned).IsAssignableFrom(type.ClrType)))
            entity.FindProperty(nameof(IVersioned.Version))!.IsConcurrencyToken = true;
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<Percentage>().HaveConversion<PercentageConverter>();
        configurationBuilder.Properties<Enum>().HaveConversion<string>();
    }

    private sealed class PercentageConverter() : ValueConverter<Percentage, int>(
        percentage => percentage.Thousandths,
        thousandths => Percentage.FromThousandths(thousandths));
}

public sealed class SqliteAthenaDbContext(DbContextOptions<SqliteAthenaDbContext> options) : AthenaDbContext(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcMicroseconds>();
    }

    // SQLite has no instant type that it can order: whole microseconds since 1970, as fine as PostgreSQL's.
    private sealed class UtcMicroseconds() : ValueConverter<DateTimeOffset, long>(
        instant => (instant.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond,
        micros => new DateTimeOffset((micros * TimeSpan.TicksPerMicrosecond) + DateTimeOffset.UnixEpoch.Ticks, TimeSpan.Zero));
}

public sealed class PostgresAthenaDbContext(DbContextOptions<PostgresAthenaDbContext> options) : AthenaDbContext(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<Utc>();
    }

    private sealed class Utc() : ValueConverter<DateTimeOffset, DateTimeOffset>(
        instant => instant.ToUniversalTime(),
        instant => instant.ToUniversalTime());
}
