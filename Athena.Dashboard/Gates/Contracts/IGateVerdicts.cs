using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Gates.Contracts;

/// <summary>Whether gates let something pass, and what stands in the way.</summary>
public interface IGateVerdicts
{
    /// <summary>
    /// Judges the items as they are committed now; named checks are asked again first, and a waiver that has expired
    /// counts as open.
    /// </summary>
    /// <param name="setKeys">The sets that are asked; a set that the subject does not carry denies.</param>
    Task<GateVerdict> EvaluateAsync(Subject subject, ImmutableArray<string> setKeys, CancellationToken cancellationToken);

    /// <summary>As <see cref="EvaluateAsync"/>, without asking the checks again: for screens, which only look.</summary>
    Task<GateVerdict> LookAsync(Subject subject, ImmutableArray<string> setKeys, CancellationToken cancellationToken) =>
        EvaluateAsync(subject, setKeys, cancellationToken);

    /// <summary>How far every set of several subjects is, in one query. Subjects without gates are left out.</summary>
    Task<ImmutableArray<GateProgress>> ProgressAsync(ImmutableArray<Subject> subjects, CancellationToken cancellationToken);
}

/// <param name="Passed">True when every item of every set asked is passed or waived.</param>
/// <param name="Open">What denied, in the order of the process; empty when passed.</param>
public sealed record GateVerdict(bool Passed, ImmutableArray<OpenGateItem> Open);

/// <summary>An item that denies.</summary>
/// <param name="Set">Key of the set.</param>
/// <param name="Key">Key of the item; empty when the subject does not carry the set at all.</param>
/// <param name="WhoCan">Role titles, and the assignee's name first when there is one; for a checked item the check's name.</param>
/// <param name="Since">Since when it has been in this state.</param>
/// <param name="Comment">The last word on it: why it is blocked or failed, or what its check said.</param>
public sealed record OpenGateItem(
    string Set,
    string SetTitle,
    string Key,
    string Title,
    GateItemState State,
    ImmutableArray<string> WhoCan,
    DateTimeOffset Since,
    string? Comment)
{
    /// <summary>The item as a reason in a refusal.</summary>
    public RefusalItem ToRefusalItem() => new(
        $"{SetTitle}: {Title}",
        Comment is { Length: > 0 } ? $"{State.Word()}: {Comment}" : State.Word(),
        State.Word(),
        "passed or waived",
        string.Join(", ", WhoCan),
        Since);
}

/// <summary>Counts of one set of one subject.</summary>
/// <param name="Done">Items passed or waived.</param>
/// <param name="Stuck">Items blocked or failed.</param>
/// <param name="Overdue">Items neither passed nor waived whose due date has gone by.</param>
public sealed record GateProgress(Subject Subject, string Set, string SetTitle, int Total, int Done, int Stuck, int Overdue, DateTimeOffset DueAt);

public enum GateItemState
{
    Open,
    InProgress,
    Passed,
    Failed,
    Blocked,
    Waived,
}

public static class GateItemStates
{
    public static string Word(this GateItemState state) => state switch
    {
        GateItemState.Open => "open",
        GateItemState.InProgress => "in progress",
        GateItemState.Passed => "passed",
        GateItemState.Failed => "failed",
        GateItemState.Blocked => "blocked",
        GateItemState.Waived => "waived",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    /// <summary>The item lets its subject pass.</summary>
    public static bool IsDone(this GateItemState state) => state is GateItemState.Passed or GateItemState.Waived;
}
