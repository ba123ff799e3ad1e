using System.Globalization;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Recovery.Domain;
using Athena.Dashboard.Rollouts.Contracts;

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

    /// <summary>What is known of it, in order.</summary>
    /// <param name="rollback">Null as long as nothing is taken back.</param>
    public static IReadOnlyList<DrillMoment> Moments(Drill drill, RollbackRecord? rollback)
    {
        var known = new List<(DateTimeOffset? At, string What, string Detail)>
        {
            (drill.StartedAt, "Started", $"By {drill.StartedBy}."),
            (rollback?.StartedAt, "Exposed", "The flag is on for half of the users, and both sides are reported to be healthy."),
            (drill.FaultAt, "Fault injected", DrillScript.FaultText + "."),
            (drill.DetectedAt, "Detected", "The first look at which the rule that decided found it."),
            (drill.DecidedAt, "Decided", rollback?.Decision.Reason ?? ""),
        };
        if (rollback is not null) known.AddRange(rollback.Journal.Select(step => (step.DoneAt, step.Title, step.Outcome ?? "")));
        known.Add((drill.VerifiedAt, "Verified", string.Create(CultureInfo.InvariantCulture, $"All of {DrillScript.Users.Length} users were answered the old value.")));
        if (drill.VerifiedAt is null) known.Add((drill.EndedAt, State(drill).Text, drill.Outcome ?? ""));
        return [.. known.Where(moment => moment.At is not null).OrderBy(moment => moment.At).Select((moment, index) => new DrillMoment(
            index, moment.At!.Value, moment.What, moment.Detail, moment.At - drill.FaultAt is { } after && after >= TimeSpan.Zero ? after : null))];
    }

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

/// <param name="AfterFault">Null for what came before it.</param>
internal sealed record DrillMoment(int Number, DateTimeOffset At, string What, string Detail, TimeSpan? AfterFault);
