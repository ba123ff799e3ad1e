namespace Athena.Dashboard.Platform.Ui;

public enum StageMarkState
{
    Upcoming,
    Current,

    /// <summary>The current stage, holding: paused, undecided, a gate open.</summary>
    Held,

    /// <summary>The stage at which it was rolled back.</summary>
    Failed,
    Done,
}

/// <summary>One stage of a <see cref="StageLine"/>.</summary>
/// <param name="Percent">As it is to be read: <c>0.1 %</c>.</param>
/// <param name="Share">How much of the stage's time has passed, 0 to 1; counts for the current one.</param>
/// <param name="Note">A few words: time left, why it holds.</param>
public sealed record StageMark(string Name, string Percent, StageMarkState State, double Share = 0, string? Note = null);
