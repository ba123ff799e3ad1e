using Athena.Dashboard.Experiments.Domain;

namespace Athena.Dashboard.Experiments.Pages;

/// <summary>A metric while it is typed; a proportion's margin in percentage points.</summary>
public sealed class MetricDraft
{
    public string Name { get; set; } = "";

    public MetricKind Kind { get; set; }

    public BetterDirection Better { get; set; }

    public string Unit { get; set; } = "";

    public decimal? Margin { get; set; }

    public static MetricDraft Of(ExperimentMetric metric) => new()
    {
        Name = metric.Name,
        Kind = metric.Kind,
        Better = metric.Better,
        Unit = metric.Unit,
        Margin = metric.Margin is { } margin and < 1e12 ? (decimal)margin * (metric.Kind == MetricKind.Proportion ? 100 : 1) : null,
    };

    public ExperimentMetric ToMetric() =>
        new(Name.Trim(), Kind, Better, Kind == MetricKind.Proportion ? "" : Unit.Trim(), Margin is { } margin ? (double)(Kind == MetricKind.Proportion ? margin / 100 : margin) : null);
}
