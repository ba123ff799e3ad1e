using System.Globalization;
using Athena.Dashboard.Benchmarks.OverHttp;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Health.Storage;
using Athena.Dashboard.Platform.Storage;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Benchmarks.Watching;

/// <summary>
/// What 1,000 viewers of one rollout's charts cost the started server at a tick a second, apart from what it costs
/// with none. The limit is 15 % of one core.
/// </summary>
internal static class HubFigures
{
    private const double Limit = 0.15;
    private const int Viewers = 1000;
    private static readonly TimeSpan Span = TimeSpan.FromSeconds(30);
    private static readonly Guid Rollout = Guid.Parse("0196a000-0000-7000-8000-000000000001");

    public static int Run() => RunAsync().GetAwaiter().GetResult();

    private static async Task<int> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("athena-hub-").FullName;
        var address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ServerUnderLoad.FreePort()}"));
        await RunToEndAsync("a password of the benchmark alone 42", "setup", "--email", "benchmark@localhost.example", "--password-stdin", "--data", folder);
        var key = (await RunToEndAsync(null, "keys", "create", "--name", "viewers", "--scope", "read", "--data", folder)).Trim();
        await SeedAsync(folder);
        using var server = Start("--data", folder, "--urls", address.ToString(), "--Athena:Limits:ConnectionsPerCaller=2000", "--Athena:Limits:ConnectionsPerAddress=2000");
        try
        {
            await ReadyAsync(server, address);
            var alone = await ShareOfCoreAsync(server, Span);
            using var viewers = new ChartViewers(address, key, "rollout/" + Rollout);
            await viewers.ConnectAsync(Viewers);
            await viewers.EveryoneHasAPointAsync();
            var (before, began) = (viewers.Points, TimeProvider.System.GetTimestamp());
            var watched = await ShareOfCoreAsync(server, Span);
            var rate = (viewers.Points - before) / TimeProvider.System.GetElapsedTime(began).TotalSeconds;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{Viewers} viewers got {rate:0} points/s of {viewers.Bytes / Math.Max(1, viewers.Points)} bytes; server {watched:P1} of one core, {alone:P1} without viewers; limit {Limit:P0}"));
            return watched <= Limit && rate > Viewers * 0.9 ? 0 : 1;
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    // A source that reports once an hour is fresh for two, so nobody has to report while the server is measured.
    private static async Task SeedAsync(string folder)
    {
        var now = TimeProvider.System.GetUtcNow();
        await using var db = new Contexts(Options.Create(new StorageOptions { Directory = folder })).CreateDbContext();
        var micros = (now.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;
        db.Add(new HealthRolloutRow { RolloutId = Rollout, FlagKey = "database-views-v2", Environment = "production", LastHeardMicros = micros });
        db.Add(new HealthReporterRow { RolloutId = Rollout, Instance = "api-1", LastBatchMicros = micros, IntervalMicros = 3_600_000_000, FirstHeardMicros = micros, LastHeardMicros = micros, CoveredToMicros = micros, Open = "" });
        var counts = new Tally();
        foreach (var slot in Enum.GetValues<CountSlot>()) counts[slot] = 1000 + (int)slot;
        counts.Buckets[3] = 1000;
        foreach (var rung in Rung.Ladder)
        {
            foreach (var arm in (Arm[])[Arm.Exposed, Arm.Control])
                db.Add(new HealthCountRow { RolloutId = Rollout, RungMilliseconds = (int)rung.Length.TotalMilliseconds, Cell = rung.CellOf(now), Arm = arm, Counts = TallyJson.Write(counts) });
        }

        await db.SaveChangesAsync();
    }

    private static async Task<double> ShareOfCoreAsync(System.Diagnostics.Process process, TimeSpan span)
    {
        process.Refresh();
        var (before, began) = (process.TotalProcessorTime, TimeProvider.System.GetTimestamp());
        await Task.Delay(span, TimeProvider.System, CancellationToken.None);
        process.Refresh();
        return (process.TotalProcessorTime - before) / TimeProvider.System.GetElapsedTime(began);
    }

    private static async Task ReadyAsync(System.Diagnostics.Process server, Uri address)
    {
        using var client = new HttpClient { BaseAddress = address };
        while (!server.HasExited)
        {
            try
            {
                using var answer = await client.GetAsync("/readyz");
                if (answer.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                await Task.Yield();
            }
        }

        throw new InvalidOperationException("The program ended instead of serving.");
    }

    private static async Task<string> RunToEndAsync(string? input, params string[] arguments)
    {
        using var process = Start(arguments);
        if (input is not null) await process.StandardInput.WriteLineAsync(input);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }

    private static System.Diagnostics.Process Start(params string[] arguments)
    {
        var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("dotnet", [ProductProgram.File, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        return process;
    }
}
