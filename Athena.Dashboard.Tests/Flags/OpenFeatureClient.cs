using System.Diagnostics;
using System.Text.Json;
using Athena.Dashboard.Tests.Infrastructure;

namespace Athena.Dashboard.Tests.Flags;

/// <summary>A Node program with one of OpenFeature's own SDKs and providers; see <c>ask.mjs</c> beside the journeys' clients.</summary>
internal sealed class OpenFeatureClient : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private static readonly TimeSpan Longest = Wait.Patience;
    private readonly System.Diagnostics.Process process;

    private OpenFeatureClient(System.Diagnostics.Process process) => this.process = process;

    /// <param name="stream">Whether the web provider follows the server's events.</param>
    public static OpenFeatureClient Start(string sdk, Uri server, string header, bool stream = false)
    {
        var folder = Path.Combine(RepositoryRoot(AppContext.BaseDirectory), "Athena.Dashboard.E2E", "Clients", "openfeature");
        Directory.Exists(Path.Combine(folder, "node_modules")).ShouldBeTrue($"run 'npm ci' in {folder}, as test.sh does");
        return new OpenFeatureClient(System.Diagnostics.Process.Start(new ProcessStartInfo("node", ["ask.mjs", "--sdk", sdk, "--url", server.ToString(), "--header", header, .. stream ? ["--stream"] : Array.Empty<string>()])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!);
    }

    public async Task<Round> AskAsync(object context, params Question[] flags)
    {
        using var limit = new CancellationTokenSource(Longest);
        await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(new { context, flags }, Json).AsMemory(), limit.Token);
        await process.StandardInput.FlushAsync(limit.Token);
        var line = await process.StandardOutput.ReadLineAsync(limit.Token);
        return JsonSerializer.Deserialize<Round>(line.ShouldNotBeNull("the client program ended; its reason is on standard error"), Json)!;
    }

    /// <summary>Waits until the web provider says by itself that flags have changed.</summary>
    public async Task<string[]> ChangeAsync()
    {
        using var limit = new CancellationTokenSource(Longest);
        await process.StandardInput.WriteLineAsync("""{"await":"change"}""".AsMemory(), limit.Token);
        await process.StandardInput.FlushAsync(limit.Token);
        var line = await process.StandardOutput.ReadLineAsync(limit.Token);
        return JsonSerializer.Deserialize<JsonElement>(line.ShouldNotBeNull("the client program ended; its reason is on standard error")).GetProperty("changed").Deserialize<string[]>()!;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static string RepositoryRoot(string folder) =>
        File.Exists(Path.Combine(folder, "Athena.Dashboard.sln")) ? folder : RepositoryRoot(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run inside the repository."));

    internal sealed record Question(string Key, string Type, object Default);

    /// <param name="Statuses">Of the HTTP requests that the provider made for this round.</param>
    internal sealed record Round(Details[] Answers, int[] Statuses, bool Ready);

    internal sealed record Details(JsonElement Value, string? Reason, string? Variant, Dictionary<string, JsonElement>? Metadata, string? ErrorCode, string? ErrorMessage);
}
