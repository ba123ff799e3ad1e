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
    private const int RequestsPerReport = 1000;

    private const string Script = """
        local head = { ["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. os.getenv("LOAD_KEY") }
        local ids = {}
        for id in io.lines(os.getenv("LOAD_IDS")) do ids[#ids + 1] = id end
        local buckets = {}
        for i, le in ipairs({5, 10, 25, 50, 75, 100, 150, 200, 250, 300, 400, 500, 750, 1000, 1500, 2000, 2500, 3000, 4000, 5000}) do buckets[i] = '{"leMs":' .. le .. ',"count":40}' end
        local arm = '{"requests":1000,"errors":9,"crashes":0,"criticalErrors":0,"users":400,"adopters":90,"latency":{"sumMs":90000,"count":1000,"buckets":[' .. table.concat(buckets, ",") .. ']},"scores":{"3":2,"4":9,"5":4}}'
        local n, run = 0, tostring(os.time())
        request = function()
          n = n + 1
          local now = os.time()
          local to, from = os.date("!%Y-%m-%dT%H:%M:%SZ", now), os.date("!%Y-%m-%dT%H:%M:%SZ", now - 1)
          return wrk.format("POST", "/health/v1/batches", head, '{"batchId":"' .. run .. "-" .. n .. '","instance":"one","from":"' .. from .. '","to":"' .. to .. '","rolloutId":"' .. ids[n % #ids + 1] .. '","arms":{"exposed":' .. arm .. ',"control":' .. arm .. '}}')
        end
        done = function(summary, latency, requests)
          io.write(string.format("RESULT %d %d %f %f\n", summary.requests, summary.errors.status, summary.duration / 1e6, latency:percentile(99) / 1000))
        end
        """;

    /// <summary>Numbers in one of these reports, as the server counts them.</summary>
    private const int PointsPerReport = 2 * (6 + 2 + 20 + 3);

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
        var (ids, script) = (Path.Combine(server.Folder, "ids.txt"), Path.Combine(server.Folder, "load.lua"));
        await File.WriteAllLinesAsync(ids, rollouts.Select(rollout => rollout.RolloutId.ToString()));
        await File.WriteAllTextAsync(script, Script);

        // Until compilation has settled.
        var acknowledged = (await LoadAsync(server, key, ids, script, 5)).Taken;
        var before = server.ProcessorTime;
        var measured = await LoadAsync(server, key, ids, script, Seconds);
        var microsEach = (server.ProcessorTime - before).TotalMicroseconds / measured.Taken;
        var peak = long.Parse(Peak().Match(await File.ReadAllTextAsync($"/proc/{server.ProcessId}/status")).Groups["kb"].Value, CultureInfo.InvariantCulture) / 1e3;
        var last = LoadAsync(server, key, ids, script, 6);
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System);
        server.Terminate();
        acknowledged += measured.Taken + (await last).Taken;

        await using var after = contexts.CreateDbContext();
        foreach (var some in rollouts.Chunk(50)) await HealthFold.FoldAsync(after, [.. some.Select(rollout => rollout.RolloutId)], TimeProvider.System.GetUtcNow(), CancellationToken.None);
        var rows = await after.Set<HealthCountRow>().Where(row => row.RungMilliseconds == 86_400_000).Select(row => row.Counts).ToListAsync();
        var stored = rows.Sum(counts => TallyJson.Read(counts)[CountSlot.Requests]) / (2 * RequestsPerReport);
        var perSecond = measured.Taken * PointsPerReport / measured.Seconds;
        var isMet = perSecond >= WantedPerSecond && stored >= acknowledged;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{perSecond:#,0} numbers/s in {measured.Taken / measured.Seconds:#,0} reports/s, {microsEach:0} µs of processor time each, p99 {measured.P99:0.0} ms, {measured.Refused} refused, peak {peak:0} MB; {acknowledged:#,0} reports acknowledged and {stored:#,0} stored after SIGTERM under load; wanted {WantedPerSecond:#,0}/s and none lost: {(isMet ? "met" : "MISSED")}"));
        return isMet ? 0 : 1;
    }

    private static async Task<(long Taken, long Refused, double Seconds, double P99)> LoadAsync(ServerUnderLoad server, string key, string ids, string script, int seconds)
    {
        var start = new System.Diagnostics.ProcessStartInfo("taskset", ["-c", ServerUnderLoad.LoadCore, "wrk", "-t1", "-c16", string.Create(CultureInfo.InvariantCulture, $"-d{seconds}s"), "-s", script, server.Address.ToString()])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            Environment = { ["LOAD_KEY"] = key, ["LOAD_IDS"] = ids },
        };
        using var wrk = System.Diagnostics.Process.Start(start)!;
        var output = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        var match = Line().Match(output);
        if (!match.Success) throw new InvalidOperationException("wrk says: " + output);
        var numbers = match.Groups["numbers"].Value.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        return ((long)(numbers[0] - numbers[1]), (long)numbers[1], numbers[2], numbers[3]);
    }

    [GeneratedRegex("RESULT (?<numbers>.*)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Line();

    [GeneratedRegex(@"VmHWM:\s+(?<kb>\d+) kB", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Peak();
}
