using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Rollouts.Contracts;

namespace Athena.Dashboard.Rollouts.Domain;

/// <summary>One feature on its way to its users in one environment. Changed only by the decisions of this folder.</summary>
public sealed record Rollout : IVersioned
{
    public required Guid Id { get; init; }

    public required string Release { get; init; }

    public required string FlagKey { get; init; }

    public required string Environment { get; init; }

    public required bool IsProduction { get; init; }

    public required RolloutTerms Terms { get; init; }

    public required RolloutState State { get; init; }

    public required DateTimeOffset StateSince { get; init; }

    /// <summary>0-based index in the plan's steps.</summary>
    public int Step { get; init; }

    /// <summary>Observed healthy time in the present step.</summary>
    public TimeSpan Counted { get; init; }

    /// <summary>
    /// Number of the stretch of running time. Whoever measures the time between two ticks begins anew when it has
    /// changed: what went by in between was not all running.
    /// </summary>
    public int Stretch { get; init; }

    /// <summary>The flag is known to serve the present step's percentage.</summary>
    public bool Applied { get; init; }

    /// <summary>What the flag was last known to serve.</summary>
    public Percentage Exposed { get; init; }

    /// <summary>Null unless held.</summary>
    public HoldCause? Cause { get; init; }

    /// <summary>One sentence on why it is held, paused, rolled back or called off.</summary>
    public string? Because { get; init; }

    public ImmutableArray<CriterionTick> Ticks { get; init; } = [];

    /// <summary>Texts of the relative criteria that were good when the last step with a control ended.</summary>
    public ImmutableArray<string> Standing { get; init; } = [];

    /// <summary>The verdicts as the last record has them.</summary>
    public ImmutableArray<SeenVerdict> Seen { get; init; } = [];

    /// <summary>When the last decision was recorded.</summary>
    public DateTimeOffset RecordedAt { get; init; }

    /// <summary>Null until it was decided to take the rollout back.</summary>
    public Rollback? Rollback { get; init; }

    public required DateTimeOffset PlannedAt { get; init; }

    public required string PlannedBy { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When a person last started or resumed it.</summary>
    public DateTimeOffset? LetRunAt { get; init; }

    /// <summary>Since when the flag serves the present step; the decision to enter it until then.</summary>
    public DateTimeOffset? StageStartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public long Version { get; init; } = 1;

    public RolloutName Name => new(Id, Release, FlagKey, Environment, IsProduction);

    public RolloutStep CurrentStep => Terms.Steps[Step];

    public StageName StageName => NameOf(CurrentStep);

    /// <summary>Its rules are looked at: in a stage, and while a gradual rollback still exposes somebody.</summary>
    public bool IsJudged => State.IsInStage() || (State == RolloutState.RollingBack && Rollback!.Action == RuleAction.Gradual && Exposed > Percentage.Zero);

    public bool IsLastStep => Step == Terms.Steps.Length - 1;

    public RolloutStage CurrentStage => Terms.Plan.Stages[CurrentStep.StageIndex];

    public static StageName NameOf(RolloutStep step) => new(step.Index, step.Name, step.Percentage);

    /// <summary>What people have yet to tick before the present step may end.</summary>
    public IEnumerable<TickedCriterion> AwaitedTicks() =>
        CurrentStep.Ticked.Where(criterion => !Ticks.Any(tick => tick.Stage == CurrentStep.Stage && tick.Text == criterion.Text));
}

/// <summary>A criterion that somebody confirmed.</summary>
public sealed record CriterionTick(string Stage, string Text, string By, DateTimeOffset At);

/// <summary>A verdict without its figures: what has to change for a new record.</summary>
public sealed record SeenVerdict(string List, string Rule, Verdict Verdict, UndecidedCause? Cause);
