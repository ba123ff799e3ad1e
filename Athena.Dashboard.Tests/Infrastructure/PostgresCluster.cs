using System.Diagnostics;
using System.Globalization;
using Athena.Dashboard.Platform.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Athena.Dashboard.Tests.Infrastructure;

/// <summary>
/// A real PostgreSQL server of this test run's own: made in a temporary folder on first use, stopped and removed when
/// the last test is over. Databases are copies of one migrated template.
/// </summary>
public sealed class PostgresCluster
{
    private const string Template = "athena_template";
    private static readonly Lazy<Task<PostgresCluster>> Shared = new(StartAsync);
    private readonly string folder;
    private readonly string binaries;
    private readonly int port;
    private int databases;
    private int stopped;

    private PostgresCluster(string folder, string binaries, int port)
    {
        this.folder = folder;
        this.binaries = binaries;
        this.port = port;
    }

    // Files copied as they are cost half of what writing each page through the log does, which is the default since version 15.
    private string Copying => int.TryParse(Path.GetFileName(Path.GetDirectoryName(binaries)), CultureInfo.InvariantCulture, out var version) && version >= 15 ? " STRATEGY FILE_COPY" : "";

    /// <summary>An empty, migrated database of its own.</summary>
    /// <returns>Its connection string.</returns>
    public static async Task<string> CreateDatabaseAsync()
    {
        var cluster = await Shared.Value;
        var name = string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref cluster.databases)}");
        await cluster.ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {Template}{cluster.Copying}");
        return cluster.ConnectionString(name);
    }

    /// <summary>A database without any table, for tests of the migrations themselves.</summary>
    public static async Task<string> CreateEmptyDatabaseAsync()
    {
        var cluster = await Shared.Value;
        var name = string.Create(CultureInfo.InvariantCulture, $"empty_{Interlocked.Increment(ref cluster.databases)}");
        await cluster.ExecuteAsync($"CREATE DATABASE {name}");
        return cluster.ConnectionString(name);
    }

    /// <summary>Removes a database of a test that is over, and the connections that its pools still keep.</summary>
    public static async Task DropAsync(string connectionString)
    {
        await using (var connection = new NpgsqlConnection(connectionString)) NpgsqlConnection.ClearPool(connection);
        var drop = $"DROP DATABASE IF EXISTS {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)";
        await Wait.UntilAsync(async () =>
        {
            try
            {
                await (await Shared.Value).ExecuteAsync(drop);
                return true;
            }
            catch (PostgresException busy) when (busy.SqlState == PostgresErrorCodes.ObjectInUse)
            {
                // Those whom it tells to go have five seconds for it.
                return false;
            }
        });
    }

    /// <summary>Stops the server, if any test needed it.</summary>
    public static async Task StopSharedAsync()
    {
        if (Shared.IsValueCreated) await (await Shared.Value).StopAsync();
    }

    private string ConnectionString(string database) =>
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={port};Database={database};Username=athena;Maximum Pool Size=20;Timeout=120;Command Timeout=120");

    private static async Task<PostgresCluster> StartAsync()
    {
        var binaries = FindBinaries();
        var folder = Directory.CreateTempSubdirectory("athena-pg-").FullName;
        if (Environment.IsPrivilegedProcess) await RunAsync("chown", "postgres", folder);
        await RunAsServerAsync(Path.Combine(binaries, "initdb"), "-D", folder + "/data", "-U", "athena", "--auth=trust", "--no-sync", "--locale=C.UTF-8");
        var cluster = new PostgresCluster(folder, binaries, FreePort.Next());
        await RunAsServerAsync(
            Path.Combine(binaries, "pg_ctl"), "-D", folder + "/data", "-s", "-w", "-t", "300", "-l", folder + "/log", "start", "-o",
            string.Create(CultureInfo.InvariantCulture, $"-p {cluster.port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=500 -c autovacuum=off -c dynamic_shared_memory_type=mmap"));
        // Only for a run that does not come to its end: the runner takes a long exit for threads that were left behind.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => cluster.StopAsync().Wait(TimeSpan.FromSeconds(5));
        await cluster.ExecuteAsync($"CREATE DATABASE {Template}");
        var options = Options.Create(new StorageOptions { PostgreSql = cluster.ConnectionString(Template) + ";Pooling=false" });
        await new DatabaseMigrator(new Contexts(options), options).MigrateAsync(CancellationToken.None);
        return cluster;
    }

    private async Task StopAsync()
    {
        if (Interlocked.Exchange(ref stopped, 1) == 1) return;
        await RunAsServerAsync(Path.Combine(binaries, "pg_ctl"), "-D", folder + "/data", "-s", "-m", "immediate", "stop");
        Directory.Delete(folder, recursive: true);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static string FindBinaries()
    {
        var found = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Where(bin => File.Exists(Path.Combine(bin, "initdb"))).Order(StringComparer.Ordinal).LastOrDefault()
            : null;
        return found ?? throw new InvalidOperationException("PostgreSQL's server is not installed (no /usr/lib/postgresql/*/bin/initdb). Debian: apt-get install postgresql.");
    }

    // The server refuses to run as root.
    private static Task RunAsServerAsync(string program, params string[] arguments) =>
        Environment.IsPrivilegedProcess ? RunAsync("runuser", ["-u", "postgres", "--", program, .. arguments]) : RunAsync(program, arguments);

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = "/", RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var said = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await said}{await errors}");
    }
}
