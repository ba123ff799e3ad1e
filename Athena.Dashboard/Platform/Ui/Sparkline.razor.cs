using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Platform.Ui;

/// <summary>A few values as a small line, drawn on the server; a gap for null.</summary>
public sealed partial class Sparkline
{
    /// <summary>What it shows, with its last value: the line itself says nothing to those who cannot see it.</summary>
    [Parameter, EditorRequired]
    public required string Label { get; set; }

    /// <summary>Oldest first.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<double?> Values { get; set; }

    /// <summary>A value drawn as a dashed line.</summary>
    [Parameter]
    public double? Limit { get; set; }

    [Parameter]
    public StateKind Kind { get; set; } = StateKind.Progress;

    [Parameter]
    public int Width { get; set; } = 96;

    [Parameter]
    public int Height { get; set; } = 24;

    private double Top => Math.Max(Values.Max() ?? 0, Limit ?? 0) is var top and > 0 ? top * 1.1 : 1;

    private string Line => string.Concat(Runs().Select(run => "M" + string.Join('L', run.Select(Point))));

    private string Area => string.Concat(Runs().Select(run =>
        "M" + X(run[0].Index) + " " + Number(Height) + "L" + string.Join('L', run.Select(Point)) + "L" + X(run[^1].Index) + " " + Number(Height) + "Z"));

    private string LimitLine(double limit) => "M0 " + Y(limit) + "H" + Number(Width);

    private IEnumerable<List<(int Index, double Value)>> Runs()
    {
        var run = new List<(int, double)>();
        for (var i = 0; i < Values.Count; i++)
        {
            if (Values[i] is { } value) run.Add((i, value));
            else if (run.Count > 0)
            {
                yield return run;
                run = [];
            }
        }

        if (run.Count > 0) yield return run;
    }

    private string Point((int Index, double Value) at) => X(at.Index) + " " + Y(at.Value);

    private string X(int index) => Number(Values.Count < 2 ? 0 : (double)index / (Values.Count - 1) * Width);

    private string Y(double value) => Number(Height - 1 - Math.Clamp(value / Top, 0, 1) * (Height - 2));

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
