using System.Collections.Immutable;
using System.Globalization;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Rollouts.Domain;

/// <summary>What becomes of a recorded decision that is made again.</summary>
/// <param name="Again">Null where the record does not hold what it takes.</param>
/// <param name="Why">Why it cannot be made again; null when it could.</param>
/// <param name="Differences">What comes out otherwise than it stands in the record; empty when all is the same.</param>
public sealed record Replayed(DecisionRecord? Again, string? Why, ImmutableArray<RefusalItem> Differences)
{
    public bool IsSame => Again is not null && Differences.IsEmpty;
}

/// <summary>
/// Makes a decision again from its record and the terms, which never change: by the rules of this version of the product,
/// on what was seen then. Asks besides of every verdict over a window whether its own figures carry it.
/// </summary>
public static class DecisionReplay
{
    /// <param name="rollout">As it is now: only its terms are used.</param>
    public static Replayed Of(Rollout rollout, DecisionRecord record)
    {
        if (record.Inputs is not { } inputs) return Cannot("Somebody decided it, or it only tells what happened: there was nothing to weigh.");
        if (inputs.Memory is not { } memory) return Cannot("It was recorded before records held the whole state.");
        if (inputs.Step >= rollout.Terms.Steps.Length) return Cannot("The plan has no such step.");
        var before = rollout with
        {
            State = inputs.State,
            Cause = inputs.Cause,
            Step = inputs.Step,
            Counted = inputs.Counted,
            Applied = inputs.Applied,
            Exposed = memory.Exposed,
            Ticks = memory.Ticks,
            Standing = memory.Standing,
            Seen = memory.Seen,
            RecordedAt = memory.RecordedAt,
            LetRunAt = memory.LetRunAt,
            Rollback = memory.Rollback,
        };
        var input = new TickInput(inputs.Verdicts, inputs.Source, inputs.Gates, inputs.Elapsed, inputs.Tick);
        if (RolloutTick.Tick(before, input, record.At).Record is not { } again)
            return new Replayed(null, null, [new RefusalItem("kind", "comes out otherwise", "nothing to decide", record.Kind.ToString())]);
        return new Replayed(again, null, [.. Differences(record, again), .. Figures(inputs.Verdicts)]);
    }

    private static Replayed Cannot(string why) => new(null, why, []);

    private static IEnumerable<RefusalItem> Differences(DecisionRecord was, DecisionRecord again)
    {
        (string Place, string? Was, string? Again)[] parts =
        [
            ("kind", was.Kind.ToString(), again.Kind.ToString()),
            ("stage", was.Stage, again.Stage),
            ("action", was.Action?.ToString(), again.Action?.ToString()),
            ("list", was.List, again.List),
            ("rule", was.Rule, again.Rule),
            ("summary", was.Summary, again.Summary),
        ];
        return parts.Where(part => part.Was != part.Again).Select(part => new RefusalItem(part.Place, "comes out otherwise", part.Again ?? "nothing", part.Was ?? "nothing"));
    }

    // Evidence is a sum over all looks; of a window, the value and the threshold are enough.
    private static IEnumerable<RefusalItem> Figures(ImmutableArray<RuleVerdict> verdicts) => verdicts
        .Where(verdict => verdict is { Evidence: null, Verdict: Verdict.Good or Verdict.Bad } && !IsCarried(verdict))
        .Select(verdict => new RefusalItem(
            verdict.Rule.Rule.Text,
            "is not what its figures say",
            verdict.Verdict.ToString(),
            string.Create(CultureInfo.InvariantCulture, $"{verdict.Observed?.ToString(CultureInfo.InvariantCulture) ?? "no value"} against {verdict.Rule.Rule.Threshold}")));

    private static bool IsCarried(RuleVerdict verdict) =>
        verdict.Observed is { } value && verdict.Rule.Rule.IsTrueOf(value) == (verdict.Rule.Sense == RuleSense.Trigger) == (verdict.Verdict == Verdict.Bad);
}
