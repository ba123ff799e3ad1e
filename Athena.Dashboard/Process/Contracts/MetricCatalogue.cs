using System.Collections.Immutable;

namespace Athena.Dashboard.Process.Contracts;

/// <summary>The measures that rules may name. A rule that names anything else is refused when it is read.</summary>
public sealed record MetricCatalogue(ImmutableArray<MetricDefinition> Metrics)
{
    public MetricDefinition? Find(string key) => Metrics.FirstOrDefault(metric => metric.Key == key);

    /// <summary>Follows an alias or a condition to the metric that is measured; null when there is none of that key.</summary>
    public MetricDefinition? Resolve(string key) =>
        Find(key) is not { } metric ? null
        : metric.Kind is MetricKind.Alias or MetricKind.Condition && metric.Of is { } of ? Resolve(of)
        : metric;
}

/// <summary>How one measure is made from the counts that applications report.</summary>
/// <param name="Key">As rules write it: <c>error_rate</c>.</param>
/// <param name="Parts">
/// Names of the counts it is made of; for a ratio, a mean and a share the numerator first. Empty for kinds that are
/// made of another metric; <see cref="CountNames.LatencyBuckets"/> for a quantile.
/// </param>
/// <param name="Unit">Unit of the value, and what a bare number in a rule means.</param>
/// <param name="Direction">Which way is better.</param>
/// <param name="Of">The metric that a derived one, an alias or a condition is made of; null for measured ones.</param>
/// <param name="Limit">Threshold of a <see cref="MetricKind.Condition"/>, in the unit of <paramref name="Of"/>; null for others.</param>
public sealed record MetricDefinition(
    string Key,
    string Title,
    string Description,
    MetricKind Kind,
    ImmutableArray<string> Parts,
    MetricUnit Unit,
    MetricDirection Direction,
    string? Of,
    double? Limit)
{
    /// <summary>The share of a <see cref="MetricKind.Quantile"/> that lies below the value, 0.5 to 0.999; null for others.</summary>
    public double? Quantile { get; init; }

    /// <summary>Compares the exposed with the control, so that both arms must have traffic.</summary>
    public bool IsRelative => Kind is MetricKind.RelativeIncrease or MetricKind.Drop;
}

public enum MetricKind
{
    /// <summary>Count over count: <c>errors / requests</c>.</summary>
    Ratio,

    /// <summary>Sum over count: the mean response time.</summary>
    Mean,

    /// <summary>Count per second of observed time.</summary>
    Rate,

    /// <summary>Mean of counts per score 1 to 5.</summary>
    Score,

    /// <summary>Distinct users over distinct users.</summary>
    Share,

    /// <summary>A plain count.</summary>
    Count,

    /// <summary>Exposed over control minus 1, of another metric.</summary>
    RelativeIncrease,

    /// <summary>Control minus exposed, of another metric.</summary>
    Drop,

    /// <summary>Another name for another metric.</summary>
    Alias,

    /// <summary>True while another metric is below <see cref="MetricDefinition.Limit"/>; rules write <c>name: true</c>.</summary>
    Condition,

    /// <summary>The response time that <see cref="MetricDefinition.Quantile"/> of all do not exceed, from bucket counts.</summary>
    Quantile,
}

public enum MetricUnit
{
    /// <summary>0.05 is 5 %.</summary>
    Fraction,
    Milliseconds,
    PerSecond,

    /// <summary>1 to 5, or a difference of such scores.</summary>
    Score,
    Count,
}

public enum MetricDirection
{
    LowerIsBetter,
    HigherIsBetter,
}
