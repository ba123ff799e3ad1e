using System.Globalization;
using System.Text.RegularExpressions;
using Athena.Dashboard.Benchmarks.OverHttp;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Health.Storage;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Domain;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Benchmarks.Rollouts;

/// <summary>
/// Reports over HTTP for 1,000 rollouts as fast as they are taken, the server on one core and wrk on the other; then
/// SIGTERM in the middle of it, and everything that was acknowledged has to be stored. Wanted: 200,000 numbers a second.
/// </summary>
internal static partial class IngestFigures
{
    private const double WantedPerSecond = 200_000;
    private const int Seconds = 15;

    public static int Run() => RunAsync().GetAwaiter().GetResult();

    private static async Task<int> RunAsync()
    {
        using var server = ServerUnderLoad.Start();
        var key = server.CreateKey("health:write");
        server.Terminate();
        var contexts = new Contexts(Options.Create(new StorageOptions { Directory = server.Folder }));
        var rollouts = await ManyRollouts.AddAsync(contexts, DefaultProcess.Document, ManyRollouts.Count, TimeProvider.System.GetUtcNow());
        // Over, so that nothing but taking and storing is measured: that all of them begin in one moment does not happen.
        await using (var db = contexts.CreateDbContext())
            await db.Set<Rollout>().ExecuteUpdateAsync(set => set.SetProperty(row => row.State, RolloutState.Completed));
        server.Serve();
        var load = new ReportLoad(server, key, rollouts);

        // Until compilation has settled.
        var acknowledged = (await load.RunAsync(20)).Taken;
        var before = server.ProcessorTime;
        var measured = await load.RunAsync(Seconds);
        var microsEach = (server.ProcessorTime - before).TotalMicroseconds / measured.Taken;
        var peak = long.Parse(Peak().Match(await File.ReadAllTextAsync($"/proc/{server.ProcessId}/status")).Groups["kb"].Value, CultureInfo.InvariantCulture) / 1e3;
        var last = load.RunAsync(6);
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System);
        server.Terminate();
        acknowledged += measured.Taken + (await last).Taken;

        await using var after = contexts.CreateDbContext();
        foreach (var some in rollouts.Chunk(50)) await HealthFold.FoldAsync(after, [.. some.Select(rollout => rollout.RolloutId)], TimeProvider.System.GetUtcNow(), CancellationToken.None);
        var rows = await after.Set<HealthCountRow>().Where(row => row.RungMilliseconds == 86_400_000).Select(row => row.Counts).ToListAsync();
        var stored = rows.Sum(counts => TallyJson.Read(counts)[CountSlot.Requests]) / (2 * ReportLoad.RequestsPerReport);
        var perSecond = measured.Taken * ReportLoad.PointsPerReport / measured.Seconds;
        var isMet = perSecond >= WantedPerSecond && stored >= acknowledged;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{perSecond:#,0} numbers/s in {measured.Taken / measured.Seconds:#,0} reports/s, {microsEach:0} µs of processor time each, p99 {measured.P99:0.0} ms, {measured.Refused} refused, peak {peak:0} MB; {acknowledged:#,0} reports acknowledged and {stored:#,0} stored after SIGTERM under load; wanted {WantedPerSecond:#,0}/s and none lost: {(isMet ? "met" : "MISSED")}"));
        return isMet ? 0 : 1;
    }

    [GeneratedRegex(@"VmHWM:\s+(?<kb>\d+) kB", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Peak();
}
