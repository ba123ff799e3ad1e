using System.Globalization;
using System.Net.Http.Json;

namespace Athena.Dashboard.Benchmarks.OverHttp;

/// <summary>
/// Unleash's server from npm on a PostgreSQL of its own, on the same core as ours, with the same kinds of flags.
/// Installed once into a folder beside the temporary files.
/// </summary>
internal sealed class UnleashServer : IDisposable
{
    private const string Version = "8.2.0";
    private const string Admin = "*:*.unleash-load-admin";
    public const string Frontend = "default:development.unleash-load-frontend";

    private readonly string folder = Directory.CreateTempSubdirectory("athena-unleash-").FullName;
    private System.Diagnostics.Process? database;
    private System.Diagnostics.Process? server;

    public Uri Address { get; } = new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ServerUnderLoad.FreePort()}"));

    public static UnleashServer Start(int flags)
    {
        var unleash = new UnleashServer();
        try
        {
            unleash.Serve();
            unleash.Fill(flags);
            return unleash;
        }
        catch
        {
            unleash.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        server?.Kill(entireProcessTree: true);
        server?.WaitForExit();
        database?.Kill(entireProcessTree: true);
        database?.WaitForExit();
        Directory.Delete(folder, recursive: true);
    }

    private void Serve()
    {
        var installed = Path.Combine(Path.GetTempPath(), "athena-unleash-" + Version);
        if (!Directory.Exists(Path.Combine(installed, "node_modules", "unleash-server")))
        {
            Directory.CreateDirectory(installed);
            File.WriteAllText(Path.Combine(installed, "package.json"), """{"name":"athena-unleash","private":true,"version":"1.0.0"}""");
            Finish("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", "unleash-server@" + Version], installed);
        }

        var postgres = Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Last() + "/bin/";
        var data = Path.Combine(folder, "pg");
        // PostgreSQL refuses to run as root.
        string[] demoted = Environment.UserName == "root" ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : ["env"];
        if (demoted[0] == "setpriv") Finish("chown", ["postgres", folder], "/");
        Finish(demoted[0], [.. demoted[1..], postgres + "initdb", "-D", data, "-A", "trust", "-U", "unleash"], "/");
        var port = ServerUnderLoad.FreePort().ToString(CultureInfo.InvariantCulture);
        // On the core of the load: what it costs while serving from memory is nothing, and the server has its core alone.
        database = Quiet(ServerUnderLoad.Launch("taskset", ["-c", ServerUnderLoad.LoadCore, .. demoted, postgres + "postgres", "-D", data, "-p", port, "-k", folder, "-h", "127.0.0.1"], "/"));
        Until(() => Try(demoted[0], [.. demoted[1..], postgres + "psql", "-h", "127.0.0.1", "-p", port, "-U", "unleash", "-d", "postgres", "-c", "create database unleash"]));
        server = Quiet(ServerUnderLoad.Launch(
            "taskset",
            [
                "-c", ServerUnderLoad.Core, "env", "NODE_ENV=production", "LOG_LEVEL=error", "DATABASE_SSL=false", "CHECK_VERSION=false", "ENABLE_OAS=false",
                $"DATABASE_URL=postgres://unleash@127.0.0.1:{port}/unleash", $"HTTP_PORT={Address.Port}", "HTTP_HOST=127.0.0.1",
                $"INIT_ADMIN_API_TOKENS={Admin}", $"INIT_FRONTEND_API_TOKENS={Frontend}", "node", Path.Combine(installed, "node_modules", "unleash-server", "dist", "server.js"),
            ],
            installed));
        using var client = new HttpClient { BaseAddress = Address };
        Until(() => IsUp(client));
    }

    private void Fill(int count)
    {
        using var client = new HttpClient { BaseAddress = Address };
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", Admin);
        const string Features = "/api/admin/projects/default/features";
        for (var i = 0; i < count; i++)
        {
            Demand(client.PostAsJsonAsync(Features, new { name = $"flag-{i:0000}", type = "release" }));
            object constraints = i % 5 == 3 ? new[] { new { contextName = "plan", @operator = "IN", values = new[] { "pro", "team" } } } : Array.Empty<object>();
            Demand(client.PostAsJsonAsync($"{Features}/flag-{i:0000}/environments/development/strategies", new
            {
                name = "flexibleRollout",
                constraints,
                parameters = new { rollout = i % 5 == 4 ? "50" : "100", stickiness = "userId", groupId = $"flag-{i:0000}" },
            }));
            if (i % 5 != 0) Demand(client.PostAsync($"{Features}/flag-{i:0000}/environments/development/on", null));
        }

        client.DefaultRequestHeaders.Remove("Authorization");
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", Frontend);
        // It reads its own changes every so often; off flags are left out of its answers.
        Until(() => client.GetStringAsync("/api/frontend?userId=1&properties[plan]=pro").GetAwaiter().GetResult().Contains("flag-0001", StringComparison.Ordinal));
    }

    private static void Until(Func<bool> holds)
    {
        var began = TimeProvider.System.GetTimestamp();
        using var pause = new ManualResetEventSlim();
        while (!holds())
        {
            if (TimeProvider.System.GetElapsedTime(began) > TimeSpan.FromMinutes(2)) throw new TimeoutException("Unleash did not come up within two minutes.");
            pause.Wait(TimeSpan.FromMilliseconds(300));
        }
    }

    private static bool IsUp(HttpClient client)
    {
        try
        {
            using var answer = client.Send(new HttpRequestMessage(HttpMethod.Get, "/health"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static System.Diagnostics.Process Quiet(System.Diagnostics.Process process)
    {
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) => { if (line.Data is { Length: > 0 } text && text.Contains("rror", StringComparison.Ordinal)) Console.Error.WriteLine("  " + text); };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static void Finish(string program, string[] arguments, string folder)
    {
        using var process = ServerUnderLoad.Launch(program, arguments, folder);
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {errors.GetAwaiter().GetResult()}");
    }

    private static bool Try(string program, string[] arguments)
    {
        using var process = ServerUnderLoad.Launch(program, arguments, "/");
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private static void Demand(Task<HttpResponseMessage> asked)
    {
        using var answer = asked.GetAwaiter().GetResult();
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{answer.RequestMessage!.RequestUri}: {answer.StatusCode} {answer.Content.ReadAsStringAsync().GetAwaiter().GetResult()}");
    }
}
