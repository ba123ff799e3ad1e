using System.Collections.Immutable;
using System.Globalization;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Rollouts.Contracts;

namespace Athena.Dashboard.Rollouts.Domain;

/// <summary>What people, and other slices' events, do to a rollout.</summary>
public static class RolloutCommands
{
    public const int LongestReason = 500;

    public static RolloutDecision Plan(Guid id, RolloutName name, RolloutTerms terms, string by, DateTimeOffset now) => new(
        new Rollout
        {
            Id = id,
            Release = name.Release,
            FlagKey = name.FlagKey,
            Environment = name.Environment,
            IsProduction = name.IsProduction,
            Terms = terms,
            State = RolloutState.Planned,
            StateSince = now,
            RecordedAt = now,
            PlannedAt = now,
            PlannedBy = by,
        },
        [new RolloutPlanned(name, terms.Plan.Stages.Length)],
        [],
        null);

    public static Outcome<RolloutDecision> Start(Rollout rollout, Actor actor, Surroundings around, string? reason, DateTimeOffset now)
    {
        if (RolloutRules.WhyNotStart(rollout, actor, around) is { } refusal) return refusal;
        if (CheckReason(reason, required: false) is { } wrong) return wrong;
        var why = Said(reason) ?? "Started by hand.";
        var started = rollout with
        {
            State = RolloutState.Running,
            StateSince = now,
            StartedAt = now,
            LetRunAt = now,
            StageStartedAt = now,
            Stretch = rollout.Stretch + 1,
        };
        return new RolloutDecision(
            started,
            [new RolloutStarted(rollout.Name, why)],
            [new Intent(IntentKind.ClaimFlag), new Intent(IntentKind.SetExposure, 0)],
            Record(rollout, DecisionKind.Started, why, actor.Name, now));
    }

    public static Outcome<RolloutDecision> Pause(Rollout rollout, Actor actor, string? reason, DateTimeOffset now)
    {
        if (RolloutRules.WhyNotPause(rollout, actor) is { } refusal) return refusal;
        if (CheckReason(reason, required: true) is { } wrong) return wrong;
        return Paused(rollout, Said(reason)!, actor.Name, now);
    }

    public static Outcome<RolloutDecision> Resume(Rollout rollout, Actor actor, Surroundings around, string? reason, DateTimeOffset now)
    {
        if (RolloutRules.WhyNotResume(rollout, actor, around) is { } refusal) return refusal;
        if (CheckReason(reason, required: true) is { } wrong) return wrong;
        var why = Said(reason)!;
        var running = rollout with
        {
            State = RolloutState.Running,
            StateSince = now,
            LetRunAt = now,
            Cause = null,
            Because = null,
            Stretch = rollout.Stretch + 1,
        };
        return new RolloutDecision(
            running,
            [new RolloutResumed(rollout.Name, rollout.StageName, why)],
            rollout.Applied ? [] : [new Intent(IntentKind.ClaimFlag), new Intent(IntentKind.SetExposure, rollout.Step)],
            Record(rollout, DecisionKind.Resumed, why, actor.Name, now));
    }

    public static Outcome<RolloutDecision> Advance(Rollout rollout, Actor actor, Surroundings around, string? reason, DateTimeOffset now)
    {
        if (RolloutRules.WhyNotAdvance(rollout, actor, around) is { } refusal) return refusal;
        if (CheckReason(reason, required: true) is { } wrong) return wrong;
        var why = Said(reason)!;
        var decision = GoOn(rollout, byHand: true, why, now);
        var kind = decision.Rollout.State == RolloutState.Completed ? DecisionKind.Completed : DecisionKind.Advanced;
        return decision with { Record = Record(rollout, kind, $"{rollout.CurrentStep.Name}, by hand: {why}", actor.Name, now) };
    }

    /// <summary>Asks for no reason and no version: nothing delays what only lowers exposure.</summary>
    /// <param name="action">How; what is no rollback is refused.</param>
    public static Outcome<RolloutDecision> RollBack(Rollout rollout, Actor actor, RuleAction action, string? reason, DateTimeOffset now)
    {
        if (RolloutRules.WhyNotRollBack(rollout, actor) is { } refusal) return refusal;
        if (action < RuleAction.Gradual)
            return Refusal.Invalid("action_unknown", "That is no way to roll back.", new RefusalItem("action", "is not one", action.ToString(), "rollBack, gradual or emergency"));
        var why = Said(reason) is { } said ? said[..Math.Min(said.Length, LongestReason)] : "Rolled back by hand.";
        if (rollout.State == RolloutState.RollingBack) return Hurry(rollout, action, why, actor.Name, now);
        return TakeBack(rollout, harm: null, action, why, actor.Name, now) with
        {
            Record = Record(rollout, DecisionKind.RolledBack, why, actor.Name, now) with { Action = action },
        };
    }

    public static Outcome<RolloutDecision> CallOff(Rollout rollout, Actor actor, string? reason, DateTimeOffset now)
    {
        if (RolloutRules.WhyNotCallOff(rollout, actor) is { } refusal) return refusal;
        if (CheckReason(reason, required: false) is { } wrong) return wrong;
        var why = Said(reason) ?? "Called off by hand.";
        return new RolloutDecision(
            rollout with { State = RolloutState.CalledOff, StateSince = now, Because = why, EndedAt = now },
            [new RolloutCalledOff(rollout.Name, why)],
            [],
            Record(rollout, DecisionKind.CalledOff, why, actor.Name, now));
    }

    public static Outcome<RolloutDecision> TickCriterion(Rollout rollout, Actor actor, string text, bool ticked, DateTimeOffset now)
    {
        if (RolloutRules.WhyNotInStage(rollout) is { } outside) return outside;
        var stage = rollout.CurrentStage;
        if (stage.Ticked.FirstOrDefault(criterion => criterion.Text == text) is not { } criterion)
        {
            return Refusal.Invalid(
                "criterion_unknown",
                $"The stage {stage.Name} has no such criterion to tick.",
                new RefusalItem("criterion", "not one of this stage's", text, string.Join("; ", stage.Ticked.Select(one => one.Text))));
        }

        if (RolloutRules.WhyNotTick(rollout, actor, criterion) is { } refusal) return refusal;
        var held = rollout.Ticks.FirstOrDefault(tick => tick.Stage == stage.Name && tick.Text == text);
        if (held is not null == ticked) return RolloutDecision.Unchanged(rollout);
        return new RolloutDecision(
            rollout with
            {
                Ticks = held is null ? rollout.Ticks.Add(new CriterionTick(stage.Name, text, actor.Name, now)) : rollout.Ticks.Remove(held),
            },
            [ticked ? new CriterionTicked(rollout.Name, stage.Name, text) : new CriterionUnticked(rollout.Name, stage.Name, text)],
            [],
            Record(rollout, ticked ? DecisionKind.CriterionTicked : DecisionKind.CriterionUnticked, text, actor.Name, now));
    }

    /// <summary>
    /// The flag was switched off, or the release taken back by another rollout: nobody asked, and a person goes on. It
    /// does not matter whether it is still so, only whether somebody has let the rollout run since.
    /// </summary>
    /// <param name="happenedAt">When it happened; the news of it may come late, and twice.</param>
    public static RolloutDecision Interrupt(Rollout rollout, string reason, string by, DateTimeOffset happenedAt, DateTimeOffset now) =>
        rollout.State is RolloutState.Running or RolloutState.Held && !(rollout.LetRunAt > happenedAt)
            ? Paused(rollout, reason, by, now)
            : RolloutDecision.Unchanged(rollout);

    /// <summary>Reports left something out. It moves nothing: what was lost was neither health nor harm.</summary>
    /// <param name="recordId">The same for the same news, however often it comes.</param>
    public static RolloutDecision NoteGap(Rollout rollout, HealthGapFound gap, Guid recordId, DateTimeOffset now)
    {
        if (!rollout.State.IsInStage()) return RolloutDecision.Unchanged(rollout);
        var who = gap.InstanceCount == 1 ? gap.Instances[0] : $"{gap.Instances[0]} and {gap.InstanceCount - 1} more";
        var summary = string.Create(CultureInfo.InvariantCulture, $"{who} left out {Shown(gap.Missing)} between {gap.From:HH:mm:ss} and {gap.To:HH:mm:ss} UTC.");
        return new RolloutDecision(rollout, [], [], Record(rollout, DecisionKind.GapFound, summary, RolloutTick.Engine, now) with { Id = recordId });
    }

    /// <summary>The flag serves the step now; time is counted from the next tick on.</summary>
    public static RolloutDecision ExposureApplied(Rollout rollout, int step, DateTimeOffset now)
    {
        if (!rollout.State.IsInStage() || rollout.Applied || rollout.Step != step) return RolloutDecision.Unchanged(rollout);
        return new RolloutDecision(
            rollout with
            {
                Applied = true,
                Exposed = rollout.CurrentStep.Percentage,
                StageStartedAt = now,
                Stretch = rollout.Stretch + 1,
            },
            [new StageEntered(rollout.Name, rollout.StageName)],
            [],
            Record(rollout, DecisionKind.StageEntered, $"The flag serves {rollout.CurrentStep.Percentage}.", RolloutTick.Engine, now));
    }

    /// <summary>The flag would not take the step's percentage.</summary>
    public static RolloutDecision ExposureRefused(Rollout rollout, Refusal refusal, DateTimeOffset now)
    {
        if (rollout.State is not (RolloutState.Running or RolloutState.Held) || rollout.Applied) return RolloutDecision.Unchanged(rollout);
        return new RolloutDecision(
            rollout with { State = RolloutState.Held, StateSince = now, Cause = HoldCause.FlagRefused, Because = refusal.Title },
            [new RolloutHeld(rollout.Name, rollout.StageName, HoldCause.FlagRefused, refusal.Title)],
            [],
            Record(rollout, DecisionKind.Held, $"Held, {HoldCause.FlagRefused.Word()}: {refusal.Title}", RolloutTick.Engine, now));
    }

    /// <summary>A gradual rollback went back one step.</summary>
    public static RolloutDecision SteppedDown(Rollout rollout, int step, DateTimeOffset now)
    {
        if (rollout.State != RolloutState.RollingBack) return RolloutDecision.Unchanged(rollout);
        var to = rollout.Terms.Steps[step];
        return new RolloutDecision(
            rollout with { Exposed = to.Percentage, Applied = false },
            [new ExposureSteppedDown(rollout.Name, Rollout.NameOf(to))],
            [],
            Record(rollout, DecisionKind.SteppedDown, $"Back at {to.Name}: the flag serves {to.Percentage}.", RolloutTick.Engine, now));
    }

    /// <summary>The flag serves nobody any more; the other steps of the rollback may still be under way.</summary>
    public static RolloutDecision ExposureWithdrawn(Rollout rollout) =>
        RolloutDecision.Unchanged(rollout with { Exposed = Percentage.Zero, Applied = false });

    /// <summary>Every step of the rollback was carried out or refused for good.</summary>
    public static RolloutDecision RollbackFinished(Rollout rollout, DateTimeOffset now)
    {
        if (rollout.State != RolloutState.RollingBack || rollout.Rollback is not { } rollback) return RolloutDecision.Unchanged(rollout);
        return new RolloutDecision(
            rollout with { State = RolloutState.RolledBack, StateSince = now, EndedAt = now },
            [new RolloutRolledBack(rollout.Name, rollback.Stage, rollback.Harm, rollback.Action, rollback.Reason)],
            [],
            null);
    }

    /// <summary>The next step, or the end.</summary>
    internal static RolloutDecision GoOn(Rollout rollout, bool byHand, string reason, DateTimeOffset now)
    {
        if (rollout.IsLastStep)
        {
            return new RolloutDecision(
                rollout with { State = RolloutState.Completed, StateSince = now, Cause = null, Because = null, EndedAt = now, RecordedAt = now },
                [new RolloutCompleted(rollout.Name)],
                rollout.IsProduction
                    ? [new Intent(IntentKind.ReleaseFlag), new Intent(IntentKind.CompleteRelease)]
                    : [new Intent(IntentKind.ReleaseFlag)],
                null);
        }

        var next = rollout with
        {
            State = RolloutState.Running,
            StateSince = now,
            Cause = null,
            Because = null,
            Step = rollout.Step + 1,
            Counted = TimeSpan.Zero,
            Stretch = rollout.Stretch + 1,
            Applied = false,
            StageStartedAt = now,
            RecordedAt = now,
        };
        return new RolloutDecision(
            next,
            [new StageAdvanced(rollout.Name, rollout.StageName, next.StageName, byHand, reason)],
            [new Intent(IntentKind.SetExposure, next.Step)],
            null);
    }

    /// <summary>The one decision to take everything back; which steps follow is the caller's to add.</summary>
    internal static RolloutDecision TakeBack(Rollout rollout, HarmfulRule? harm, RuleAction action, string reason, string by, DateTimeOffset now)
    {
        var rollback = new Rollback(rollout.Name, rollout.StageName, harm, action, reason, now, by);
        return new RolloutDecision(
            rollout with
            {
                State = RolloutState.RollingBack,
                StateSince = now,
                Cause = null,
                Because = reason,
                Rollback = rollback,
                RecordedAt = now,
            },
            [new RollbackDecided(rollout.Name, rollout.StageName, harm, action, reason)],
            [.. action == RuleAction.Gradual ? StepsDown(rollout) : [], new Intent(IntentKind.RollbackStep)],
            null);
    }

    // What widened one after the other narrows one after the other; steps at the same percentage are one.
    private static IEnumerable<Intent> StepsDown(Rollout rollout) =>
        rollout.Terms.Steps.Take(rollout.Step)
            .Where(step => step.Percentage < rollout.Exposed)
            .DistinctBy(step => step.Percentage)
            .Reverse()
            .Select(step => new Intent(IntentKind.StepDown, step.Index));

    /// <summary>The rest of a gradual rollback at once; its pending steps are superseded.</summary>
    internal static RolloutDecision Hurry(Rollout rollout, RuleAction action, string reason, string by, DateTimeOffset now)
    {
        if (action == RuleAction.Gradual) return RolloutDecision.Unchanged(rollout);
        return new RolloutDecision(
            rollout with { Rollback = rollout.Rollback! with { Action = action }, Because = reason },
            [new RollbackHurried(rollout.Name, rollout.StageName, action, reason)],
            [new Intent(IntentKind.RollbackStep)],
            Record(rollout, DecisionKind.Hurried, reason, by, now) with { Action = action });
    }

    private static RolloutDecision Paused(Rollout rollout, string reason, string by, DateTimeOffset now) => new(
        rollout with { State = RolloutState.Paused, StateSince = now, Cause = null, Because = reason },
        [new RolloutPaused(rollout.Name, rollout.StageName, reason)],
        [],
        Record(rollout, DecisionKind.Paused, reason, by, now));

    private static string Shown(TimeSpan missing) =>
        Durations.Format(missing < TimeSpan.FromSeconds(10) ? TimeSpan.FromSeconds(Math.Round(missing.TotalSeconds, 1)) : TimeSpan.FromSeconds(Math.Round(missing.TotalSeconds)));

    private static Refusal? CheckReason(string? reason, bool required) =>
        Said(reason) switch
        {
            null when required => Refusal.Invalid("reason_required", "Say why; it stands in the history.", new RefusalItem("reason", "missing", null, "a sentence")),
            { Length: > LongestReason } said => Refusal.Invalid(
                "reason_too_long",
                "The reason is too long.",
                new RefusalItem("reason", "too long", FormattableString.Invariant($"{said.Length} characters"), FormattableString.Invariant($"at most {LongestReason}"))),
            _ => null,
        };

    private static string? Said(string? reason) => string.IsNullOrWhiteSpace(reason) ? null : reason.Trim();

    private static DecisionRecord Record(Rollout rollout, DecisionKind kind, string summary, string by, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        RolloutId = rollout.Id,
        At = now,
        Kind = kind,
        Stage = rollout.CurrentStep.Name,
        Summary = summary,
        Actor = by,
    };
}
