using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Athena.Dashboard.Benchmarks.OverHttp;
using Athena.Dashboard.Health.Contracts;

namespace Athena.Dashboard.Benchmarks.Rollouts;

/// <summary>
/// From sending the first batch whose evidence suffices, over HTTP, to the flag serving the old value over OFREP: 99 of a
/// hundred within 2 s. Each of a hundred rollouts is reported for each second, has been healthy, and then breaks once.
/// </summary>
internal static class BadBatchFigures
{
    private const double LimitSeconds = 2;
    private const int Rollouts = 100;
    private const int HealthySeconds = 5;

    public static readonly (int Requests, int Errors) Healthy = (100, 1);

    // Suffices by itself, whatever healthy reports came in the minute before it: a smaller one would be the first of two that do.
    private static readonly (int Requests, int Errors) Bad = (1000, 600);

    public static int Run() => RunAsync().GetAwaiter().GetResult();

    private static async Task<int> RunAsync()
    {
        using var server = ServerUnderLoad.Start();
        var seeded = await SeededRollouts.AddAsync(server, Rollouts);
        using var reports = server.ClientWith(server.CreateKey("health:write"));
        using var flags = server.ClientWith(server.Key);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        for (var second = 0; second < HealthySeconds && await timer.WaitForNextTickAsync(); second++)
            foreach (var rollout in seeded) await ReportAsync(reports, rollout, Healthy);
        var seconds = new List<double>();
        foreach (var some in seeded.Chunk(5))
        {
            // At any moment of the ticks, the others reporting on.
            await timer.WaitForNextTickAsync();
            foreach (var rollout in seeded.Except(some)) await ReportAsync(reports, rollout, Healthy);
            seconds.AddRange(await Task.WhenAll(some.Select(rollout => BreakAsync(reports, flags, rollout))));
        }

        seconds.Sort();
        var p99 = seconds[(int)Math.Ceiling(seconds.Count * 0.99) - 1];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"from the first bad batch that suffices to the old value: {seconds[0]:0.000} / {seconds[seconds.Count / 2]:0.000} / {p99:0.000} / {seconds[^1]:0.000} s (min / median / p99 / max of {seconds.Count}); limit {LimitSeconds} s: {(p99 < LimitSeconds ? "met" : "MISSED")}"));
        return p99 < LimitSeconds ? 0 : 1;
    }

    /// <summary>Fails, reporting so, until the flag serves the old value.</summary>
    /// <returns>Seconds.</returns>
    public static async Task<double> BreakAsync(HttpClient reports, HttpClient flags, MeasuredRollout rollout)
    {
        var user = await ExposedUserAsync(flags, rollout);
        var began = TimeProvider.System.GetTimestamp();
        await ReportAsync(reports, rollout, Bad);
        var reported = began;
        while (await ServesNewAsync(flags, rollout, user))
        {
            if (TimeProvider.System.GetElapsedTime(began) > TimeSpan.FromMinutes(1)) throw new InvalidOperationException($"{rollout.FlagKey} is not taken back.");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
            if (TimeProvider.System.GetElapsedTime(reported) < TimeSpan.FromSeconds(1)) continue;
            // It goes on failing, and reporting so.
            reported = TimeProvider.System.GetTimestamp();
            await ReportAsync(reports, rollout, Bad);
        }

        return TimeProvider.System.GetElapsedTime(began).TotalSeconds;
    }

    public static async Task ReportAsync(HttpClient reports, MeasuredRollout rollout, (int Requests, int Errors) exposed)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var answer = await reports.PostAsJsonAsync("/health/v1/batches", new
        {
            batchId = Guid.CreateVersion7(now).ToString(),
            instance = "one",
            from = now.AddSeconds(-1),
            to = now,
            rolloutId = rollout.RolloutId,
            arms = new { exposed = new { requests = exposed.Requests, errors = exposed.Errors }, control = new { requests = 9 * exposed.Requests, errors = 9 * exposed.Requests / 100 } },
        });
        answer.EnsureSuccessStatusCode();
    }

    // One of the tenth that is exposed, whoever that is for this flag.
    private static async Task<int> ExposedUserAsync(HttpClient flags, MeasuredRollout rollout)
    {
        for (var user = 0; user < 200; user++)
        {
            if (await ServesNewAsync(flags, rollout, user)) return user;
        }

        throw new InvalidOperationException($"{rollout.FlagKey} is not exposed.");
    }

    private static async Task<bool> ServesNewAsync(HttpClient flags, MeasuredRollout rollout, int user)
    {
        using var answer = await flags.PostAsJsonAsync($"/ofrep/v1/evaluate/flags/{rollout.FlagKey}", new { context = new { targetingKey = $"user-{user}" } });
        var body = await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
        return body.GetProperty("value").GetBoolean();
    }
}
