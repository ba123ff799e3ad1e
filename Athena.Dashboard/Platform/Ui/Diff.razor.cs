using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Platform.Ui;

/// <summary>Two texts, line by line; long unchanged stretches are folded.</summary>
public sealed partial class Diff
{
    [Parameter, EditorRequired]
    public required string Before { get; set; }

    [Parameter, EditorRequired]
    public required string After { get; set; }

    [Parameter]
    public string Label { get; set; } = "Difference";

    /// <summary>Unchanged lines kept around each change.</summary>
    [Parameter]
    public int Context { get; set; } = 3;

    private IReadOnlyList<(int Hidden, DiffLine Line)> Parts { get; set; } = [];

    protected override void OnParametersSet() => Parts = Fold(LineDiff.Compare(Before, After));

    private List<(int Hidden, DiffLine Line)> Fold(IReadOnlyList<DiffLine> lines)
    {
        var near = new bool[lines.Count];
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i].Change is LineChange.Same) continue;
            for (var k = Math.Max(0, i - Context); k <= Math.Min(lines.Count - 1, i + Context); k++) near[k] = true;
        }

        var parts = new List<(int, DiffLine)>();
        for (var i = 0; i < lines.Count;)
        {
            var from = i;
            while (i < lines.Count && !near[i]) i++;
            if (i > from) parts.Add((i - from, default));
            else parts.Add((0, lines[i++]));
        }

        return parts;
    }

    private static string Sign(LineChange change) => change switch { LineChange.Added => "+", LineChange.Removed => "−", _ => "" };

    private static string? Word(LineChange change) => change is LineChange.Same ? null : change.ToString();
}
