using System.Reflection;
using Athena.Dashboard.Platform.Storage;
using Microsoft.Extensions.Options;
using Xunit.Sdk;
using Xunit.v3;

namespace Athena.Dashboard.Tests.Infrastructure;

public enum DatabaseKind
{
    Sqlite,
    Postgres,
}

/// <summary>A theory that runs on SQLite and on a real PostgreSQL; the test's only argument is the <see cref="DatabaseKind"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OnBothDatabasesAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([new TheoryDataRow<DatabaseKind>(DatabaseKind.Sqlite), new TheoryDataRow<DatabaseKind>(DatabaseKind.Postgres)]);

    public override bool SupportsDiscoveryEnumeration() => true;
}

/// <summary>A migrated database in a folder of its own, which goes with it.</summary>
public sealed class TestDatabase : IDisposable
{
    private static readonly Lazy<Task<string>> SqliteTemplate = new(MakeSqliteTemplateAsync);

    private TestDatabase(string folder, string postgreSql)
    {
        Folder = folder;
        Options = new StorageOptions { Directory = folder, PostgreSql = postgreSql };
    }

    public string Folder { get; }

    public StorageOptions Options { get; }

    public static async Task<TestDatabase> CreateAsync(DatabaseKind kind)
    {
        var folder = Directory.CreateTempSubdirectory("athena-test-").FullName;
        if (kind == DatabaseKind.Postgres) return new TestDatabase(folder, await PostgresCluster.CreateDatabaseAsync());
        File.Copy(await SqliteTemplate.Value, Path.Combine(folder, "athena.db"));
        return new TestDatabase(folder, "");
    }

    /// <summary>The SQLite database in a folder that something else made.</summary>
    public static TestDatabase In(string folder) => new(folder, "");

    public void Dispose()
    {
        if (Options.UsesPostgreSql) PostgresCluster.DropAsync(Options.PostgreSql).GetAwaiter().GetResult();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        if (Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
    }

    private static async Task<string> MakeSqliteTemplateAsync()
    {
        var folder = Directory.CreateTempSubdirectory("athena-template-").FullName;
        var options = Microsoft.Extensions.Options.Options.Create(new StorageOptions { Directory = folder });
        await new DatabaseMigrator(new Contexts(options), options).MigrateAsync(CancellationToken.None);
        await using var db = new Contexts(options).CreateDbContext();
        await Microsoft.EntityFrameworkCore.RelationalDatabaseFacadeExtensions.ExecuteSqlRawAsync(db.Database, "PRAGMA wal_checkpoint(TRUNCATE)");
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return options.Value.DatabaseFile;
    }
}
