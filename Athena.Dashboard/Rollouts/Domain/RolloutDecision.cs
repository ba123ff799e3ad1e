using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Rollouts.Contracts;

namespace Athena.Dashboard.Rollouts.Domain;

/// <summary>What a decision gives: the new state, what happened, what has to be done outside, and the record of why.</summary>
/// <param name="Intents">To be committed with the state and carried out afterwards, in this order.</param>
/// <param name="Record">Null when nothing worth keeping was decided.</param>
public sealed record RolloutDecision(
    Rollout Rollout,
    ImmutableArray<IDomainEvent> Events,
    ImmutableArray<Intent> Intents,
    DecisionRecord? Record)
{
    /// <summary>Nothing happened that anybody is told of.</summary>
    public bool IsQuiet => Record is null && Events.IsEmpty;

    public static RolloutDecision Unchanged(Rollout rollout) => new(rollout, [], [], null);

    /// <summary>The next stage begins, or the rollout is completed.</summary>
    public bool Widens(Rollout before) => Rollout.Step > before.Step || Rollout.State == RolloutState.Completed;

    /// <summary>Observed healthy time was counted, or a stage ended on it.</summary>
    public bool Proves(Rollout before) => Widens(before) || Rollout.Counted > before.Counted;
}

/// <summary>Something that another slice has to do.</summary>
/// <param name="Step">Index of the step whose percentage is set, up or down; null for other kinds.</param>
/// <param name="Name">Name of the rollback step; null for other kinds.</param>
public sealed record Intent(IntentKind Kind, int? Step = null, string? Name = null);

public enum IntentKind
{
    ClaimFlag,
    SetExposure,
    ReleaseFlag,
    CompleteRelease,
    RollbackStep,

    /// <summary>Exposure goes back to an earlier step's, on the way to zero.</summary>
    StepDown,
}

/// <summary>Whether the release's gates let the rollout go on.</summary>
/// <param name="Open">What denies; empty when passed.</param>
public sealed record GateStanding(bool Passed, ImmutableArray<RefusalItem> Open)
{
    public static readonly GateStanding Clear = new(true, []);
}

/// <summary>What a look at the outside found.</summary>
/// <param name="Verdicts">One for each rule of the step.</param>
/// <param name="Elapsed">
/// Monotonic time since the tick before, zero when there was none in this process and stretch. Never taken from a
/// clock that can be set.
/// </param>
/// <param name="Tick">The intended time between two ticks.</param>
public sealed record TickInput(
    ImmutableArray<RuleVerdict> Verdicts,
    SourceFreshness Source,
    GateStanding Gates,
    TimeSpan Elapsed,
    TimeSpan Tick);

/// <summary>What was decided, on what. Rows are only ever added.</summary>
public sealed record DecisionRecord
{
    public required Guid Id { get; init; }

    public required Guid RolloutId { get; init; }

    public required DateTimeOffset At { get; init; }

    public required DecisionKind Kind { get; init; }

    /// <summary>Name of the step that the rollout was in.</summary>
    public required string Stage { get; init; }

    /// <summary>One sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>The rule list of the harm that decided, or null.</summary>
    public string? List { get; init; }

    public string? Rule { get; init; }

    /// <summary>What is carried out; null when nothing is.</summary>
    public RuleAction? Action { get; init; }

    public required string Actor { get; init; }

    /// <summary>What the decision saw; null for a command that looked at nothing.</summary>
    public DecisionInputs? Inputs { get; init; }
}

public enum DecisionKind
{
    VerdictsChanged,
    HourlySummary,
    Started,
    StageEntered,
    Held,
    HoldEnded,
    Paused,
    Resumed,
    Advanced,
    CriterionTicked,
    CriterionUnticked,
    RolledBack,
    Completed,
    CalledOff,

    /// <summary>Reports left something out.</summary>
    GapFound,

    /// <summary>A gradual rollback went back one step.</summary>
    SteppedDown,

    /// <summary>Somebody, or a rule that wants more, did not wait for a gradual rollback.</summary>
    Hurried,

    /// <summary>The clock was put back behind what was noted: the stage is looked at from now on.</summary>
    ClockPutBack,
}

/// <summary>The state before and all that was looked at: with it the same decision can be made again.</summary>
/// <param name="Harm">All rules that were bad, the most drastic first.</param>
public sealed record DecisionInputs(
    RolloutState State,
    HoldCause? Cause,
    int Step,
    TimeSpan Counted,
    TimeSpan Needed,
    bool Applied,
    TimeSpan Elapsed,
    TimeSpan Tick,
    SourceFreshness Source,
    GateStanding Gates,
    ImmutableArray<string> AwaitedTicks,
    ImmutableArray<HarmfulRule> Harm,
    ImmutableArray<RuleVerdict> Verdicts)
{
    /// <summary>The rest of the state before; null in records of before it was kept.</summary>
    public RolloutMemory? Memory { get; init; }
}

/// <summary>What a look goes by besides the stage and what it sees: the same members of the rollout, before the decision.</summary>
public sealed record RolloutMemory(
    Percentage Exposed,
    ImmutableArray<CriterionTick> Ticks,
    ImmutableArray<string> Standing,
    ImmutableArray<SeenVerdict> Seen,
    DateTimeOffset RecordedAt,
    DateTimeOffset? LetRunAt,
    Rollback? Rollback);
