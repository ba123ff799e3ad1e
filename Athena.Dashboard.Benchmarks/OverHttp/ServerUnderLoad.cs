using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace Athena.Dashboard.Benchmarks.OverHttp;

/// <summary>The product as its users run it, in a process of its own on the first core, with flags and a key; ended with this object.</summary>
internal sealed class ServerUnderLoad : IDisposable
{
    public const string Core = "0";

    /// <summary>Whatever makes the load runs on the other core.</summary>
    public const string LoadCore = "1";

    private readonly string folder = Directory.CreateTempSubdirectory("athena-load-").FullName;
    private System.Diagnostics.Process? process;
    private string admin = "";

    public Uri Address { get; } = new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort()}"));

    /// <summary>An API key for the environment <c>production</c>.</summary>
    public string Key { get; private set; } = "";

    public int ProcessId => process!.Id;

    public string Folder => folder;

    /// <summary>What the server has used so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            process!.Refresh();
            return process.TotalProcessorTime;
        }
    }

    public static ServerUnderLoad Start()
    {
        var server = new ServerUnderLoad();
        server.Operate("setup --email load@example.com --password-stdin", Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString() + "Aa1!");
        server.admin = server.Operate("keys create --name load --scope admin");
        server.Key = server.Operate("keys create --name client --scope flags:evaluate --environment production");
        server.Serve();
        return server;
    }

    /// <summary>Seconds from starting the program to its first ready answer.</summary>
    public double Serve()
    {
        using var client = new HttpClient { BaseAddress = Address };
        var began = TimeProvider.System.GetTimestamp();
        process = Launch(
            "taskset",
            ["-c", Core, "dotnet", ProductProgram.File, "--data", folder, "--urls", Address.ToString(), "--Athena:Flags:MostEvaluationsPerSecond=1000000", "--Athena:Limits:RequestsPerSecond=100000", "--Athena:Limits:RequestsAtOnce=1000000", "--Athena:Flags:MostStreams=20000", "--Athena:Health:MostBatchesPerSecond=1000000", "--Logging:LogLevel:Default=Warning"]);
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        while (!IsReady(client) && !process.HasExited) Thread.Yield();
        return process.HasExited ? throw new InvalidOperationException("The program ended instead of serving.") : TimeProvider.System.GetElapsedTime(began).TotalSeconds;
    }

    public void Stop()
    {
        process?.Kill(entireProcessTree: true);
        process?.WaitForExit();
        process?.Dispose();
        process = null;
    }

    /// <summary>A client with every permission.</summary>
    public HttpClient Administrator() => ClientWith(admin);

    public HttpClient ClientWith(string key)
    {
        var client = new HttpClient { BaseAddress = Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    /// <summary>Makes a key for production.</summary>
    public string CreateKey(string scope) => Operate($"keys create --name {scope.Replace(':', '-')} --scope {scope} --environment production");

    /// <summary>Asks the server to stop, as a service manager does, and waits until it has.</summary>
    public void Terminate()
    {
        using (var kill = Launch("kill", ["-TERM", ProcessId.ToString(CultureInfo.InvariantCulture)])) kill.WaitForExit();
        process!.WaitForExit();
        process.Dispose();
        process = null;
    }

    /// <summary>Flags of which a fifth is off, two fifths are on for all, a fifth asks for a plan, and a fifth splits by percentage.</summary>
    public void Fill(int count)
    {
        using var client = Administrator();
        for (var i = 0; i < count; i++)
        {
            Demand(client.PostAsJsonAsync("/api/flags", new { key = $"flag-{i:0000}", name = $"Flag {i}", type = "release" }));
            if (i % 5 == 0) continue;
            Demand(client.PostAsJsonAsync($"/api/flags/flag-{i:0000}/environments/production/switches", new { on = true, reason = "load", confirmation = "production", @override = true }));
            if (i % 5 < 3) continue;
            using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/flags/flag-{i:0000}/environments/production")
            {
                Content = JsonContent.Create(new
                {
                    conditions = i % 5 == 3 ? new Dictionary<string, string[]> { ["plan"] = ["pro", "team"] } : [],
                    percentage = i % 5 == 3 ? 100 : 50,
                    reason = "load",
                    confirmation = "production",
                    @override = true,
                }),
            };
            request.Headers.TryAddWithoutValidation("If-Match", "\"2\"");
            Demand(client.SendAsync(request));
        }
    }

    public void Switch(string flag, bool on)
    {
        using var client = Administrator();
        Demand(client.PostAsJsonAsync($"/api/flags/{flag}/environments/production/switches", new { on, reason = "load", confirmation = "production", @override = true }));
    }

    public void Dispose()
    {
        Stop();
        Directory.Delete(folder, recursive: true);
    }

    public static System.Diagnostics.Process Launch(string program, IEnumerable<string> arguments, string? folder = null) =>
        System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = folder ?? "",
        })!;

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private string Operate(string command, string input = "")
    {
        using var operate = Launch("dotnet", [ProductProgram.File, .. command.Split(' '), "--data", folder]);
        operate.StandardInput.WriteLine(input);
        operate.StandardInput.Close();
        var errors = operate.StandardError.ReadToEndAsync();
        var output = operate.StandardOutput.ReadToEnd().Trim();
        operate.WaitForExit();
        return operate.ExitCode == 0 ? output : throw new InvalidOperationException($"{command}: {errors.GetAwaiter().GetResult()}");
    }

    private static void Demand(Task<HttpResponseMessage> asked)
    {
        using var answer = asked.GetAwaiter().GetResult();
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{answer.RequestMessage!.RequestUri}: {answer.StatusCode} {answer.Content.ReadAsStringAsync().GetAwaiter().GetResult()}");
    }

    private static bool IsReady(HttpClient client)
    {
        try
        {
            using var answer = client.Send(new HttpRequestMessage(HttpMethod.Get, "/readyz"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
