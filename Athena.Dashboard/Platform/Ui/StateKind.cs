namespace Athena.Dashboard.Platform.Ui;

/// <summary>What a state means to the person who looks; decides shape and colour together.</summary>
public enum StateKind
{
    /// <summary>Not begun, or plain information: a hollow circle.</summary>
    Neutral,

    /// <summary>Under way: a half-filled circle, in the accent.</summary>
    Progress,

    /// <summary>Passed, healthy, finished: a filled circle with a tick, green.</summary>
    Good,

    /// <summary>Holding, undecided, wants somebody: a diamond with a pause sign, amber.</summary>
    Hold,

    /// <summary>Harm: failed, blocked, rolled back: a filled octagon, red.</summary>
    Harm,

    /// <summary>No longer matters: a dashed circle.</summary>
    Muted,
}

internal static class StateKinds
{
    /// <summary>The word in class names and in the icons' names.</summary>
    public static string Word(this StateKind kind) => kind switch
    {
        StateKind.Neutral => "neutral",
        StateKind.Progress => "progress",
        StateKind.Good => "good",
        StateKind.Hold => "hold",
        StateKind.Harm => "harm",
        StateKind.Muted => "muted",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
