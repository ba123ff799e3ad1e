using System.Globalization;
using Athena.Dashboard.Health;
using Athena.Dashboard.Health.Domain;
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
/// One full round over 1,000 active rollouts on one core, on SQLite in full sync: read them, measure and judge some
/// twenty rules each over windows that are as full as they get, decide, and store what was counted. The limit is 1 s.
/// </summary>
internal static class RoundFigures
{
    private const double LimitSeconds = 1;
    private const double LimitMegabytes = 500;
    private const int Rounds = 20;
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(10);

    public static int Run() => RunAsync().GetAwaiter().GetResult();

    private static async Task<int> RunAsync()
    {
        if (OperatingSystem.IsLinux())
        {
            using var self = System.Diagnostics.Process.GetCurrentProcess();
            self.ProcessorAffinity = 1;
        }

        var folder = Directory.CreateTempSubdirectory("athena-rounds-").FullName;
        try
        {
            var clock = new AheadClock();
            await using var app = AthenaApplication.Create(new ServerSettings(folder, "http://127.0.0.1:0"), builder =>
            {
                builder.Logging.ClearProviders();
                builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock));
            });
            await OperatorHost.StartupAsync(app, CancellationToken.None);
            return await MeasureAsync(app.Services, clock);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<int> MeasureAsync(IServiceProvider services, AheadClock clock)
    {
        var process = services.GetRequiredService<IProcessCatalog>().Current;
        var (ticker, ingest, writer) = (services.GetRequiredService<RolloutTicker>(), services.GetRequiredService<HealthIngest>(), services.GetRequiredService<HealthWriter>());
        var rollouts = await ManyRollouts.AddAsync(services.GetRequiredService<Contexts>(), process.Document, ManyRollouts.Count, clock.GetUtcNow());
        var before = Memory();
        // Reports, minute by minute, so that sequential rules have their history.
        for (var minute = 0; minute < 10; minute++)
        {
            for (var ten = 0; ten < 6; ten++) Report();
            await writer.FlushAsync();
        }

        // Two months of them, which is as much as windows ever hold.
        foreach (var rollout in rollouts) Fill(services.GetRequiredService<HealthMeters>().GetOrAdd(rollout.RolloutId), clock.GetUtcNow());
        var windows = Memory() - before;
        var ids = rollouts.Select(rollout => rollout.RolloutId).ToArray();
        var (rounds, flushes, allocated) = (new List<double>(), new List<double>(), 0L);
        for (var round = 0; round < Rounds + 5; round++)
        {
            Report();
            var flushing = TimeProvider.System.GetTimestamp();
            await writer.FlushAsync();
            flushes.Add(TimeProvider.System.GetElapsedTime(flushing).TotalSeconds);
            var (began, bytes) = (TimeProvider.System.GetTimestamp(), GC.GetTotalAllocatedBytes());
            var next = await ticker.RoundAsync(ids, CancellationToken.None);
            var seconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
            if (next.Count != ManyRollouts.Count) throw new InvalidOperationException($"Only {next.Count} rollouts go on.");
            // Compilation, and the first looks, which record every verdict.
            if (round < 5) continue;
            rounds.Add(seconds);
            allocated += GC.GetTotalAllocatedBytes() - bytes;
        }

        await DemandRunningAsync(services.GetRequiredService<Store>());
        rounds.Sort();
        flushes.Sort();
        var (median, worst) = (rounds[rounds.Count / 2], rounds[^1]);
        var (isQuick, isSmall) = (worst <= LimitSeconds, windows < LimitMegabytes);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"a round over {ManyRollouts.Count:#,0} rollouts: {rounds[0]:0.000} / {median:0.000} / {worst:0.000} s (min / median / max of {Rounds}), {allocated / Rounds / 1e6:0} MB allocated; limit {LimitSeconds} s: {(isQuick ? "met" : "MISSED")}"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"their windows with two months of reports: {windows:0} MB; limit {LimitMegabytes} MB: {(isSmall ? "met" : "MISSED")}; storing ten seconds of their reports takes {flushes[flushes.Count / 2]:0.000} s (median)"));
        return isQuick && isSmall ? 0 : 1;

        void Report()
        {
            clock.Advance(Tick);
            var now = clock.GetUtcNow();
            foreach (var rollout in rollouts) ingest.Take(ManyRollouts.Report(rollout, now), rollout, now);
        }
    }

    // One that is held costs less.
    private static async Task DemandRunningAsync(Store store)
    {
        var held = await store.ReadAsync((db, token) => db.Set<Rollout>().Where(rollout => rollout.State != RolloutState.Running || rollout.Counted == TimeSpan.Zero).ToListAsync(token), CancellationToken.None);
        if (held is [var first, ..]) throw new InvalidOperationException($"{held.Count} do not run. {first.State}: {first.Because}");
    }

    private static void Fill(RolloutMeter meter, DateTimeOffset now)
    {
        var windows = new ArmWindows();
        foreach (var rung in Rung.Ladder.Reverse())
        {
            for (var cell = rung.Cells - 1; cell >= 0; cell--) windows.Add(ManyRollouts.Report(meter.Rollout!, now - (rung.Length * cell)));
        }

        lock (meter.Gate) meter.Restore(windows);
    }

    private static double Memory() => GC.GetTotalMemory(forceFullCollection: true) / 1e6;
}
