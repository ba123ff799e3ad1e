using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Athena.Dashboard.Demo;

/// <summary>
/// An application with five hundred users: it asks for the flag over OFREP, serves each user by the answer, and
/// reports once a second how each arm fares. Traffic swells and ebbs, and both arms fail now and then.
/// </summary>
public sealed partial class SimulatedService(IHttpClientFactory clients, TimeProvider clock, ILogger<SimulatedService> logger)
{
    // By the flag's hash exactly one of these 500 is within the first stage's 0.1 %; among 400 there is none, and the
    // rollout would wait for ever.
    private const int Users = 500;
    private const int AskedPerRound = 50;
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    private readonly Dictionary<int, (string Arm, Guid Rollout)> answers = [];
    // A fixed seed: a demo that can be told twice.
    private readonly Random random = new(120);
    private long batch;
    private int next;

    public async Task RunAsync(Uri address, string key, string flag, CancellationToken cancellationToken)
    {
        using var http = clients.CreateClient(DemoSlice.HttpClientName);
        http.BaseAddress = address;
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        var instance = FormattableString.Invariant($"demo-{clock.GetUtcNow().ToUnixTimeSeconds()}");
        var from = clock.GetUtcNow();
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await AskAsync(http, flag, cancellationToken);
                await Task.Delay(Round, clock, cancellationToken);
                var to = clock.GetUtcNow();
                await ReportAsync(http, instance, from, to, cancellationToken);
                from = to;
            }
            catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException or InvalidOperationException && !cancellationToken.IsCancellationRequested)
            {
                Log.RoundFailed(logger, failure);
                await Task.Delay(Round, clock, cancellationToken);
            }
        }
    }

    private async Task AskAsync(HttpClient http, string flag, CancellationToken cancellationToken)
    {
        for (var i = 0; i < AskedPerRound; i++, next = (next + 1) % Users)
        {
            var body = new JsonObject { ["context"] = new JsonObject { ["targetingKey"] = FormattableString.Invariant($"demo-user-{next}") } };
            using var response = await http.PostAsJsonAsync("/ofrep/v1/evaluate/flags/" + flag, body, cancellationToken);
            var metadata = (await response.Content.ReadFromJsonAsync<JsonObject>(cancellationToken))?["metadata"];
            if (metadata?["arm"]?.GetValue<string>() is { } arm && Guid.TryParse(metadata["rolloutId"]?.GetValue<string>(), out var rollout)) answers[next] = (arm, rollout);
            else answers.Remove(next);
        }
    }

    private async Task ReportAsync(HttpClient http, string instance, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        foreach (var rollout in answers.Values.GroupBy(answer => answer.Rollout))
        {
            var arms = new JsonObject();
            foreach (var arm in rollout.GroupBy(answer => answer.Arm)) arms[arm.Key] = Play(arm.Key, arm.Count(), to);
            var body = new JsonObject
            {
                ["batchId"] = FormattableString.Invariant($"{instance}/{++batch}"),
                ["instance"] = instance,
                ["from"] = from,
                ["to"] = to,
                ["rolloutId"] = rollout.Key,
                ["arms"] = arms,
            };
            using var response = await http.PostAsJsonAsync("/health/v1/batches", body, cancellationToken);
            if (!response.IsSuccessStatusCode) throw new InvalidOperationException(await response.Content.ReadAsStringAsync(cancellationToken));
        }
    }

    private JsonObject Play(string arm, int users, DateTimeOffset now)
    {
        var tide = 1 + (0.35 * Math.Sin(now.ToUnixTimeMilliseconds() / 1000.0 / 47 * Math.PI));
        var requests = Math.Max(users, (int)(users * 6 * tide * (0.9 + (0.2 * random.NextDouble()))));
        var exposed = arm == "exposed";
        // The new views are a third faster, and a little more liked; both arms fail once in some thousand requests.
        var mean = (exposed ? 92 : 138) + (14 * random.NextDouble()) + (10 * tide);
        var scored = Math.Max(1, users / 8);
        var fives = (int)Math.Round(scored * (exposed ? 0.62 : 0.5));
        return new JsonObject
        {
            ["requests"] = requests,
            ["errors"] = Failures(requests, 0.0006),
            ["crashes"] = 0,
            ["latency"] = new JsonObject { ["sumMs"] = Math.Round(requests * mean, 1) },
            ["scores"] = new JsonObject { ["4"] = scored - fives, ["5"] = fives },
            ["users"] = users,
            ["adopters"] = exposed ? (int)(users * (0.55 + (0.1 * random.NextDouble()))) : 0,
        };
    }

    private int Failures(int requests, double rate)
    {
        var expected = requests * rate;
        return (int)expected + (random.NextDouble() < expected - Math.Floor(expected) ? 1 : 0);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The simulated service had a round that failed; it goes on")]
        public static partial void RoundFailed(ILogger logger, Exception failure);
    }
}
