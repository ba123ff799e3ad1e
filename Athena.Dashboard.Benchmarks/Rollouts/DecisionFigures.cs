using System.Globalization;
using Athena.Dashboard.Benchmarks.OverHttp;
using Athena.Dashboard.Health;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Hosting;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Rollouts;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Athena.Dashboard.Benchmarks.Rollouts;

/// <summary>
/// How long a decision to roll back takes to be durable, which is its commit in full sync: 99 of a hundred within 5 ms.
/// And whether rollbacks come on time, which is within a tick, while the server takes as many reports as it can.
/// </summary>
internal static class DecisionFigures
{
    private const double LimitMilliseconds = 5;
    private const double LimitSeconds = 10;
    private const int Decisions = 200;
    private const int UnderLoad = 20;
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(10);

    public static int Run() => RunAsync().GetAwaiter().GetResult();

    private static async Task<int> RunAsync()
    {
        var isDurable = await DecideAsync();
        var isOnTime = await SaturateAsync();
        return isDurable && isOnTime ? 0 : 1;
    }

    private static async Task<bool> DecideAsync()
    {
        var folder = Directory.CreateTempSubdirectory("athena-decisions-").FullName;
        try
        {
            var clock = new AheadClock();
            await using var app = AthenaApplication.Create(new ServerSettings(folder, "http://127.0.0.1:0"), builder =>
            {
                builder.Logging.ClearProviders();
                builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock));
            });
            await OperatorHost.StartupAsync(app, CancellationToken.None);
            var (deciding, saving) = await MeasureAsync(app.Services, clock);
            Console.WriteLine("deciding, from the windows in memory: " + Write(deciding));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"from the decision until it is durable: {Write(saving)}; limit {LimitMilliseconds} ms: {(P99(saving) <= LimitMilliseconds ? "met" : "MISSED")}"));
            return P99(saving) <= LimitMilliseconds;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double P99(List<double> sorted) => sorted[(int)Math.Ceiling(sorted.Count * 0.99) - 1];

    private static string Write(List<double> sorted) =>
        string.Create(CultureInfo.InvariantCulture, $"{sorted[0]:0.0} / {sorted[sorted.Count / 2]:0.0} / {P99(sorted):0.0} / {sorted[^1]:0.0} ms (min / median / p99 / max of {sorted.Count})");

    private static async Task<(List<double> Deciding, List<double> Saving)> MeasureAsync(IServiceProvider services, AheadClock clock)
    {
        var process = services.GetRequiredService<IProcessCatalog>().Current;
        var (ticker, ingest, writer) = (services.GetRequiredService<RolloutTicker>(), services.GetRequiredService<HealthIngest>(), services.GetRequiredService<HealthWriter>());
        // Those beyond the measured ones are for compilation.
        var rollouts = await ManyRollouts.AddAsync(services.GetRequiredService<Contexts>(), process.Document, Decisions * 2, clock.GetUtcNow());
        var ids = rollouts.Select(rollout => rollout.RolloutId).ToArray();
        for (var ten = 0; ten < 90; ten++)
        {
            clock.Advance(Tick);
            foreach (var rollout in rollouts) ingest.Take(ManyRollouts.Report(rollout, clock.GetUtcNow()), rollout, clock.GetUtcNow());
            await writer.FlushAsync();
            await ticker.RoundAsync(ids, CancellationToken.None);
        }

        clock.Advance(Tick);
        foreach (var rollout in rollouts) ingest.Take(ManyRollouts.Report(rollout, clock.GetUtcNow(), failed: 0.6), rollout, clock.GetUtcNow());
        await writer.FlushAsync();
        var (deciding, saving) = (new List<double>(), new List<double>());
        var loaded = await services.GetRequiredService<Store>().ReadAsync((db, token) => db.Set<Rollout>().ToListAsync(token), CancellationToken.None);
        foreach (var rollout in loaded)
        {
            var began = TimeProvider.System.GetTimestamp();
            var decision = await ticker.DecideAsync(rollout, TimeSpan.Zero, isEarly: true, CancellationToken.None);
            var decided = TimeProvider.System.GetTimestamp();
            await ticker.SaveAsync([(rollout, decision)], CancellationToken.None);
            deciding.Add(TimeProvider.System.GetElapsedTime(began, decided).TotalMilliseconds);
            saving.Add(TimeProvider.System.GetElapsedTime(decided).TotalMilliseconds);
        }

        await using var db = services.GetRequiredService<Contexts>().CreateDbContext();
        var back = await db.Set<Rollout>().CountAsync(rollout => rollout.State == RolloutState.RollingBack);
        if (back != rollouts.Length) throw new InvalidOperationException($"Only {back} of {rollouts.Length} are taken back.");
        return ([.. deciding[Decisions..].Order()], [.. saving[Decisions..].Order()]);
    }

    private static async Task<bool> SaturateAsync()
    {
        using var server = ServerUnderLoad.Start();
        var seeded = await SeededRollouts.AddAsync(server, UnderLoad * 5);
        var (key, broken) = (server.CreateKey("health:write"), seeded[..UnderLoad]);
        using var reports = server.ClientWith(key);
        using var flags = server.ClientWith(server.Key);
        var load = new ReportLoad(server, key, seeded[UnderLoad..]);
        await load.RunAsync(5);
        var running = load.RunAsync(60);
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System);
        var seconds = new List<double>();
        foreach (var some in broken.Chunk(UnderLoad / 4))
        {
            foreach (var rollout in broken) await BadBatchFigures.ReportAsync(reports, rollout, BadBatchFigures.Healthy);
            seconds.AddRange(await Task.WhenAll(some.Select(rollout => BadBatchFigures.BreakAsync(reports, flags, rollout))));
        }

        var wasLoaded = !running.IsCompleted;
        var (taken, _, during, _) = await running;
        if (!wasLoaded) throw new InvalidOperationException("The load was over before the last rollback.");
        seconds.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"while {taken * ReportLoad.PointsPerReport / during:#,0} numbers/s are taken, from the first bad batch to the old value: {seconds[0]:0.0} / {seconds[seconds.Count / 2]:0.0} / {seconds[^1]:0.0} s (min / median / max of {seconds.Count}); limit {LimitSeconds} s, one tick: {(seconds[^1] <= LimitSeconds ? "met" : "MISSED")}"));
        return seconds[^1] <= LimitSeconds;
    }
}
