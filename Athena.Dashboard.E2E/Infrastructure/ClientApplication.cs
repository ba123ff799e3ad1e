using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Athena.Dashboard.E2E.Infrastructure;

/// <summary>A Node program with OpenFeature's own SDK and provider; see Clients/openfeature/service.mjs.</summary>
public sealed class ClientApplication : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private readonly Process process;
    private readonly Lock gate = new();
    private readonly List<string> problems = [];
    private Tick? last;
    private long ticks;
    private Dictionary<string, Answer>? asked;

    private ClientApplication(Process process)
    {
        this.process = process;
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Complain(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>What the program said last, or null before its first words.</summary>
    public Tick? Last
    {
        get
        {
            lock (gate) return last;
        }
    }

    /// <summary>Refused reports and what the program wrote to standard error.</summary>
    public IReadOnlyList<string> Problems
    {
        get
        {
            lock (gate) return [.. problems];
        }
    }

    public static ClientApplication Start(Uri server, string key, string flag, int users = 600) =>
        new(Process.Start(new ProcessStartInfo(
            "node",
            ["service.mjs", "--url", server.ToString(), "--key", key, "--flag", flag, "--users", users.ToString(System.Globalization.CultureInfo.InvariantCulture)])
        {
            WorkingDirectory = Path.Combine(Repository.Root, "Athena.Dashboard.E2E", "Clients", "openfeature"),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!);

    /// <summary>Exposed users work.</summary>
    public Task BecomeHealthyAsync() => TellAsync(new { mode = "healthy" });

    /// <summary>Most requests of exposed users fail; everybody else's work.</summary>
    public Task StartFailingAsync() => TellAsync(new { mode = "failing" });

    /// <summary>Goes on serving and reports nothing.</summary>
    public Task StopReportingAsync() => TellAsync(new { mode = "silent" });

    /// <summary>Asks for these users afresh, through the same unmodified provider.</summary>
    public async Task<IReadOnlyDictionary<string, Answer>> AskAsync(params string[] users)
    {
        lock (gate) asked = null;
        await TellAsync(new { ask = users });
        return await Eventually.GetAsync(
            () =>
            {
                lock (gate) return Task.FromResult(asked);
            },
            "the client application answered");
    }

    /// <summary>Waits until the program has gone round once more after this call.</summary>
    public async Task NextRoundAsync()
    {
        var now = Interlocked.Read(ref ticks);
        await Eventually.TrueAsync(() => Task.FromResult(Interlocked.Read(ref ticks) > now + 1), "the client application goes on");
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private async Task TellAsync(object wish)
    {
        await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(wish, Json));
        await process.StandardInput.FlushAsync();
    }

    private void Take(string? line)
    {
        if (string.IsNullOrEmpty(line)) return;
        var said = JsonSerializer.Deserialize<Said>(line, Json)!;
        lock (gate)
        {
            if (said.Asked is not null)
            {
                asked = said.Asked;
                return;
            }

            last = new Tick(said.Mode!, said.Known, said.On, said.Exposed, said.Control);
            Interlocked.Increment(ref ticks);
            if (said.Problem is { } problem) problems.Add($"{problem.Status}: {problem.Problem}");
        }
    }

    private void Complain(string? line)
    {
        if (string.IsNullOrEmpty(line)) return;
        lock (gate) problems.Add(line);
    }

    /// <param name="Known">Users for whom the flag was answered at least once.</param>
    /// <param name="On">Users whose last answer was true.</param>
    public sealed record Tick(string Mode, int Known, int On, int Exposed, int Control);

    public sealed record Answer(bool Value, string? Reason, string? Error, string? Arm, Guid? RolloutId);

    private sealed record Said(
        string? Mode, int Known, int On, int Exposed, int Control, Trouble? Problem, [property: JsonPropertyName("asked")] Dictionary<string, Answer>? Asked);

    private sealed record Trouble(int Status, string Problem);
}
