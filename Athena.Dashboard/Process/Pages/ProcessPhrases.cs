using System.Globalization;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Process.Pages;

/// <summary>The process in the words of a reading page.</summary>
internal static class ProcessPhrases
{
    public static string Phrase(this ReleaseState state) => state switch
    {
        ReleaseState.Planned => "Planned",
        ReleaseState.InDevelopment => "In development",
        ReleaseState.InQa => "In QA",
        ReleaseState.InPreparation => "In preparation",
        ReleaseState.RollingOut => "Rolling out",
        ReleaseState.Completed => "Completed",
        ReleaseState.RolledBack => "Rolled back",
        ReleaseState.Cancelled => "Cancelled",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    public static string Phrase(this RuleAction action) => action switch
    {
        RuleAction.Alert => "Alert",
        RuleAction.Hold => "Hold",
        RuleAction.Gradual => "Roll back stage by stage",
        RuleAction.RollBack => "Roll back at once",
        RuleAction.Emergency => "Emergency: roll back and switch off",
        _ => throw new ArgumentOutOfRangeException(nameof(action), action, null),
    };

    public static string Icon(this RuleAction action) => action switch
    {
        RuleAction.Alert => "bell",
        RuleAction.Hold => "pause",
        RuleAction.Gradual => "arrow-down",
        RuleAction.RollBack => "undo",
        RuleAction.Emergency => "octagon-x",
        _ => throw new ArgumentOutOfRangeException(nameof(action), action, null),
    };

    /// <summary><c>1 item</c>, <c>22 items</c>.</summary>
    public static string Count(int number, string singular, string? plural = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {(number == 1 ? singular : plural ?? singular + "s")}");

    /// <summary>Two ends, or one where they are the same: <c>24–48</c>.</summary>
    public static string Range<T>(T from, T to)
        where T : notnull => from.Equals(to) ? FormattableString.Invariant($"{from}") : FormattableString.Invariant($"{from}–{to}");

    /// <summary>Where a phase lies, seen from the target date.</summary>
    public static string FromTarget(this ReleasePhase phase, ReleaseType type)
    {
        var (first, last) = (phase.StartOffset(type), phase.EndOffset(type) - 1);
        if (last < 0) return first == last ? $"{Count(-first, "day")} before" : $"{Range(-first, -last)} days before";
        return last == 0 ? "on the target date" : first == 0 ? $"from the target date, {Count(phase.Days, "day")}" : $"{Range(first, last)} days after";
    }

    /// <summary>A day or days counted from the target date.</summary>
    public static string DayPhrase(int from, int to) => (from, to) switch
    {
        (0, 0) => "On the target date",
        ( < 0, < 0) when from == to => $"{Count(-from, "day")} before",
        ( < 0, < 0) => $"{Range(-from, -to)} days before",
        _ => $"{(from == to ? Count(from, "day") : $"{Range(from, to)} days")} after",
    };
}
