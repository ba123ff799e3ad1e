using System.Globalization;

namespace Athena.Dashboard.Benchmarks.OverHttp;

/// <summary>
/// Evaluation over HTTP, the server pinned to one core and wrk to the other, with keys checked and answers counted;
/// Unleash's server in the same run.
/// </summary>
internal static class ServingFigures
{
    private const double BulkRatio = 10;
    private const double LargeBulkPerSecond = 6_900;
    private const double LargeBulkP95 = 7.4;
    private const double SinglePerSecond = 30_000;
    private const double SingleP99 = 10;

    public static int Run()
    {
        double theirs;
        using (var unleash = UnleashServer.Start(50))
        {
            var result = Load.Run(unleash.Address, "/api/frontend", UnleashServer.Frontend, "GET");
            Console.WriteLine($"Unleash, 50 flags        {result}");
            theirs = result.PerSecond;
        }

        var missed = 0;
        using (var server = ServerUnderLoad.Start())
        {
            server.Fill(50);
            var bulk = Load.Run(server.Address, "/ofrep/v1/evaluate/flags", "Bearer " + server.Key);
            Say("all of 50 flags", bulk, bulk.PerSecond >= BulkRatio * theirs, string.Create(CultureInfo.InvariantCulture, $"{bulk.PerSecond / theirs:0.0} times Unleash; wanted {BulkRatio:0}"));
            var single = Load.Run(server.Address, "/ofrep/v1/evaluate/flags/flag-0004", "Bearer " + server.Key);
            Say("one flag", single, single is { PerSecond: >= SinglePerSecond, P99: < SingleP99 }, string.Create(CultureInfo.InvariantCulture, $"wanted {SinglePerSecond:0}/s, p99 under {SingleP99} ms"));
        }

        using (var server = ServerUnderLoad.Start())
        {
            server.Fill(350);
            var large = Load.Run(server.Address, "/ofrep/v1/evaluate/flags", "Bearer " + server.Key);
            Say("all of 350 flags", large, large is { PerSecond: >= LargeBulkPerSecond, P95: < LargeBulkP95 }, string.Create(CultureInfo.InvariantCulture, $"wanted {LargeBulkPerSecond:0}/s, p95 under {LargeBulkP95} ms"));
        }

        return missed == 0 ? 0 : 1;

        void Say(string what, Load.Result result, bool met, string wanted)
        {
            met &= result.Failures == 0;
            if (!met) missed++;
            Console.WriteLine($"Athena, {what,-16} {result} ({wanted}): {(met ? "met" : "MISSED")}");
        }
    }
}
