using System.Globalization;
using Athena.Dashboard.Experiments.Contracts;
using Athena.Dashboard.Experiments.Domain;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;

namespace Athena.Dashboard.Experiments.Pages;

/// <summary>Experiments in words.</summary>
internal static class ExperimentText
{
    public static string Title(ExperimentState state) => state switch
    {
        ExperimentState.Planned => "Planned",
        ExperimentState.Running => "Running",
        ExperimentState.Stopped => "Stopped",
        ExperimentState.Decided => "Decided",
        ExperimentState.Cancelled => "Cancelled",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    public static StateKind Kind(ExperimentState state) => state switch
    {
        ExperimentState.Running => StateKind.Progress,
        ExperimentState.Stopped => StateKind.Hold,
        ExperimentState.Decided => StateKind.Good,
        ExperimentState.Cancelled => StateKind.Muted,
        _ => StateKind.Neutral,
    };

    public static string Title(DecisionKind kind, string? variant) => kind switch
    {
        DecisionKind.Ship => $"Ship {variant}",
        DecisionKind.KeepControl => $"Keep {variant}",
        _ => "Inconclusive",
    };

    public static StateKind Kind(ReadoutVerdict verdict) => verdict switch
    {
        ReadoutVerdict.Better or ReadoutVerdict.NotHarmed => StateKind.Good,
        ReadoutVerdict.Worse or ReadoutVerdict.Harmed => StateKind.Harm,
        ReadoutVerdict.TooEarly => StateKind.Muted,
        _ => StateKind.Neutral,
    };

    /// <summary>What a comparison says, in a few words.</summary>
    public static string Verdict(Comparison told, ExperimentMetric metric) => told.Verdict switch
    {
        ReadoutVerdict.TooEarly => "Too early to say",
        ReadoutVerdict.Better => "Better",
        ReadoutVerdict.Worse => "Worse",
        ReadoutVerdict.NoRelevantDifference => $"No difference larger than {metric.FormatDifference(Math.Max(Math.Abs(told.Lower!.Value), Math.Abs(told.Upper!.Value)))}",
        ReadoutVerdict.Harmed => "Harmed",
        ReadoutVerdict.NotHarmed => metric.Margin > 0 ? $"Not harmed beyond {metric.FormatDifference(metric.Margin.Value)}" : "Not harmed",
        _ => "Cannot tell yet",
    };

    /// <summary>What it would take; null where nothing is missing or it cannot be said.</summary>
    public static string? Needed(Comparison told, ExperimentMetric metric) => told.Verdict switch
    {
        ReadoutVerdict.TooEarly => metric.Kind == MetricKind.Proportion
            ? $"Each side needs {ExperimentReadout.FewestUsers} known outcomes, and both together {ExperimentReadout.FewestOfEach} who did and {ExperimentReadout.FewestOfEach} who did not."
            : $"Each side needs {ExperimentReadout.FewestUsers} known outcomes.",
        ReadoutVerdict.CannotTell when told.UsersNeeded is { } users => $"Needs about {Rounded(users)} more users{(told.IsGuard || metric.Margin is null ? ", if it stays like this" : "")}.",
        _ => null,
    };

    public static string Lift(double? lift) => lift is { } value ? Signed(100 * value, "0.#") + " %" : "–";

    public static string Difference(Comparison told, ExperimentMetric metric) =>
        told.Difference is { } difference ? (difference > 0 ? "+" : "") + metric.FormatDifference(difference) : "–";

    public static string Interval(Comparison told, ExperimentMetric metric) =>
        told is { Lower: { } lower, Upper: { } upper } ? metric.FormatInterval(lower, upper) : "no interval yet";

    public static string Share(double share) => (100 * share).ToString("0.##", CultureInfo.InvariantCulture) + " %";

    public static string Figure(long count) => count.ToString("N0", CultureInfo.InvariantCulture).Replace(',', ' ');

    /// <summary>An event of the history: what happened, and why.</summary>
    public static (StateKind Kind, string Title, string? Text) Told(IDomainEvent? happened) => happened switch
    {
        ExperimentCreated => (StateKind.Neutral, "Planned", null),
        ExperimentChanged => (StateKind.Neutral, "Changed before it began", null),
        ExperimentStarted => (StateKind.Progress, "Started", null),
        ExperimentStartRefused refused => (StateKind.Hold, "Did not begin by plan", refused.Reason),
        ExperimentDisturbed disturbed => (StateKind.Hold, "Disturbed", disturbed.What),
        ExperimentStopped stopped => (StateKind.Hold, "Stopped", stopped.Reason),
        ExperimentCancelled cancelled => (StateKind.Muted, "Cancelled", cancelled.Reason),
        ExperimentDecided decided => (StateKind.Good, decided.Decision switch { "ship" => $"Decided to ship {decided.Variant}", "keepControl" => $"Decided to keep {decided.Variant}", _ => "Decided: inconclusive" }, decided.Reason),
        _ => (StateKind.Neutral, "Changed", null),
    };

    /// <summary>A refusal as the tip of a button: why, and who can.</summary>
    public static string Sentence(this Refusal refusal) =>
        refusal.WhoCan.IsDefaultOrEmpty ? refusal.Title : $"{refusal.Title} {string.Join(", ", refusal.WhoCan)} can.";

    /// <summary>A key made of a name: lower case, with hyphens.</summary>
    public static string KeyOf(string name)
    {
        var letters = name.Trim().ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-').ToArray();
        return string.Join('-', new string(letters).Split('-', StringSplitOptions.RemoveEmptyEntries));
    }

    // Two figures are all that an estimate deserves.
    private static string Rounded(long users)
    {
        var step = Math.Max(1, (long)Math.Pow(10, Math.Floor(Math.Log10(Math.Max(1, users))) - 1));
        return Figure((users + step - 1) / step * step);
    }

    private static string Signed(double value, string format) => (value > 0 ? "+" : value < 0 ? "−" : "") + Math.Abs(value).ToString(format, CultureInfo.InvariantCulture);
}
