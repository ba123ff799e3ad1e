using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Platform.Storage;

/// <summary>Brings the schema up to date before anything else runs.</summary>
public sealed class DatabaseMigrator(Contexts contexts, IOptions<StorageOptions> options)
{
    /// <exception cref="InvalidOperationException">The database is newer than this version of the product.</exception>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        if (options.Value.UsesPostgreSql)
        {
            await MigrateAsync(db, cancellationToken);
            return;
        }

        // The file lock is ours alone, so a row that a killed migration left in EF's own lock table is stale by
        // definition; EF would wait for it for ever.
        await using var exclusive = await FolderLock.WaitAsync(options.Value.Directory, FolderLock.Migration, cancellationToken);
        await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL", cancellationToken);
        await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellationToken);
        await MigrateAsync(db, cancellationToken);
    }

    private static async Task MigrateAsync(AthenaDbContext db, CancellationToken cancellationToken)
    {
        var known = db.Database.GetMigrations().ToHashSet(StringComparer.Ordinal);
        var applied = (await db.Database.GetAppliedMigrationsAsync(cancellationToken)).ToHashSet(StringComparer.Ordinal);
        var newer = applied.Where(name => !known.Contains(name)).ToList();
        if (newer.Count > 0)
        {
            throw new InvalidOperationException(
                $"The database was made by a newer version of Athena.Dashboard (it has {string.Join(", ", newer)}). Start that version, or restore a backup.");
        }

        // Even with nothing to do EF would first build the last migration's model and compare it with ours.
        if (applied.Count < known.Count) await db.Database.MigrateAsync(cancellationToken);
    }
}
