using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Athena.Dashboard.Tests.Infrastructure;

namespace Athena.Dashboard.Tests.Health.Feeds;

/// <summary>Prometheus' API over one application's counters on a clock that moves when told: it scrapes every ten seconds while it is up.</summary>
internal sealed partial class StubPrometheus(FakeClock clock) : HttpMessageHandler
{
    private readonly Dictionary<string, List<(DateTimeOffset At, string Value)>> scraped = [];

    /// <summary>What the application has counted, by name and arm.</summary>
    public Dictionary<(string Name, string Arm), double> Counters { get; } = [];

    /// <summary>Null while it answers.</summary>
    public Func<HttpResponseMessage>? Instead { get; set; }

    /// <summary>It runs, and the application does not let itself be scraped.</summary>
    public bool TargetIsDown { get; set; }

    /// <summary>Written instead of the next values.</summary>
    public string? Value { get; set; }

    /// <summary>A second series beside each.</summary>
    public bool Twice { get; set; }

    public void Scrape()
    {
        if (TargetIsDown) return;
        foreach (var ((name, arm), count) in Counters)
        {
            foreach (var replica in Twice ? (string[])["1", "2"] : [""])
            {
                var labels = JsonSerializer.Serialize(new Dictionary<string, string> { ["__name__"] = name, ["flag"] = HealthBuilders.Rollout.FlagKey, ["arm"] = arm, ["instance"] = "shop:80", ["replica"] = replica });
                if (!scraped.TryGetValue(labels, out var samples)) scraped[labels] = samples = [];
                samples.Add((clock.GetUtcNow(), Value ?? count.ToString(CultureInfo.InvariantCulture)));
            }
        }
    }

    public static HttpResponseMessage Says(HttpStatusCode status, string body = "") => new(status) { Content = new StringContent(body) };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (Instead is not null) return Instead();
        var form = WebUtility.UrlDecode(await request.Content!.ReadAsStringAsync(cancellationToken));
        var asked = Query().Match(form);
        var to = DateTimeOffset.UnixEpoch.AddMilliseconds(Math.Round(double.Parse(asked.Groups["time"].Value, CultureInfo.InvariantCulture) * 1000));
        var from = to.AddMilliseconds(-long.Parse(asked.Groups["window"].Value, CultureInfo.InvariantCulture));
        var result = scraped
            .Where(one => one.Key.Contains($"\"{asked.Groups["name"].Value}\"", StringComparison.Ordinal))
            .Select(one => (Labels: one.Key, Values: one.Value.Where(sample => sample.At > from && sample.At <= to).ToList()))
            .Where(one => one.Values.Count > 0)
            .Select(one => $$"""{"metric":{{one.Labels}},"values":[{{string.Join(',', one.Values.Select(sample => FormattableString.Invariant($"[{sample.At.ToUnixTimeMilliseconds() / 1000.0},\"{sample.Value}\"]")))}}]}""");
        return new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = new StringContent("""{"status":"success","data":{"resultType":"matrix","result":[""" + string.Join(',', result) + "]}}", Encoding.UTF8, "application/json"),
        };
    }

    [GeneratedRegex(@"query=(?<name>\w+)\[(?<window>\d+)ms\]&time=(?<time>[\d.]+)", RegexOptions.None, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Query();
}
