using System.Collections.Immutable;
using System.Globalization;
using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases.Domain;

namespace Athena.Dashboard.Releases.Pages;

/// <summary>How releases are said and drawn.</summary>
public static class ReleasePhrases
{
    public static StateKind Kind(this ReleaseState state) => state switch
    {
        ReleaseState.Planned => StateKind.Neutral,
        ReleaseState.InDevelopment or ReleaseState.InQa or ReleaseState.InPreparation or ReleaseState.RollingOut => StateKind.Progress,
        ReleaseState.Completed => StateKind.Good,
        ReleaseState.RolledBack => StateKind.Harm,
        ReleaseState.Cancelled => StateKind.Muted,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    /// <summary>For the beginning of a line.</summary>
    public static string Title(this ReleaseState state)
    {
        var word = state.Word();
        return char.ToUpperInvariant(word[0]) + word[1..];
    }

    /// <summary>The verb on the button that takes a release there.</summary>
    public static string Verb(this ReleaseState to, ReleaseState from) => to switch
    {
        ReleaseState.InDevelopment => "Start development",
        ReleaseState.InQa => "Hand over to QA",
        ReleaseState.InPreparation => from == ReleaseState.RolledBack ? "Prepare again" : "Start preparation",
        ReleaseState.RollingOut => "Start rolling out",
        ReleaseState.Completed => "Complete",
        ReleaseState.RolledBack => "Roll back",
        _ => "Cancel the release",
    };

    /// <summary>A refusal in one line, for a button that is off.</summary>
    public static string? Why(Refusal? refusal) =>
        refusal is null ? null
        : refusal.WhoCan.IsDefaultOrEmpty ? $"{refusal.Title} {refusal.Detail}".TrimEnd()
        : $"{refusal.Title} {string.Join(", ", refusal.WhoCan)} can.";

    /// <summary><c>15 Aug</c>, with the year where it is another than today's.</summary>
    public static string Short(this DateOnly day, DateOnly today) =>
        day.ToString(day.Year == today.Year ? "d MMM" : "d MMM yyyy", CultureInfo.InvariantCulture);

    /// <summary><c>Fri 15 Aug 2025</c>.</summary>
    public static string Long(this DateOnly day) => day.ToString("ddd d MMM yyyy", CultureInfo.InvariantCulture);

    /// <summary><c>today</c>, <c>in 12 days</c>, <c>3 days ago</c>.</summary>
    public static string Distance(this DateOnly day, DateOnly today) => (day.DayNumber - today.DayNumber) switch
    {
        0 => "today",
        1 => "tomorrow",
        -1 => "yesterday",
        > 1 and var ahead => string.Create(CultureInfo.InvariantCulture, $"in {ahead} days"),
        var behind => string.Create(CultureInfo.InvariantCulture, $"{-behind} days ago"),
    };

    public static StateKind Kind(ImmutableArray<GateProgress> sets) => sets.All(set => set.Done == set.Total) ? StateKind.Good : StateKind.Progress;

    public static string TypeWord(string type) => type.Length == 0 ? type : char.ToUpperInvariant(type[0]) + type[1..];
}
