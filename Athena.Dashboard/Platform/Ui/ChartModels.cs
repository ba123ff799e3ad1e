namespace Athena.Dashboard.Platform.Ui;

/// <summary>How the numbers of a chart are written.</summary>
public enum ChartUnit
{
    Number,

    /// <summary>Values are fractions: 0.012 is written 1.2 %.</summary>
    Percent,
    Milliseconds,
    PerSecond,
}

/// <summary>One line of a chart.</summary>
/// <param name="Name">The name under which values arrive.</param>
/// <param name="Steps">Drawn as steps: for values that hold until they change, such as exposure.</param>
public sealed record ChartSeries(string Name, string Label, bool Steps = false);

/// <summary>A dashed line at a value that decides something.</summary>
/// <param name="Harm">Crossing it means harm; drawn in red.</param>
public sealed record ChartThreshold(double Value, string Label, bool Harm = false);

/// <summary>A stretch of time in which something is missing from what is drawn: shaded, and a line of its own in the table.</summary>
/// <param name="Label">What is missing: <c>api-1 left out 1 s</c>.</param>
public sealed record ChartGap(DateTimeOffset From, DateTimeOffset To, string Label);

/// <summary>Values at a moment; a missing or null one is a gap.</summary>
public sealed record ChartPoint(DateTimeOffset At, IReadOnlyDictionary<string, double?> Values);
