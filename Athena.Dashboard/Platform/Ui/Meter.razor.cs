using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Platform.Ui;

/// <summary>How much of a whole, as a bar.</summary>
public sealed partial class Meter
{
    /// <summary>What is measured, for those who cannot see the bar.</summary>
    [Parameter, EditorRequired]
    public required string Label { get; set; }

    /// <summary>0 to <see cref="Max"/>; beyond is drawn as full.</summary>
    [Parameter, EditorRequired]
    public double Value { get; set; }

    [Parameter]
    public double Max { get; set; } = 1;

    /// <summary>The figure beside the bar.</summary>
    [Parameter]
    public string? Text { get; set; }

    [Parameter]
    public StateKind Kind { get; set; } = StateKind.Progress;

    private double Share => Max > 0 ? Math.Clamp(Value / Max, 0, 1) : 0;

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
