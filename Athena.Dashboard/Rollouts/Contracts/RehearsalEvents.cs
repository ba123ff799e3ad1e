namespace Athena.Dashboard.Rollouts.Contracts;

/// <summary>Somebody wants a plan tried.</summary>
public sealed record RehearsalAsked(RolloutName Rollout, Guid RehearsalId) : RolloutEvent(Rollout);

/// <summary>A plan is being tried, perhaps again after a server ended in the middle of it.</summary>
public sealed record RehearsalBegun(RolloutName Rollout, Guid RehearsalId) : RolloutEvent(Rollout);

/// <param name="Outcome">What it found, or why it found nothing.</param>
public sealed record RehearsalEnded(RolloutName Rollout, Guid RehearsalId, RehearsalState State, string Outcome) : RolloutEvent(Rollout);

public enum RehearsalState
{
    /// <summary>Asked for; one at a time is tried.</summary>
    Waiting,
    Running,
    Done,
    Cancelled,
    Failed,
}

/// <summary>Against what a plan is tried.</summary>
public enum RehearsalData
{
    /// <summary>Counts made up from figures.</summary>
    Simulated,

    /// <summary>Hours of an earlier rollout, drawn again and again, as traffic without the feature.</summary>
    Recorded,

    /// <summary>An earlier rollout, both sides as they were, once.</summary>
    Played,
}

public static class RehearsalStates
{
    public static string Word(this RehearsalState state) => state switch
    {
        RehearsalState.Waiting => "waiting",
        RehearsalState.Running => "under way",
        RehearsalState.Done => "done",
        RehearsalState.Cancelled => "cancelled",
        RehearsalState.Failed => "failed",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };
}
