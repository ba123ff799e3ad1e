using System.Diagnostics;
using System.Globalization;
using Athena.Dashboard.Tests.Infrastructure;

namespace Athena.Dashboard.E2E.Infrastructure;

/// <summary>A real PostgreSQL with one empty database, in a temporary folder.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("athena-pg-").FullName;
    private readonly int port = FreePort.Next();

    private PostgresServer()
    {
    }

    /// <summary>What a server of the product has to be started with.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["Athena__Storage__PostgreSql"] = string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={port};Database=postgres;Username=athena;Maximum Pool Size=20"),
    };

    public static async Task<PostgresServer> StartAsync()
    {
        var server = new PostgresServer();
        if (System.Environment.IsPrivilegedProcess) await RunAsync("chown", "postgres", server.folder);
        await RunAsServerAsync("initdb", "-D", server.folder + "/data", "-U", "athena", "--auth=trust", "--no-sync", "--locale=C.UTF-8");
        await RunAsServerAsync(
            "pg_ctl", "-D", server.folder + "/data", "-s", "-w", "-l", server.folder + "/log", "start", "-o",
            string.Create(CultureInfo.InvariantCulture, $"-p {server.port} -k {server.folder} -c listen_addresses=127.0.0.1 -c fsync=off -c dynamic_shared_memory_type=mmap"));
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsServerAsync("pg_ctl", "-D", folder + "/data", "-s", "-m", "immediate", "stop");
        Directory.Delete(folder, recursive: true);
    }

    // It refuses to run as root.
    private static Task RunAsServerAsync(string name, params string[] arguments)
    {
        var program = Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin", name)).Where(File.Exists).Order(StringComparer.Ordinal).LastOrDefault()
            ?? throw new InvalidOperationException("PostgreSQL's server is not installed (no /usr/lib/postgresql/*/bin/initdb). Debian: apt-get install postgresql.");
        return System.Environment.IsPrivilegedProcess ? RunAsync("runuser", ["-u", "postgres", "--", program, .. arguments]) : RunAsync(program, arguments);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        // The server that pg_ctl leaves behind would keep a pipe open.
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >/dev/null 2>&1", "sh", program, .. arguments]) { WorkingDirectory = "/", UseShellExecute = false })!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }
}
