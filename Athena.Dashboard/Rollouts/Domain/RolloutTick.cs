using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Rollouts.Contracts;

namespace Athena.Dashboard.Rollouts.Domain;

/// <summary>What a rollout does by itself, look after look.</summary>
public static class RolloutTick
{
    /// <summary>Who acts when nobody does.</summary>
    public const string Engine = "rollout engine";

    private static readonly TimeSpan SummaryEvery = TimeSpan.FromHours(1);

    /// <summary>
    /// Harm first, because nothing delays what lowers exposure; then whatever holds; then time is counted, and at the
    /// stage's end the next one begins. Recovery and advance are two ticks, so that a held rollout never widens.
    /// </summary>
    public static RolloutDecision Tick(Rollout rollout, TickInput input, DateTimeOffset now)
    {
        if (!rollout.IsJudged) return RolloutDecision.Unchanged(rollout);
        var look = new Look(rollout, input, new Findings(rollout, input.Verdicts), now);
        if (look.RollsBack is { } harm) return look.RollBack(harm);
        return rollout.State switch
        {
            RolloutState.Paused or RolloutState.RollingBack => look.Note(rollout),
            RolloutState.Held => look.TickHeld(),
            _ => look.TickRunning(),
        };
    }

    /// <summary>
    /// After the clock was put back behind the beginning of the stage: nothing that is reported from now on would belong
    /// to it, nor would harm that is found count, until the clock has caught up.
    /// </summary>
    /// <returns>Null when nothing lies ahead.</returns>
    public static RolloutDecision? PutRight(Rollout rollout, DateTimeOffset now)
    {
        DateTimeOffset?[] noted = [rollout.StartedAt, rollout.LetRunAt, rollout.StageStartedAt, rollout.StateSince, rollout.RecordedAt];
        if (noted.Max() is not { } latest || !ClockPutBack.Shows(latest, now)) return null;
        var right = rollout with
        {
            StartedAt = Earlier(rollout.StartedAt),
            LetRunAt = Earlier(rollout.LetRunAt),
            StageStartedAt = Earlier(rollout.StageStartedAt),
            StateSince = Earlier(rollout.StateSince)!.Value,
            RecordedAt = now,
        };
        return new RolloutDecision(right, [], [], new DecisionRecord
        {
            Id = Guid.CreateVersion7(now),
            RolloutId = rollout.Id,
            At = now,
            Kind = DecisionKind.ClockPutBack,
            Stage = rollout.CurrentStep.Name,
            Summary = $"The clock was put back by {Durations.Format(TimeSpan.FromSeconds(Math.Ceiling((latest - now).TotalSeconds)))} or more; what was noted as later counts as noted now.",
            Actor = Engine,
        });

        DateTimeOffset? Earlier(DateTimeOffset? at) => at > now ? now : at;
    }

    private sealed class Look(Rollout rollout, TickInput input, Findings findings, DateTimeOffset now)
    {
        private TimeSpan Needed => rollout.CurrentStep.Duration;

        /// <summary>
        /// The harm that takes the rollout back now, or does not wait for a gradual rollback. Old figures never do.
        /// </summary>
        public RuleVerdict? RollsBack =>
            input.Source.IsFresh
            && rollout.Terms.Plan.Rollback.Automatic
            && findings.Worst is { } worst
            && rollout.Terms.ActionOf(worst.Rule) >= (rollout.State == RolloutState.RollingBack ? RuleAction.RollBack : RuleAction.Gradual)
                ? worst
                : null;

        public RolloutDecision RollBack(RuleVerdict harm)
        {
            var name = findings.Name(harm);
            var action = name.Requested;
            var reason = Shorten($"{harm.Rule.Rule.Text} ({harm.Rule.List}): {harm.Explanation}");
            return rollout.State == RolloutState.RollingBack
                ? RolloutCommands.Hurry(rollout, action, reason, Engine, now) with { Record = Record(DecisionKind.Hurried, reason, name, action) }
                : RolloutCommands.TakeBack(rollout, name, action, reason, Engine, now) with { Record = Record(DecisionKind.RolledBack, reason, name, action) };
        }

        public RolloutDecision TickHeld()
        {
            if (rollout.Cause is HoldCause.AsksAPerson or HoldCause.FlagRefused) return Note(rollout);
            var hold = Holds(AtEnd(rollout));
            if (hold is null)
            {
                var cause = rollout.Cause ?? HoldCause.Undecided;
                var running = rollout with
                {
                    State = RolloutState.Running,
                    StateSince = now,
                    Cause = null,
                    Because = null,
                    Stretch = rollout.Stretch + 1,
                };
                return Moved(running, new RolloutHoldEnded(rollout.Name, rollout.StageName, cause), DecisionKind.HoldEnded, $"No longer held: {cause.Word()}.");
            }

            if (hold.Cause == rollout.Cause) return Note(rollout with { Because = hold.Because });
            return Moved(
                rollout with { Cause = hold.Cause, Because = hold.Because },
                new HoldCauseChanged(rollout.Name, rollout.StageName, rollout.Cause ?? hold.Cause, hold.Cause, hold.Because),
                DecisionKind.Held,
                $"Held, {hold.Cause.Word()}: {hold.Because}");
        }

        public RolloutDecision TickRunning()
        {
            // Until the flag serves the stage there is nothing to observe.
            if (!rollout.Applied) return Note(rollout);
            if (Holds(atEnd: false) is { } hold) return Hold(rollout, hold);
            var counted = rollout with { Counted = Count() };
            if (!AtEnd(counted)) return Note(counted);
            if (Holds(atEnd: true) is { } end) return Hold(counted, end);
            return Advance(counted);
        }

        /// <summary>A record where a verdict changed, and once an hour; the state stays.</summary>
        public RolloutDecision Note(Rollout next)
        {
            var seen = findings.Seen();
            var changed = !seen.SequenceEqual(rollout.Seen);
            if (!changed && now - rollout.RecordedAt < SummaryEvery) return new RolloutDecision(next, [], [], null);
            var record = changed
                ? Record(DecisionKind.VerdictsChanged, findings.Changes())
                : Record(DecisionKind.HourlySummary, $"{rollout.State.Word()} in {rollout.CurrentStep.Name}, {Durations.Format(Whole(next.Counted))} of {Durations.Format(Needed)} counted");
            return new RolloutDecision(next with { Seen = seen, RecordedAt = now }, [], [], record);
        }

        private TimeSpan Count()
        {
            var longest = input.Tick * 2;
            var elapsed = input.Elapsed < TimeSpan.Zero ? TimeSpan.Zero : input.Elapsed < longest ? input.Elapsed : longest;
            var counted = rollout.Counted + elapsed;
            return counted < Needed ? counted : Needed;
        }

        private bool AtEnd(Rollout at) => at.Counted >= Needed;

        /// <summary>The first thing that keeps time from being counted or the stage from ending; null when nothing does.</summary>
        private HoldReason? Holds(bool atEnd)
        {
            if (input.Source.IsFresh && findings.Worst is { } worst && rollout.Terms.ActionOf(worst.Rule) >= RuleAction.Hold)
                return new(HoldCause.AsksAPerson, $"{worst.Rule.Rule.Text} ({worst.Rule.List}): {worst.Explanation}");
            if (input.Source.LastBatchAt is null)
                return new(HoldCause.Silent, Silence("No application has reported for this rollout yet."));
            if (!input.Source.IsFresh)
                return new(HoldCause.Stale, Silence("No application has reported for more than two intervals."));
            if (findings.Shared is { } shared)
                return new(HoldCause.SharedIncident, $"{shared.Rule.Rule.Text} ({shared.Rule.List}) is true of those without the feature as well, or was a moment ago.");
            if (findings.Worst is { } alert)
                return new(HoldCause.AlertFiring, $"{alert.Rule.Rule.Text} ({alert.Rule.List}) is firing.");
            if (!input.Gates.Passed)
                return new(HoldCause.GateOpen, "Open: " + string.Join(", ", input.Gates.Open.Select(item => item.Place)) + ".");
            if (!atEnd) return null;
            var missing = findings.Missing().ToList();
            if (missing.Count > 0)
                return new(HoldCause.Undecided, "Cannot be decided yet: " + string.Join(", ", missing.Select(Describe)) + ".");
            var awaited = rollout.AwaitedTicks().ToList();
            if (awaited.Count > 0)
                return new(HoldCause.AwaitsTick, "To be ticked: " + string.Join(", ", awaited.Select(criterion => $"{criterion.Text} ({criterion.Role.Title()})")) + ".");
            return null;
        }

        // A source that is asked says itself what keeps it.
        private string Silence(string otherwise) => input.Source.Trouble is { } trouble ? $"{trouble.Source}: {trouble.Detail}" : otherwise;

        private static string Describe(RuleVerdict verdict) =>
            !verdict.Missing.IsEmpty ? $"{verdict.Rule.Rule.Text} (nobody reports {string.Join(" and ", verdict.Missing)})"
            : verdict is { Evidence: { } evidence, Cause: UndecidedCause.TooLittleData } ? $"{verdict.Rule.Rule.Text} ({EvidenceWords.Missing(evidence)})"
            : verdict.Cause is { } cause ? $"{verdict.Rule.Rule.Text} ({Findings.Word(cause)})" : verdict.Rule.Rule.Text;

        private RolloutDecision Hold(Rollout at, HoldReason hold) => Moved(
            at with { State = RolloutState.Held, StateSince = now, Cause = hold.Cause, Because = hold.Because },
            new RolloutHeld(rollout.Name, rollout.StageName, hold.Cause, hold.Because),
            DecisionKind.Held,
            $"Held, {hold.Cause.Word()}: {hold.Because}");

        private RolloutDecision Advance(Rollout at)
        {
            var reason = $"{Durations.Format(Needed)} of healthy time and all criteria good.";
            var decision = RolloutCommands.GoOn(at with { Standing = findings.Standing() }, byHand: false, reason, now);
            var kind = decision.Rollout.State == RolloutState.Completed ? DecisionKind.Completed : DecisionKind.Advanced;
            return decision with { Record = Record(kind, $"{rollout.CurrentStep.Name}: {reason}") };
        }

        private RolloutDecision Moved(Rollout next, IDomainEvent happened, DecisionKind kind, string summary) =>
            new(next with { Seen = findings.Seen(), RecordedAt = now }, [happened], [], Record(kind, summary));

        private DecisionRecord Record(DecisionKind kind, string summary, HarmfulRule? harm = null, RuleAction? action = null) => new()
        {
            Id = Guid.CreateVersion7(now),
            RolloutId = rollout.Id,
            At = now,
            Kind = kind,
            Stage = rollout.CurrentStep.Name,
            Summary = summary,
            List = harm?.List,
            Rule = harm?.Rule,
            Action = action,
            Actor = Engine,
            Inputs = new DecisionInputs(
                rollout.State,
                rollout.Cause,
                rollout.Step,
                rollout.Counted,
                Needed,
                rollout.Applied,
                input.Elapsed,
                input.Tick,
                input.Source,
                input.Gates,
                [.. rollout.AwaitedTicks().Select(criterion => criterion.Text)],
                [.. findings.Harm.Select(findings.Name)],
                input.Verdicts)
            {
                Memory = new RolloutMemory(rollout.Exposed, rollout.Ticks, rollout.Standing, rollout.Seen, rollout.RecordedAt, rollout.LetRunAt, rollout.Rollback),
            },
        };

        // A flag's history takes no longer reason, and no rollback may fail for that.
        private static string Shorten(string reason) =>
            reason.Length <= RolloutCommands.LongestReason ? reason : reason[..(RolloutCommands.LongestReason - 1)] + "…";

        private static TimeSpan Whole(TimeSpan time) => TimeSpan.FromSeconds(Math.Floor(time.TotalSeconds));

        private sealed record HoldReason(HoldCause Cause, string Because);
    }
}
