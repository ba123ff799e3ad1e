using System.Globalization;
using Athena.Dashboard.Experiments.Domain;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Experiments.Pages;

/// <summary>An interval drawn against zero; left is less, right is more.</summary>
public sealed partial class IntervalBar
{
    [Parameter, EditorRequired]
    public required Comparison Told { get; set; }

    /// <summary>The difference at the right end, above 0; the same for all bars of a metric.</summary>
    [Parameter, EditorRequired]
    public required double Scale { get; set; }

    /// <summary>What matters or is tolerated, as a difference; null for none.</summary>
    [Parameter]
    public double? Margin { get; set; }

    /// <summary>The margin counts on both sides of zero.</summary>
    [Parameter]
    public bool BothSides { get; set; }

    /// <summary>The same in words.</summary>
    [Parameter, EditorRequired]
    public required string Label { get; set; }

    private string Css => Told.Verdict switch
    {
        ReadoutVerdict.Better or ReadoutVerdict.NotHarmed => "good",
        ReadoutVerdict.Worse or ReadoutVerdict.Harmed => "harm",
        _ => "open",
    };

    private string At(double difference) => (100 + (95 * Math.Clamp(difference / Scale, -1, 1))).ToString("0.##", CultureInfo.InvariantCulture);
}
