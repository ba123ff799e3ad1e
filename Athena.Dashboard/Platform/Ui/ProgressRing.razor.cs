using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Platform.Ui;

/// <summary>How much of a whole, as a ring: ticked items, a stage's time.</summary>
public sealed partial class ProgressRing
{
    [Parameter, EditorRequired]
    public required string Label { get; set; }

    [Parameter, EditorRequired]
    public double Value { get; set; }

    [Parameter]
    public double Max { get; set; } = 1;

    /// <summary>Short, e.g. <c>7/22</c>; drawn inside from 32 pixels on.</summary>
    [Parameter]
    public string? Text { get; set; }

    /// <summary>Edge in pixels.</summary>
    [Parameter]
    public int Size { get; set; } = 32;

    [Parameter]
    public StateKind Kind { get; set; } = StateKind.Progress;

    private double Share => Max > 0 ? Math.Clamp(Value / Max, 0, 1) : 0;

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
