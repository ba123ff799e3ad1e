namespace Athena.Dashboard.Rollouts.Contracts;

/// <summary>
/// planned → running ⇄ held ⇄ paused → completed, or → rolling back → rolled back; a planned one can be called off.
/// </summary>
public enum RolloutState
{
    /// <summary>Agreed and not begun; nobody is exposed.</summary>
    Planned,

    /// <summary>Exposes its stage and counts observed healthy time.</summary>
    Running,

    /// <summary>Exposes its stage and waits: for data, for a gate, for a person. <see cref="HoldCause"/> says for what.</summary>
    Held,

    /// <summary>Exposes its stage and waits until somebody resumes it.</summary>
    Paused,

    /// <summary>Harm was found or somebody said so: exposure goes to zero first, the other steps follow.</summary>
    RollingBack,

    /// <summary>Everything that could be taken back was; the end.</summary>
    RolledBack,

    /// <summary>At 100 % and baked; the end.</summary>
    Completed,

    /// <summary>Called off before it began; the end.</summary>
    CalledOff,
}

/// <summary>Why a rollout is held. The first that applies, in the order of this list, is the one that is shown.</summary>
public enum HoldCause
{
    /// <summary>A rule found harm and the plan says to ask instead of rolling back. Waits for a person.</summary>
    AsksAPerson,

    /// <summary>The flag could not be set to the stage's percentage. Waits for a person.</summary>
    FlagRefused,

    /// <summary>Nobody has reported yet. Goes by itself.</summary>
    Silent,

    /// <summary>Nobody has reported for more than two intervals. Goes by itself.</summary>
    Stale,

    /// <summary>A rule found harm that the control suffers from as well. Goes by itself once the incident is over.</summary>
    SharedIncident,

    /// <summary>A rule whose action is only to alert found harm: such time is not healthy time. Goes by itself.</summary>
    AlertFiring,

    /// <summary>A gate item that was done is not any more. Goes by itself once it is done again.</summary>
    GateOpen,

    /// <summary>The stage's time is over and a criterion cannot be decided. Goes by itself once it is good.</summary>
    Undecided,

    /// <summary>The stage's time is over and people have yet to tick a criterion. Goes by itself once they did.</summary>
    AwaitsTick,
}

public static class RolloutStates
{
    public static string Word(this RolloutState state) => state switch
    {
        RolloutState.Planned => "planned",
        RolloutState.Running => "running",
        RolloutState.Held => "held",
        RolloutState.Paused => "paused",
        RolloutState.RollingBack => "rolling back",
        RolloutState.RolledBack => "rolled back",
        RolloutState.Completed => "completed",
        RolloutState.CalledOff => "called off",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    /// <summary>Nothing happens to it any more, and its flag is free for another.</summary>
    public static bool IsOver(this RolloutState state) =>
        state is RolloutState.RolledBack or RolloutState.Completed or RolloutState.CalledOff;

    /// <summary>In a stage, exposing users: begun, and neither over nor being taken back.</summary>
    public static bool IsInStage(this RolloutState state) =>
        state is RolloutState.Running or RolloutState.Held or RolloutState.Paused;

    public static string Word(this HoldCause cause) => cause switch
    {
        HoldCause.AsksAPerson => "asks a person",
        HoldCause.FlagRefused => "flag refused",
        HoldCause.Silent => "no reports yet",
        HoldCause.Stale => "reports stopped",
        HoldCause.SharedIncident => "shared incident",
        HoldCause.AlertFiring => "alert firing",
        HoldCause.GateOpen => "gate open",
        HoldCause.Undecided => "undecided",
        HoldCause.AwaitsTick => "awaits a tick",
        _ => throw new ArgumentOutOfRangeException(nameof(cause), cause, null),
    };
}
