using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Athena.Dashboard.Tests.Infrastructure;

namespace Athena.Dashboard.E2E.Infrastructure;

/// <summary>The built program as a process of its own, over a data folder that outlives its kills.</summary>
public sealed partial class AthenaProcess : IAsyncDisposable
{
    private readonly StringBuilder output = new();
    private readonly string[] extra;
    private Process? process;

    private AthenaProcess(string folder, int port, IReadOnlyDictionary<string, string> environment, string[] extra)
    {
        Folder = folder;
        Address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://localhost:{port}"));
        Environment = environment;
        this.extra = extra;
    }

    public string Folder { get; }

    public Uri Address { get; }

    /// <summary>Variables of its process, and of its commands, beside their parent's.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>Everything that all runs wrote to standard output and error.</summary>
    public string Output
    {
        get
        {
            lock (output) return output.ToString();
        }
    }

    /// <summary>What it logged as an error or as a page's failure, with the lines that belong to it.</summary>
    public IReadOnlyList<string> Errors => [.. LoggedError().Matches(Output).Select(entry => entry.Value.TrimEnd())];

    /// <param name="arguments">Settings and options beside <c>--data</c> and <c>--urls</c>.</param>
    public static Task<AthenaProcess> StartAsync(params string[] arguments) => StartOnAsync(Directory.CreateTempSubdirectory("athena-e2e-").FullName, arguments);

    /// <param name="environment">Variables of the process and of its commands beside their parent's.</param>
    /// <param name="arguments">Settings and options beside <c>--data</c> and <c>--urls</c>.</param>
    public static Task<AthenaProcess> StartWithAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        StartOnAsync(Directory.CreateTempSubdirectory("athena-e2e-").FullName, environment, arguments);

    /// <param name="folder">Its data; deleted with it.</param>
    public static Task<AthenaProcess> StartOnAsync(string folder, params string[] arguments) => StartOnAsync(folder, new Dictionary<string, string>(), arguments);

    /// <param name="folder">Its data; deleted with it.</param>
    /// <param name="environment">Variables of the process beside its parent's.</param>
    public static async Task<AthenaProcess> StartOnAsync(string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var server = new AthenaProcess(folder, FreePort.Next(), environment, arguments);
        try
        {
            await server.StartAgainAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs one operator's command on the same data, beside the running server.</summary>
    /// <returns>What it wrote to standard output, without the last line break.</returns>
    public async Task<string> CommandAsync(string[] arguments, string? input = null)
    {
        using var command = Start([.. arguments, "--data", Folder], redirectInput: true, Environment);
        if (input is not null) await command.StandardInput.WriteLineAsync(input);
        command.StandardInput.Close();
        var errors = command.StandardError.ReadToEndAsync();
        var text = await command.StandardOutput.ReadToEndAsync();
        await command.WaitForExitAsync();
        if (command.ExitCode != 0) throw new InvalidOperationException($"{string.Join(' ', arguments)} ended with {command.ExitCode}: {await errors}{text}");
        return text.TrimEnd('\n', '\r');
    }

    /// <summary>At some time browsers had nobody to talk to.</summary>
    public bool WasKilled { get; private set; }

    /// <summary>SIGKILL: nothing is flushed, nothing is closed.</summary>
    public async Task KillAsync()
    {
        WasKilled = true;
        process!.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    /// <summary>SIGTERM, as service managers stop it.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync()
    {
        using (var signal = Process.Start("kill", ["-TERM", process!.Id.ToString(CultureInfo.InvariantCulture)])) await signal.WaitForExitAsync();
        await process.WaitForExitAsync();
        var code = process.ExitCode;
        process.Dispose();
        process = null;
        return code;
    }

    /// <summary>Starts on the same data and the same port, and waits until it is ready to serve.</summary>
    public async Task StartAgainAsync()
    {
        process = Start(["--data", Folder, "--urls", Address.ToString(), .. extra], redirectInput: false, Environment);
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(2) };
        await Eventually.TrueAsync(
            async () =>
            {
                if (process.HasExited) throw new InvalidOperationException("The server ended while starting:\n" + Output);
                try
                {
                    return (await client.GetAsync("/readyz")).IsSuccessStatusCode;
                }
                catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
                {
                    return false;
                }
            },
            "the server is ready");
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null) await KillAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private static Process Start(string[] arguments, bool redirectInput, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("dotnet", [Repository.Program, .. arguments])
        {
            RedirectStandardInput = redirectInput,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = "/",
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (output) output.AppendLine(line);
    }

    // The console's format: a word for the level, and everything that belongs to it indented.
    [GeneratedRegex(@"^(fail: |crit: |warn: Microsoft\.AspNetCore\.Components).*\n(      .*\n)*", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LoggedError();
}
