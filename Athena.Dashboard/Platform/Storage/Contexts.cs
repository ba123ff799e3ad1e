using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Platform.Storage;

/// <summary>Makes contexts of the configured provider. One context per operation.</summary>
public sealed class Contexts : IDbContextFactory<AthenaDbContext>
{
    private readonly Func<AthenaDbContext> create;
    private readonly Func<AthenaDbContext> createRelaxed;

    public Contexts(IOptions<StorageOptions> options)
    {
        if (options.Value.UsesPostgreSql)
        {
            var postgres = Postgres(options.Value.PostgreSql);
            create = createRelaxed = () => new PostgresAthenaDbContext(postgres);
        }
        else
        {
            var full = Sqlite(options.Value, "FULL");
            var normal = Sqlite(options.Value, "NORMAL");
            create = () => new SqliteAthenaDbContext(full);
            createRelaxed = () => new SqliteAthenaDbContext(normal);
        }
    }

    public AthenaDbContext CreateDbContext() => create();

    /// <summary>For metric batches: on SQLite the last commits may be lost in a power cut, in exchange for six times the rate.</summary>
    public AthenaDbContext CreateRelaxed() => createRelaxed();

    internal static DbContextOptions<PostgresAthenaDbContext> Postgres(string connectionString) =>
        new DbContextOptionsBuilder<PostgresAthenaDbContext>().UseNpgsql(connectionString).Options;

    internal static DbContextOptions<SqliteAthenaDbContext> Sqlite(StorageOptions options, string synchronous) =>
        new DbContextOptionsBuilder<SqliteAthenaDbContext>()
            .UseSqlite($"Data Source={options.DatabaseFile};Foreign Keys=True;Default Timeout={options.BusyTimeoutSeconds}")
            .AddInterceptors(new SqlitePragmas(synchronous, options.BusyTimeoutSeconds))
            .Options;
}
