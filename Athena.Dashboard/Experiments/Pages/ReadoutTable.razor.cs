using Athena.Dashboard.Experiments.Domain;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Experiments.Pages;

/// <summary>Comparisons of a readout: those by the primary metric, or those by the guards.</summary>
public sealed partial class ReadoutTable
{
    [Parameter, EditorRequired]
    public required string Label { get; set; }

    [Parameter, EditorRequired]
    public required ExperimentDesign Design { get; set; }

    [Parameter, EditorRequired]
    public required ExperimentReadout Readout { get; set; }

    /// <summary>Only the guards; else only the primary metric.</summary>
    [Parameter]
    public bool Guards { get; set; }

    private IEnumerable<(ExperimentMetric Metric, Comparison Told)> Rows => Design.Metrics
        .SelectMany(metric => Readout.Comparisons.Where(told => told.Metric == metric.Name && told.IsGuard == Guards).Select(told => (metric, told)));

    private double ScaleOf(ExperimentMetric metric) => 1.05 * Readout.Comparisons.Where(told => told.Metric == metric.Name)
        .SelectMany(told => new[] { Math.Abs(told.Lower ?? 0), Math.Abs(told.Upper ?? 0), metric.Margin ?? 0 })
        .Append(double.Epsilon).Max();

    // A guard's limit lies on the side where it is worse.
    private double? MarginOf(ExperimentMetric metric) => Guards && metric.Better == BetterDirection.Higher ? -metric.Margin : metric.Margin;
}
