using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Athena.Dashboard.Demo;

/// <summary>
/// New visitors of an application, ten a second: each is shown the palette that the flag's split gives him, and some find
/// what they look for. What they did goes to the experiment in sums.
/// </summary>
public sealed partial class SimulatedVisitors(IHttpClientFactory clients, TimeProvider clock, ILogger<SimulatedVisitors> logger)
{
    private const int PerRound = 20;
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(2);

    // A fixed seed: a demo that can be told twice.
    private readonly Random random = new(121);
    private long visitors;

    public async Task RunAsync(Uri address, string key, CancellationToken cancellationToken)
    {
        using var http = clients.CreateClient(DemoSlice.HttpClientName);
        http.BaseAddress = address;
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        var began = clock.GetUtcNow().ToUnixTimeSeconds();
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var from = clock.GetUtcNow();
                var seen = await AskAsync(http, began, cancellationToken);
                await Task.Delay(Round, clock, cancellationToken);
                // Whoever stopped the experiment ended the visitors' part in it.
                if (seen.Count > 0 && !await ReportAsync(http, seen, began, from, cancellationToken)) return;
            }
            catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
            {
                Log.RoundFailed(logger, failure);
                await Task.Delay(Round, clock, cancellationToken);
            }
        }
    }

    private async Task<List<string>> AskAsync(HttpClient http, long began, CancellationToken cancellationToken)
    {
        var seen = new List<string>();
        for (var i = 0; i < PerRound; i++)
        {
            var body = new JsonObject { ["context"] = new JsonObject { ["targetingKey"] = FormattableString.Invariant($"visitor-{began}-{++visitors}") } };
            using var response = await http.PostAsJsonAsync("/ofrep/v1/evaluate/flags/" + DemoStory.ExperimentFlag, body, cancellationToken);
            var answer = await response.Content.ReadFromJsonAsync<JsonObject>(cancellationToken);
            if (answer?["reason"]?.GetValue<string>() == "SPLIT" && answer["variant"]?.GetValue<string>() is { } variant) seen.Add(variant);
        }

        return seen;
    }

    private async Task<bool> ReportAsync(HttpClient http, List<string> seen, long began, DateTimeOffset from, CancellationToken cancellationToken)
    {
        var variants = new JsonObject();
        foreach (var variant in seen.GroupBy(name => name))
        {
            var users = variant.Count();
            // The new palette finds more, and takes a little longer to open.
            var (finds, opens) = variant.Key == "on" ? (0.58, 46.0) : (0.46, 41.0);
            var times = Enumerable.Range(0, users).Select(_ => opens * (0.6 + (0.8 * random.NextDouble()))).ToList();
            variants[variant.Key] = new JsonObject
            {
                ["users"] = users,
                ["metrics"] = new JsonObject
                {
                    ["found"] = new JsonObject { ["count"] = users, ["sum"] = Enumerable.Range(0, users).Count(_ => random.NextDouble() < finds) },
                    ["opening_time"] = new JsonObject { ["count"] = users, ["sum"] = times.Sum(), ["sumOfSquares"] = times.Sum(time => time * time) },
                },
            };
        }

        var body = new JsonObject
        {
            ["batchId"] = FormattableString.Invariant($"visitors-{began}/{visitors}"),
            ["from"] = from,
            ["to"] = clock.GetUtcNow(),
            ["variants"] = variants,
        };
        using var response = await http.PostAsJsonAsync($"/api/experiments/{DemoStory.Experiment}/outcomes", body, cancellationToken);
        return response.StatusCode is not (HttpStatusCode.Conflict or HttpStatusCode.NotFound);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The simulated visitors had a round that failed; they go on")]
        public static partial void RoundFailed(ILogger logger, Exception failure);
    }
}
