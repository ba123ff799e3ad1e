using System.Collections.Immutable;
using System.Globalization;
using Athena.Dashboard.Process.Contracts;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Process.Pages;

/// <summary>The metric catalogue as a table.</summary>
public sealed partial class MetricsSection
{
    [Parameter, EditorRequired]
    public required ImmutableArray<MetricDefinition> Metrics { get; set; }

    private static string MadeOf(MetricDefinition metric) => metric.Kind switch
    {
        MetricKind.Ratio or MetricKind.Mean or MetricKind.Share => string.Join(" / ", metric.Parts),
        MetricKind.Rate => $"{metric.Parts[0]} / s",
        MetricKind.RelativeIncrease => $"{metric.Of}: exposed / control − 1",
        MetricKind.Drop => $"{metric.Of}: control − exposed",
        MetricKind.Quantile => string.Create(CultureInfo.InvariantCulture, $"{metric.Quantile * 100:0.#} % of {metric.Parts[0]}"),
        MetricKind.Alias => $"= {metric.Of}",
        MetricKind.Condition => string.Create(CultureInfo.InvariantCulture, $"{metric.Of} {(metric.Direction == MetricDirection.LowerIsBetter ? "<" : ">")} {metric.Limit}"),
        _ => string.Join(", ", metric.Parts),
    };

    private static string Unit(MetricDefinition metric) => metric.Kind == MetricKind.Condition ? "yes or no" : metric.IsRelative && metric.Unit == MetricUnit.Score ? "score points" : metric.Unit switch
    {
        MetricUnit.Fraction => "fraction",
        MetricUnit.Milliseconds => "ms",
        MetricUnit.PerSecond => "per second",
        MetricUnit.Score => "score 1–5",
        _ => "count",
    };
}
