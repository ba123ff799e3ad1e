using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Athena.Dashboard.Health.Domain.Feeds;

namespace Athena.Dashboard.Health;

/// <summary>Prometheus servers that are asked for counts; section <c>Athena:Prometheus</c>. docs/prometheus.md has an example.</summary>
public sealed class PrometheusOptions : IValidatableObject
{
    public const string Section = "Athena:Prometheus";

    /// <summary>The servers. Empty (default): applications report by themselves.</summary>
    public List<PrometheusSource> Sources { get; set; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (source, index) in Sources.Select((source, index) => (source, index)))
        {
            foreach (var fault in source.Faults()) yield return new ValidationResult(FormattableString.Invariant($"Sources:{index}:{fault}"));
        }

        foreach (var twice in Sources.GroupBy(source => source.Name, StringComparer.OrdinalIgnoreCase).Where(same => same.Count() > 1))
            yield return new ValidationResult($"Sources: two have the Name '{twice.Key}'.");
    }
}

/// <summary>One Prometheus server and what it is asked for.</summary>
public sealed partial class PrometheusSource
{
    /// <summary>How pages, alerts and the history call it; lower case letters, digits and hyphens.</summary>
    public string Name { get; set; } = "";

    /// <summary>Where its HTTP API is, e.g. <c>http://prometheus:9090</c>.</summary>
    public string Url { get; set; } = "";

    /// <summary>The environment that its counts are from. Default production.</summary>
    public string Environment { get; set; } = "production";

    /// <summary>Bearer token to ask with. Empty (default): none.</summary>
    public string Token { get; set; } = "";

    /// <summary>Seconds between two askings. 0.1 to 300, default 15.</summary>
    public double IntervalSeconds { get; set; } = 15;

    /// <summary>Seconds between two scrapes, as Prometheus is configured. 0.1 to 120, default 15. Samples 2.5 times that apart are a gap.</summary>
    public double ScrapeSeconds { get; set; } = 15;

    /// <summary>Seconds that one answer may take. 0.1 to 120, default 10.</summary>
    public double TimeoutSeconds { get; set; } = 10;

    /// <summary>Label that holds the flag's key. Default flag.</summary>
    public string FlagLabel { get; set; } = "flag";

    /// <summary>Label that holds exposed, control or outside. Default arm.</summary>
    public string ArmLabel { get; set; } = "arm";

    /// <summary>Labels that tell targets apart, separated by commas. Default job, instance.</summary>
    public string InstanceLabels { get; set; } = "job, instance";

    /// <summary>
    /// Counters by the name of the count: requests, errors, crashes, critical_errors, score_1 to score_5, or one that the
    /// process's metric catalogue names.
    /// </summary>
    public Dictionary<string, PrometheusCounter> Counts { get; set; } = [];

    /// <summary>A classic histogram of response times, without _bucket: its sum, count and buckets are asked for. Empty (default): none.</summary>
    public string Histogram { get; set; } = "";

    /// <summary>Labels of the histogram that are summed over, separated by commas. Empty (default): none.</summary>
    public string HistogramSumOver { get; set; } = "";

    /// <summary>Whether the histogram counts seconds (default) or milliseconds.</summary>
    public bool HistogramInMilliseconds { get; set; }

    internal FeedLayout Layout => new(Name, FlagLabel, ArmLabel, Split(InstanceLabels), TimeSpan.FromSeconds(ScrapeSeconds));

    /// <summary>What is asked for, requests first.</summary>
    internal IEnumerable<(FeedCount Count, string Selector)> Queries()
    {
        foreach (var (name, counter) in Counts.OrderBy(count => count.Key != "requests").ThenBy(count => count.Key, StringComparer.Ordinal))
            yield return (new FeedCount(name, FeedPart.Count, Split(counter.SumOver)), counter.Select.Trim());
        if (Histogram.Length == 0) yield break;
        var unit = HistogramInMilliseconds ? 1 : 1000;
        foreach (var (part, suffix) in ((FeedPart, string)[])[(FeedPart.LatencyBuckets, "_bucket"), (FeedPart.LatencySum, "_sum")])
            yield return (new FeedCount("latency", part, Split(HistogramSumOver)) { ToMilliseconds = unit }, Selector().Replace(Histogram.Trim(), "${name}" + suffix + "${labels}"));
    }

    internal IEnumerable<string> Faults()
    {
        if (!Word().IsMatch(Name)) yield return $"Name: '{Name}' is not a name of lower case letters, digits and hyphens.";
        if (!(Uri.TryCreate(Url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")) yield return $"Url: '{Url}' is not an address that begins with http:// or https://.";
        else if (address.UserInfo.Length > 0) yield return "Url: holds a password; use Token.";
        if (Environment.Length == 0) yield return "Environment: is empty.";
        if (IntervalSeconds is not (>= 0.1 and <= 300)) yield return "IntervalSeconds: must be between 0.1 and 300.";
        if (ScrapeSeconds is not (>= 0.1 and <= 120)) yield return "ScrapeSeconds: must be between 0.1 and 120.";
        if (TimeoutSeconds is not (>= 0.1 and <= 120)) yield return "TimeoutSeconds: must be between 0.1 and 120.";
        if (FlagLabel.Length == 0 || ArmLabel.Length == 0) yield return "FlagLabel and ArmLabel: must be names of labels.";
        if (Split(InstanceLabels).IsEmpty) yield return "InstanceLabels: names no label.";
        if (Counts.Count == 0 && Histogram.Length == 0) yield return "Counts: names no counter.";
        foreach (var (name, counter) in Counts.Where(count => !Selector().IsMatch(count.Value.Select.Trim())))
            yield return $"Counts:{name}:Select: '{counter.Select}' is not the plain selector of a counter, such as http_requests_total{{job=\"shop\"}}. Rates and sums lose resets.";
        if (Histogram.Length > 0 && !Selector().IsMatch(Histogram.Trim()))
            yield return $"Histogram: '{Histogram}' is not the plain selector of a histogram, such as http_request_duration_seconds{{job=\"shop\"}}.";
    }

    private static ImmutableArray<string> Split(string names) => [.. names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    [GeneratedRegex(@"^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?<labels>\{.*\})?$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Selector();

    [GeneratedRegex("^[a-z0-9-]{1,40}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();
}

/// <summary>Where one count comes from.</summary>
public sealed class PrometheusCounter
{
    /// <summary>The plain selector of a counter: <c>http_requests_total{job="shop",code=~"5.."}</c>.</summary>
    public string Select { get; set; } = "";

    /// <summary>Labels over which its series are summed, separated by commas. Empty (default): none, and several series are refused.</summary>
    public string SumOver { get; set; } = "";
}
