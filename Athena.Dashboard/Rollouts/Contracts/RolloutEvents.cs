using System.Text.Json.Serialization;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Rollouts.Contracts;

/// <summary>Which rollout an event is about; none of it ever changes.</summary>
/// <param name="Release">The release's version.</param>
/// <param name="IsProduction">The environment is a production environment: what happens here moves the release.</param>
public sealed record RolloutName(Guid Id, string Release, string FlagKey, string Environment, bool IsProduction)
{
    /// <summary>For people: <c>database-views-v2 in production</c>.</summary>
    public override string ToString() => $"{FlagKey} in {Environment}";
}

/// <summary>A stage, or one part of a stage with several percentages.</summary>
/// <param name="Index">0-based over all steps of the plan.</param>
/// <param name="Name"><c>beta</c>, or <c>gradual 2/3</c>.</param>
public sealed record StageName(int Index, string Name, Percentage Percentage);

/// <summary>What all events of rollouts have in common.</summary>
public abstract record RolloutEvent(RolloutName Rollout) : IDomainEvent
{
    [JsonIgnore]
    public Subject Subject => RolloutSubject.Of(Rollout.Id);
}

public sealed record RolloutPlanned(RolloutName Rollout, int Stages) : RolloutEvent(Rollout);

/// <param name="Reason">Given by the person, or what the product started it on.</param>
public sealed record RolloutStarted(RolloutName Rollout, string Reason) : RolloutEvent(Rollout);

/// <summary>The flag serves the stage's percentage from now on. Comes once for each step, the first included.</summary>
public sealed record StageEntered(RolloutName Rollout, StageName Stage) : RolloutEvent(Rollout);

/// <param name="Detail">One sentence with names and figures.</param>
public sealed record RolloutHeld(RolloutName Rollout, StageName Stage, HoldCause Cause, string Detail) : RolloutEvent(Rollout);

/// <summary>The rollout is still held, for another cause than before.</summary>
public sealed record HoldCauseChanged(RolloutName Rollout, StageName Stage, HoldCause From, HoldCause To, string Detail) : RolloutEvent(Rollout);

/// <summary>What held the rollout is gone; it runs again by itself.</summary>
public sealed record RolloutHoldEnded(RolloutName Rollout, StageName Stage, HoldCause Cause) : RolloutEvent(Rollout);

/// <param name="Reason">Given by the person, or <c>switched off by …</c>.</param>
public sealed record RolloutPaused(RolloutName Rollout, StageName Stage, string Reason) : RolloutEvent(Rollout);

/// <summary>A person let it run again, after a pause or a hold that asked.</summary>
public sealed record RolloutResumed(RolloutName Rollout, StageName Stage, string Reason) : RolloutEvent(Rollout);

/// <summary>The decision to go on; <see cref="StageEntered"/> follows once the flag serves it.</summary>
/// <param name="ByHand">A person decided, not the criteria.</param>
/// <param name="Reason">Why, in one sentence.</param>
public sealed record StageAdvanced(RolloutName Rollout, StageName From, StageName To, bool ByHand, string Reason) : RolloutEvent(Rollout);

/// <summary>Somebody with the role confirmed a criterion that no metric decides.</summary>
/// <param name="Criterion">The criterion's text.</param>
public sealed record CriterionTicked(RolloutName Rollout, string Stage, string Criterion) : RolloutEvent(Rollout);

public sealed record CriterionUnticked(RolloutName Rollout, string Stage, string Criterion) : RolloutEvent(Rollout);

/// <summary>The decision to take everything back. It comes once in a rollout's life; exposure goes to zero next.</summary>
/// <param name="Harm">The rule that fired, the most drastic when there were several; null when a person decided.</param>
/// <param name="Action">What is carried out.</param>
/// <param name="Reason">One sentence: the rule with its figures, or the person's words.</param>
public sealed record RollbackDecided(RolloutName Rollout, StageName Stage, HarmfulRule? Harm, RuleAction Action, string Reason) : RolloutEvent(Rollout);

/// <summary>A gradual rollback went back one step; the next follows after a pause.</summary>
/// <param name="To">What the flag serves now.</param>
public sealed record ExposureSteppedDown(RolloutName Rollout, StageName To) : RolloutEvent(Rollout);

/// <summary>Somebody did not wait for a gradual rollback: what is left of it is done at once.</summary>
/// <param name="Action"><see cref="RuleAction.RollBack"/> or <see cref="RuleAction.Emergency"/>.</param>
public sealed record RollbackHurried(RolloutName Rollout, StageName Stage, RuleAction Action, string Reason) : RolloutEvent(Rollout);

/// <summary>Everything that could be taken back was.</summary>
/// <param name="Harm">As in <see cref="RollbackDecided"/>.</param>
public sealed record RolloutRolledBack(RolloutName Rollout, StageName Stage, HarmfulRule? Harm, RuleAction Action, string Reason) : RolloutEvent(Rollout);

/// <param name="List">One of <see cref="RuleListNames"/>.</param>
/// <param name="Rule">As written.</param>
/// <param name="Requested">The action that the rule names.</param>
public sealed record HarmfulRule(string List, string Rule, RuleAction Requested);

public sealed record RolloutCompleted(RolloutName Rollout) : RolloutEvent(Rollout);

public sealed record RolloutCalledOff(RolloutName Rollout, string Reason) : RolloutEvent(Rollout);
