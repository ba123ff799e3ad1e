using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Platform.Storage;

/// <summary>Makes contexts of the configured provider. One context per operation.</summary>
public sealed class Contexts : IDbContextFactory<AthenaDbContext>, IDisposable
{
    // SQLite has one writer: waiting here is fair and cheap, waiting on the file's lock is neither.
    private readonly SemaphoreSlim? writer;
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
            writer = new SemaphoreSlim(1);
            create = () => new SqliteAthenaDbContext(full);
            createRelaxed = () => new SqliteAthenaDbContext(normal);
        }
    }

    public AthenaDbContext CreateDbContext() => create();

    /// <summary>For metric batches: on SQLite the last commits may be lost in a power cut, in exchange for six times the rate.</summary>
    public AthenaDbContext CreateRelaxed() => createRelaxed();

    /// <summary>To be held by whoever writes for as long as it does; on PostgreSQL nobody waits.</summary>
    public async ValueTask<IDisposable?> TakeTurnAsync(CancellationToken cancellationToken)
    {
        if (writer is null) return null;
        await writer.WaitAsync(cancellationToken);
        return new Turn(writer);
    }

    public void Dispose() => writer?.Dispose();

    internal static DbContextOptions<PostgresAthenaDbContext> Postgres(string connectionString) =>
        new DbContextOptionsBuilder<PostgresAthenaDbContext>().UseNpgsql(connectionString).Options;

    internal static DbContextOptions<SqliteAthenaDbContext> Sqlite(StorageOptions options, string synchronous) =>
        new DbContextOptionsBuilder<SqliteAthenaDbContext>()
            .UseSqlite($"Data Source={options.DatabaseFile};Foreign Keys=True;Default Timeout={options.BusyTimeoutSeconds}")
            .AddInterceptors(new SqlitePragmas(synchronous, options.BusyTimeoutSeconds))
            .Options;

    private sealed class Turn(SemaphoreSlim writer) : IDisposable
    {
        public void Dispose() => writer.Release();
    }
}
