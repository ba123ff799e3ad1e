using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Rollouts.Contracts;

namespace Athena.Dashboard.Rollouts.Domain.Rehearsals;

/// <summary>
/// One rollout on a clock of its own, decided by <see cref="RolloutTick"/> as every other and reported on by made-up or
/// recorded traffic. Flags, gates and releases are as they should be, and what people tick is ticked.
/// </summary>
public sealed class RehearsedRollout
{
    /// <summary>A beginning like any other: midnight of a Monday.</summary>
    public static readonly DateTimeOffset Beginning = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Actor Person = Actor.System("rehearsal");
    private static readonly Surroundings Around = new(ReleaseState.RollingOut, GateStanding.Clear, true);

    private readonly RehearsalPace pace;
    private readonly IHealthTrial trial;
    private ImmutableArray<JudgedRule> rules;
    private ImmutableArray<JudgedRule> deciding;
    private int ruled = -1;
    private TimeSpan sinceLook;

    private RehearsedRollout(Rollout rollout, RehearsalPace pace, IHealthTrial trial, DateTimeOffset now)
    {
        (Rollout, this.pace, this.trial, Now) = (rollout, pace, trial, now);
    }

    public Rollout Rollout { get; private set; }

    public DateTimeOffset Now { get; private set; }

    /// <summary>The verdicts of the last look.</summary>
    public ImmutableArray<RuleVerdict> Verdicts { get; private set; } = [];

    /// <summary>The record of the last look; null when nothing was worth one.</summary>
    public DecisionRecord? Record { get; private set; }

    public TimeSpan InStep => Now - Rollout.StageStartedAt!.Value;

    public bool IsOver => Rollout.State is not (RolloutState.Running or RolloutState.Held or RolloutState.Paused);

    public static RehearsedRollout Begin(RolloutTerms terms, RehearsalPace pace, IHealthTrial trial, DateTimeOffset at)
    {
        var name = new RolloutName(Guid.Empty, "", terms.Plan.Feature, "", IsProduction: true);
        var planned = RolloutCommands.Plan(Guid.Empty, name, terms, Person.Name, at).Rollout with
        {
            Ticks = [.. terms.Plan.Stages.SelectMany(stage => stage.Ticked.Select(criterion => new CriterionTick(stage.Name, criterion.Text, Person.Name, at)))],
        };
        var started = RolloutCommands.Start(planned, Person, Around, null, at).Value.Rollout;
        return new RehearsedRollout(Apply(started, at), pace, trial, at);
    }

    /// <summary>The same rollout in the same moment, to go on otherwise.</summary>
    public RehearsedRollout Fork(TimeSpan remember) => new(Rollout, pace, trial.Fork(remember), Now);

    /// <summary>One report further, and a look when one is due.</summary>
    /// <param name="isHarmed">What is reported is not healthy.</param>
    public void Go(ArmReport? exposed, ArmReport? control, bool isHarmed)
    {
        var from = Now;
        Now += pace.Tick;
        sinceLook += pace.Tick;
        Record = null;
        trial.Report(from, Now, exposed, control);
        Know();
        if (trial.IsOdd(deciding) || sinceLook >= pace.Tick * pace.Between(Rollout.CurrentStep, InStep, isHarmed)) Look();
    }

    /// <summary>Nobody reported.</summary>
    public void Wait()
    {
        Now += pace.Tick;
        sinceLook += pace.Tick;
        Look();
    }

    /// <summary>Somebody lets it go on where it waits for a person.</summary>
    public void Resume() => Rollout = RolloutCommands.Resume(Rollout, Person, Around, "Rehearsed.", Now).Value.Rollout;

    /// <summary>Somebody ends a step that does not end by itself.</summary>
    public void Advance() => Rollout = Apply(RolloutCommands.Advance(Rollout, Person, Around, "Rehearsed.", Now).Value.Rollout, Now);

    private void Know()
    {
        if (ruled == Rollout.Step) return;
        ruled = Rollout.Step;
        rules = Rollout.Terms.RulesOf(Rollout.CurrentStep);
        deciding = [.. rules.Where(rule => Rollout.Terms.ActionOf(rule) > RuleAction.Alert && Rollout.Terms.Decides(rule.Rule, Rollout.CurrentStep))];
    }

    private void Look()
    {
        Know();
        var scope = new HealthScope(Rollout.Id, Rollout.StageStartedAt ?? Now, pace.Tick)
        {
            RolloutStarted = Rollout.StartedAt,
            Exposure = Rollout.Exposed,
            IsSplit = Rollout.Terms.IsSplit(Rollout.CurrentStep),
        };
        Verdicts = trial.Judge(scope, rules, Now);
        var decision = RolloutTick.Tick(Rollout, new TickInput(Verdicts, trial.Freshness(Now), GateStanding.Clear, sinceLook, sinceLook), Now);
        sinceLook = TimeSpan.Zero;
        Record = decision.Record;
        Rollout = decision.Widens(Rollout) && !decision.Rollout.State.IsOver() ? Apply(decision.Rollout, Now) : decision.Rollout;
    }

    private static Rollout Apply(Rollout rollout, DateTimeOffset now) =>
        rollout.State.IsInStage() ? RolloutCommands.ExposureApplied(rollout, rollout.Step, now).Rollout : rollout;
}
