using System.Collections.Frozen;
using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain.Otlp;

namespace Athena.Dashboard.Health;

/// <summary>
/// What is counted of the metrics that OpenTelemetry exporters send to <c>/v1/metrics</c>; section
/// <c>Athena:OpenTelemetry</c>. docs/opentelemetry.md has an example.
/// </summary>
public sealed class OpenTelemetryOptions : IValidatableObject
{
    public const string Section = "Athena:OpenTelemetry";

    /// <summary>What is counted. Empty (default): exports are taken, and nothing of them is.</summary>
    public List<OpenTelemetrySource> Sources { get; set; } = [];

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

/// <summary>Metrics of one kind of application, and what is counted of them.</summary>
public sealed partial class OpenTelemetrySource
{
    /// <summary>How pages, alerts and the history call it; lower case letters, digits and hyphens. No Prometheus source may have the same.</summary>
    public string Name { get; set; } = "";

    /// <summary>The environment that it is for: exports with an API key of this environment are counted. Default production.</summary>
    public string Environment { get; set; } = "production";

    /// <summary>Seconds between two exports, as the applications are configured (<c>OTEL_METRIC_EXPORT_INTERVAL</c>). 0.1 to 300, default 60. Points 2.5 times that apart are a gap.</summary>
    public double ExportSeconds { get; set; } = 60;

    /// <summary>Attribute of points, or of their resource, that holds the flag's key. Default feature_flag.key.</summary>
    public string FlagAttribute { get; set; } = "feature_flag.key";

    /// <summary>Attribute that says which arm. Default arm.</summary>
    public string ArmAttribute { get; set; } = "arm";

    /// <summary>
    /// What the values of <see cref="ArmAttribute"/> mean, e.g. <c>"on": "exposed"</c>, beside exposed, control and
    /// outside, which mean themselves. Empty (default): only those.
    /// </summary>
    public Dictionary<string, string> Arms { get; set; } = [];

    /// <summary>Attributes that tell instances apart, separated by commas; those that are missing are left out. Default service.name, service.instance.id, host.name, k8s.pod.name.</summary>
    public string InstanceAttributes { get; set; } = "service.name, service.instance.id, host.name, k8s.pod.name";

    /// <summary>
    /// Metrics by the name of the count: requests, errors, crashes, critical_errors, score_1 to score_5, users, adopters,
    /// or one that the process's metric catalogue names.
    /// </summary>
    public Dictionary<string, OpenTelemetryCounter> Counts { get; set; } = [];

    /// <summary>A histogram of response times. Empty (default): none.</summary>
    public string Histogram { get; set; } = "";

    /// <summary>The histogram's unit where the metric does not say it: s, ms, us or ns. Empty (default): it has to say it.</summary>
    public string HistogramUnit { get; set; } = "";

    internal OtlpLayout Layout => new(
        Name,
        FlagAttribute,
        ArmAttribute,
        Arms.Append(new("exposed", "exposed")).Append(new("control", "control")).Append(new("outside", "outside"))
            .DistinctBy(arm => arm.Key, StringComparer.Ordinal)
            .ToFrozenDictionary(arm => arm.Key, arm => ArmOf(arm.Value)!.Value, StringComparer.Ordinal),
        [.. InstanceAttributes.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)],
        [
            .. Counts.OrderBy(count => count.Key, StringComparer.Ordinal).Select(count => new OtlpCount(
                count.Key, count.Value.Metric, [.. count.Value.Where.OrderBy(where => where.Key, StringComparer.Ordinal).Select(where => new OtlpCondition(where.Key, where.Value))])),
        ],
        Histogram,
        HistogramUnit,
        TimeSpan.FromSeconds(ExportSeconds));

    internal IEnumerable<string> Faults()
    {
        if (!Word().IsMatch(Name)) yield return $"Name: '{Name}' is not a name of lower case letters, digits and hyphens.";
        if (Environment.Length == 0) yield return "Environment: is empty.";
        if (ExportSeconds is not (>= 0.1 and <= 300)) yield return "ExportSeconds: must be between 0.1 and 300.";
        if (FlagAttribute.Length == 0 || ArmAttribute.Length == 0) yield return "FlagAttribute and ArmAttribute: must be names of attributes.";
        if (string.IsNullOrWhiteSpace(InstanceAttributes.Replace(",", "", StringComparison.Ordinal))) yield return "InstanceAttributes: names no attribute.";
        if (Counts.Count == 0 && Histogram.Length == 0) yield return "Counts: names no metric.";
        foreach (var (value, arm) in Arms.Where(arm => ArmOf(arm.Value) is null)) yield return $"Arms:{value}: '{arm}' is not exposed, control or outside.";
        foreach (var (name, _) in Counts.Where(count => count.Value.Metric.Length == 0)) yield return $"Counts:{name}:Metric: is empty.";
        if (HistogramUnit is not ("" or "s" or "ms" or "us" or "ns")) yield return $"HistogramUnit: '{HistogramUnit}' is not s, ms, us or ns.";
    }

    private static Arm? ArmOf(string word) => word switch
    {
        "exposed" => Arm.Exposed,
        "control" => Arm.Control,
        "outside" => Arm.Outside,
        _ => null,
    };

    [GeneratedRegex("^[a-z0-9-]{1,40}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();
}

/// <summary>Where one count comes from.</summary>
public sealed class OpenTelemetryCounter
{
    /// <summary>A sum that only rises, or a histogram, whose count is taken; for users and adopters a gauge.</summary>
    public string Metric { get; set; } = "";

    /// <summary>
    /// Values that attributes have to have: <c>"http.response.status_code": "5*"</c> for all that begin so, <c>"*"</c>
    /// for any. Empty (default): all points. Points that differ in anything else are summed.
    /// </summary>
    public Dictionary<string, string> Where { get; set; } = [];
}
