using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Tests.Platform.Storage;

public sealed class BackupTests
{
    [Fact]
    public async Task A_backup_taken_while_others_write_is_restored_whole_and_the_former_database_is_kept()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        var backup = BackupOf(database.Folder);
        var file = Path.Combine(database.Folder, "backup.zip");
        var contexts = ContextsOf(database.Folder);
        AddKey(contexts, "first");

        using var stop = new CancellationTokenSource();
        var writer = Task.Run(() =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++) AddKey(contexts, $"busy-{i}");
        });
        await backup.WriteAsync(file, CancellationToken.None);
        await stop.CancelAsync();
        await writer;
        AddKey(contexts, "later");

        var former = await backup.RestoreAsync(file, CancellationToken.None);

        Names(contexts).ShouldContain("first");
        Names(contexts).ShouldNotContain("later");
        File.Exists(former).ShouldBeTrue();
    }

    [Fact]
    public async Task Nothing_is_restored_while_a_server_runs()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        using var server = FolderLock.Try(database.Folder, FolderLock.Server);

        (await Should.ThrowAsync<InvalidOperationException>(() => BackupOf(database.Folder).RestoreAsync("any.zip", CancellationToken.None)))
            .Message.ShouldContain("Stop it first");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_damaged_archive_changes_nothing(bool inside)
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        var backup = BackupOf(database.Folder);
        var file = Path.Combine(database.Folder, "backup.zip");
        await backup.WriteAsync(file, CancellationToken.None);
        if (inside) await ReplaceDatabaseAsync(file);
        else await File.WriteAllBytesAsync(file, (await File.ReadAllBytesAsync(file))[..500]);
        var before = await File.ReadAllBytesAsync(Path.Combine(database.Folder, "athena.db"));

        await Should.ThrowAsync<InvalidDataException>(() => backup.RestoreAsync(file, CancellationToken.None));

        (await File.ReadAllBytesAsync(Path.Combine(database.Folder, "athena.db"))).ShouldBe(before);
    }

    [Fact]
    public async Task A_lock_row_left_by_a_killed_migration_does_not_hold_up_the_next_start()
    {
        // Killed in the first start of all: every migration is still to come.
        using var database = TestDatabase.In(Directory.CreateTempSubdirectory("athena-test-").FullName);
        var options = OptionsOf(database.Folder);
        await using (var db = new Contexts(options).CreateDbContext())
        {
            await db.Database.ExecuteSqlRawAsync(
                """CREATE TABLE IF NOT EXISTS "__EFMigrationsLock" ("Id" INTEGER NOT NULL PRIMARY KEY, "Timestamp" TEXT NOT NULL); INSERT INTO "__EFMigrationsLock" VALUES (1, '2025-01-01')""");
        }

        using var limit = new CancellationTokenSource(Wait.Patience);
        await new DatabaseMigrator(new Contexts(options), options).MigrateAsync(limit.Token);
        await using var migrated = new Contexts(options).CreateDbContext();
        (await migrated.Database.GetPendingMigrationsAsync(limit.Token)).ShouldBeEmpty();
    }

    [Theory, OnBothDatabases]
    public async Task The_migrations_make_what_the_model_says(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind);
        await using var db = new Contexts(Options.Create(database.Options)).CreateDbContext();

        db.Database.HasPendingModelChanges().ShouldBeFalse("the model changed: add a migration for both providers (CONTRIBUTING.md)");
        (await db.Database.GetPendingMigrationsAsync()).ShouldBeEmpty();
    }

    private static IOptions<StorageOptions> OptionsOf(string folder) => Options.Create(new StorageOptions { Directory = folder });

    private static Contexts ContextsOf(string folder) => new(OptionsOf(folder));

    private static Backup BackupOf(string folder) => new(OptionsOf(folder), ContextsOf(folder), new FakeClock());

    private static void AddKey(Contexts contexts, string name)
    {
        using var db = contexts.CreateDbContext();
        db.Add(new DataProtectionKey { Name = name, Xml = "<key/>" });
        db.SaveChanges();
    }

    private static List<string> Names(Contexts contexts)
    {
        using var db = contexts.CreateDbContext();
        return [.. db.Set<DataProtectionKey>().Select(key => key.Name)];
    }

    private static async Task ReplaceDatabaseAsync(string file)
    {
        await using var zip = await System.IO.Compression.ZipFile.OpenAsync(file, System.IO.Compression.ZipArchiveMode.Update);
        zip.GetEntry("athena.db")!.Delete();
        await using var entry = await zip.CreateEntry("athena.db").OpenAsync();
        await entry.WriteAsync(new byte[4096]);
    }
}
