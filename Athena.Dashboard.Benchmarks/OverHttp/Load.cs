using System.Globalization;
using System.Text.RegularExpressions;

namespace Athena.Dashboard.Benchmarks.OverHttp;

/// <summary>Load by <c>wrk</c> on the other core: one thread, 32 connections, a different user with every request.</summary>
internal static partial class Load
{
    private const string Script = """
        local head = { ["Content-Type"] = "application/json", ["Authorization"] = os.getenv("LOAD_AUTHORIZATION") }
        local path, method = os.getenv("LOAD_PATH"), os.getenv("LOAD_METHOD")
        local n = 0
        request = function()
          n = n + 1
          local user = "user-" .. (n % 100000)
          if method == "GET" then return wrk.format("GET", path .. "?userId=" .. user .. "&properties[plan]=pro", head) end
          return wrk.format("POST", path, head, '{"context":{"targetingKey":"' .. user .. '","plan":"pro","locale":"de-AT"}}')
        end
        done = function(summary, latency, requests)
          io.write(string.format("RESULT %f %f %f %f %d %d\n", summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1000, latency:percentile(95) / 1000,
            latency:percentile(99) / 1000, summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout, summary.bytes / summary.requests))
        end
        """;

    public static Result Run(Uri server, string path, string authorization, string method = "POST", int seconds = 8)
    {
        var file = Path.Combine(Path.GetTempPath(), $"athena-load-{Environment.ProcessId}.lua");
        File.WriteAllText(file, Script);
        try
        {
            // Until compilation has settled, and the connections are open.
            Once(server, path, authorization, method, file, seconds: 5);
            return Once(server, path, authorization, method, file, seconds);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static Result Once(Uri server, string path, string authorization, string method, string file, int seconds)
    {
        var start = new System.Diagnostics.ProcessStartInfo("taskset", ["-c", ServerUnderLoad.LoadCore, "wrk", "-t1", "-c32", string.Create(CultureInfo.InvariantCulture, $"-d{seconds}s"), "-s", file, server.ToString()])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            Environment = { ["LOAD_PATH"] = path, ["LOAD_AUTHORIZATION"] = authorization, ["LOAD_METHOD"] = method },
        };
        using var wrk = System.Diagnostics.Process.Start(start)!;
        var errors = wrk.StandardError.ReadToEndAsync();
        var output = wrk.StandardOutput.ReadToEnd();
        wrk.WaitForExit();
        var match = Line().Match(output);
        if (!match.Success) throw new InvalidOperationException($"wrk says: {output}{errors.GetAwaiter().GetResult()}");
        var numbers = match.Groups["numbers"].Value.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        return new Result(numbers[0], numbers[1], numbers[2], numbers[3], (long)numbers[4], numbers[5]);
    }

    [GeneratedRegex("RESULT (?<numbers>.*)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Line();

    /// <param name="P50">Milliseconds, like the others.</param>
    /// <param name="Failures">Answers other than 2xx and 3xx, and broken connections.</param>
    internal sealed record Result(double PerSecond, double P50, double P95, double P99, long Failures, double Bytes)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"{PerSecond,8:0} requests/s, p50 {P50:0.00} ms, p95 {P95:0.00} ms, p99 {P99:0.00} ms, {Bytes:0} bytes each{(Failures == 0 ? "" : $", {Failures} FAILED")}");
    }
}
