using System.Globalization;
using System.Text.RegularExpressions;
using Athena.Dashboard.Benchmarks.OverHttp;
using Athena.Dashboard.Health.Contracts;

namespace Athena.Dashboard.Benchmarks.Rollouts;

/// <summary>Reports over HTTP by <c>wrk</c> on the other core, as fast as they are taken, for one rollout after the other.</summary>
internal sealed partial class ReportLoad
{
    public const int RequestsPerReport = 1000;

    /// <summary>Numbers in one of these reports, as the server counts them.</summary>
    public const int PointsPerReport = 2 * (6 + 2 + 20 + 3);

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

    private readonly ServerUnderLoad server;
    private readonly string key;
    private readonly string ids;
    private readonly string script;

    /// <param name="key">May report.</param>
    public ReportLoad(ServerUnderLoad server, string key, IEnumerable<MeasuredRollout> rollouts)
    {
        (this.server, this.key) = (server, key);
        (ids, script) = (Path.Combine(server.Folder, "ids.txt"), Path.Combine(server.Folder, "load.lua"));
        File.WriteAllLines(ids, rollouts.Select(rollout => rollout.RolloutId.ToString()));
        File.WriteAllText(script, Script);
    }

    /// <returns>Reports acknowledged and not, how long it took, and the 99th percentile of an answer in milliseconds.</returns>
    public async Task<(long Taken, long Refused, double Seconds, double P99)> RunAsync(int seconds)
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
}
