namespace Athena.Dashboard.Platform.Ui;

public enum LineChange
{
    Same,
    Added,
    Removed,
}

public readonly record struct DiffLine(LineChange Change, string Text);

/// <summary>The difference of two texts by lines: the fewest removals and additions that turn one into the other.</summary>
public static class LineDiff
{
    /// <summary>Beyond this many edits the middle is shown as replaced, which is what such a reader sees anyway.</summary>
    public const int EditLimit = 1500;

    public static IReadOnlyList<DiffLine> Compare(string before, string after)
    {
        var (old, now) = (Split(before), Split(after));
        var start = 0;
        while (start < old.Length && start < now.Length && old[start] == now[start]) start++;
        var end = 0;
        while (end < old.Length - start && end < now.Length - start && old[^(end + 1)] == now[^(end + 1)]) end++;

        var lines = new List<DiffLine>();
        lines.AddRange(old[..start].Select(Same));
        lines.AddRange(Middle(old[start..^end], now[start..^end]));
        lines.AddRange(old[^end..].Select(Same));
        return lines;
    }

    private static string[] Split(string text) => text.Length == 0 ? [] : text.ReplaceLineEndings("\n").Split('\n');

    private static DiffLine Same(string text) => new(LineChange.Same, text);

    // Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), the greedy form. furthest[k] is the furthest x
    // reached on diagonal k; the trace keeps what it was before each edit.
    private static List<DiffLine> Middle(string[] old, string[] now)
    {
        var limit = Math.Min(old.Length + now.Length, EditLimit);
        var zero = limit + 1;
        var furthest = new int[2 * zero + 1];
        var trace = new List<int[]>();
        for (var edits = 0; edits <= limit; edits++)
        {
            trace.Add(furthest[(zero - edits - 1)..(zero + edits + 2)]);
            for (var diagonal = -edits; diagonal <= edits; diagonal += 2)
            {
                var at = zero + diagonal;
                var x = Adds(furthest, at, diagonal, edits) ? furthest[at + 1] : furthest[at - 1] + 1;
                while (x < old.Length && x - diagonal < now.Length && old[x] == now[x - diagonal]) x++;
                furthest[at] = x;
                if (x >= old.Length && x - diagonal >= now.Length) return Walk(old, now, trace);
            }
        }

        return [.. old.Select(text => new DiffLine(LineChange.Removed, text)), .. now.Select(text => new DiffLine(LineChange.Added, text))];
    }

    private static List<DiffLine> Walk(string[] old, string[] now, List<int[]> trace)
    {
        var lines = new List<DiffLine>();
        var (x, y) = (old.Length, now.Length);
        for (var edits = trace.Count - 1; edits > 0; edits--)
        {
            var (furthest, diagonal) = (trace[edits], x - y);
            var at = diagonal + edits + 1;
            var adds = Adds(furthest, at, diagonal, edits);
            var fromX = furthest[adds ? at + 1 : at - 1];
            var fromY = fromX - (adds ? diagonal + 1 : diagonal - 1);
            for (; x > fromX && y > fromY; y--) lines.Add(Same(old[--x]));
            lines.Add(adds ? new DiffLine(LineChange.Added, now[fromY]) : new DiffLine(LineChange.Removed, old[fromX]));
            (x, y) = (fromX, fromY);
        }

        while (x > 0) lines.Add(Same(old[--x]));
        lines.Reverse();
        return lines;
    }

    private static bool Adds(int[] furthest, int at, int diagonal, int edits) =>
        diagonal == -edits || (diagonal != edits && furthest[at - 1] < furthest[at + 1]);
}
