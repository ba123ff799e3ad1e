using System.IO.Compression;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Platform.Storage;

/// <summary>One archive of everything that a SQLite installation keeps; consistent while the server runs.</summary>
public sealed class Backup(IOptions<StorageOptions> options, Contexts contexts, TimeProvider clock)
{
    private const string DatabaseEntry = "athena.db";

    /// <summary>Writes the archive, whole or not at all.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public async Task WriteAsync(string file, CancellationToken cancellationToken)
    {
        var target = Path.GetFullPath(file);
        using var work = new WorkFolder(Path.GetDirectoryName(target)!);
        var copy = Path.Combine(work.Path, DatabaseEntry);
        await using (var db = contexts.CreateDbContext())
        {
            // Unlike the online backup interface, VACUUM INTO does not hold up writers.
            await db.Database.ExecuteSqlAsync($"VACUUM INTO {copy}", cancellationToken);
        }

        var archive = Path.Combine(work.Path, "archive.zip");
        await using (var zip = await ZipFile.OpenAsync(archive, ZipArchiveMode.Create, cancellationToken))
            await zip.CreateEntryFromFileAsync(copy, DatabaseEntry, CompressionLevel.Fastest, cancellationToken);
        File.Move(archive, target, overwrite: true);
    }

    /// <summary>Puts an archive's content in the place of the data folder's; what was there is kept beside it.</summary>
    /// <returns>Where the former database was put, or null when there was none.</returns>
    /// <exception cref="InvalidDataException">The file is no backup, or a damaged one. Nothing was changed.</exception>
    /// <exception cref="InvalidOperationException">A server runs on the folder. Nothing was changed.</exception>
    public async Task<string?> RestoreAsync(string file, CancellationToken cancellationToken)
    {
        var folder = Path.GetFullPath(options.Value.Directory);
        await using var exclusive = FolderLock.Try(folder, FolderLock.Server)
            ?? throw new InvalidOperationException($"A server is running on {folder}. Stop it first.");
        using var work = new WorkFolder(folder);
        var restored = Path.Combine(work.Path, DatabaseEntry);
        await using (var zip = await ZipFile.OpenReadAsync(file, cancellationToken))
        {
            var entry = zip.GetEntry(DatabaseEntry) ?? throw new InvalidDataException($"{file} is no backup of Athena.Dashboard: it holds no {DatabaseEntry}.");
            await entry.ExtractToFileAsync(restored, cancellationToken);
        }

        await CheckAsync(restored, cancellationToken);
        var database = options.Value.DatabaseFile;
        string? former = null;
        SqliteConnection.ClearAllPools();
        if (File.Exists(database))
        {
            former = $"{database}.before-restore-{clock.GetUtcNow():yyyyMMddTHHmmssZ}";
            foreach (var suffix in (string[])["", "-wal", "-shm"])
            {
                if (File.Exists(database + suffix)) File.Move(database + suffix, former + suffix);
            }
        }

        File.Move(restored, database);
        return former;
    }

    private static async Task CheckAsync(string database, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new SqliteConnection($"Data Source={database};Mode=ReadOnly;Pooling=False");
            await connection.OpenAsync(cancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA integrity_check";
            if (await command.ExecuteScalarAsync(cancellationToken) is not "ok") throw new InvalidDataException("The database in the backup is damaged.");
        }
        catch (SqliteException failure)
        {
            throw new InvalidDataException("The database in the backup is damaged: " + failure.Message, failure);
        }
    }

    /// <summary>A folder on the target's own file system, so that the last step is a rename.</summary>
    private sealed class WorkFolder : IDisposable
    {
        public WorkFolder(string beside)
        {
            Directory.CreateDirectory(beside);
            Path = System.IO.Path.Combine(beside, ".backup-" + System.IO.Path.GetRandomFileName());
            Directory.CreateDirectory(Path);
        }

        public string Path { get; }

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
