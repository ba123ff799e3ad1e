using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;

namespace Athena.Dashboard.Gates.Pages;

/// <summary>How gates are said and drawn.</summary>
public static class GatePhrases
{
    public static StateKind Kind(this GateItemState state) => state switch
    {
        GateItemState.Open => StateKind.Neutral,
        GateItemState.InProgress => StateKind.Progress,
        GateItemState.Passed => StateKind.Good,
        GateItemState.Failed or GateItemState.Blocked => StateKind.Harm,
        GateItemState.Waived => StateKind.Hold,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    /// <summary>For the beginning of a line.</summary>
    public static string Title(this GateItemState state)
    {
        var word = state.Word();
        return char.ToUpperInvariant(word[0]) + word[1..];
    }

    /// <summary>A refusal in one line, for a button that is off.</summary>
    public static string? Why(Refusal? refusal) =>
        refusal is null ? null
        : refusal.WhoCan.IsDefaultOrEmpty ? $"{refusal.Title} {refusal.Detail}".TrimEnd()
        : $"{refusal.Title} {string.Join(", ", refusal.WhoCan)} can.";

    public static StateKind KindOf(GateProgress set) => set.Done == set.Total ? StateKind.Good : StateKind.Progress;
}
