using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Recovery.Domain;

namespace Athena.Dashboard.Recovery.Pages;

/// <summary>The words, shapes and lines in which pages speak of drills.</summary>
internal static class DrillPhrases
{
    public static IReadOnlyList<ChartSeries> Series { get; } =
    [
        new("whole", "In all"),
        new("detect", "Detect"),
        new("decide", "Decide"),
        new("act", "Act"),
        new("verify", "Verify"),
    ];

    public static (StateKind Kind, string Text) State(Drill drill) => drill.Part switch
    {
        DrillPart.Preparing => (StateKind.Progress, "Preparing"),
        DrillPart.Healthy => (StateKind.Progress, "Reporting healthy"),
        DrillPart.Faulty => (StateKind.Progress, "Reporting a fault"),
        DrillPart.Verifying => (StateKind.Progress, "Verifying"),
        DrillPart.Passed => (StateKind.Good, "Passed"),
        DrillPart.Failed => (StateKind.Harm, "Failed"),
        DrillPart.Interrupted => (StateKind.Muted, "Interrupted"),
        _ => throw new ArgumentOutOfRangeException(nameof(drill), drill.Part, null),
    };

    public static ChartPoint PointOf(Drill drill) => new(
        drill.StartedAt,
        new Dictionary<string, double?>
        {
            ["whole"] = drill.Whole?.TotalMilliseconds,
            ["detect"] = drill.ToDetect?.TotalMilliseconds,
            ["decide"] = drill.ToDecide?.TotalMilliseconds,
            ["act"] = drill.ToAct?.TotalMilliseconds,
            ["verify"] = drill.ToVerify?.TotalMilliseconds,
        });
}
