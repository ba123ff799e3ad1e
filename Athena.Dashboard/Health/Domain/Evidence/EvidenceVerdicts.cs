using System.Globalization;
using Athena.Dashboard.Health.Contracts;

namespace Athena.Dashboard.Health.Domain.Evidence;

/// <summary>What the evidence of a sequential rule comes to.</summary>
public static class EvidenceVerdicts
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    public static RuleVerdict Of(JudgedRule rule, EvidenceReading reading, bool isShared, bool isSplit, SourceFreshness freshness)
    {
        var (verdict, cause) = Decide(rule, reading, isShared, isSplit, freshness);
        var counts = reading.Counts;
        return new RuleVerdict(
            rule,
            verdict,
            cause,
            counts.ExposedRequests > 0 ? (double)counts.ExposedErrors / counts.ExposedRequests : null,
            counts.ExposedRequests,
            counts.ExposedRequests + (reading.NeededMore ?? 0),
            null,
            freshness.LastBatchAt,
            Explain(rule, reading, verdict, cause, isShared, freshness))
        {
            Evidence = reading,
            IsShared = isShared && reading.BadSince is null,
        };
    }

    private static (Verdict Verdict, UndecidedCause? Cause) Decide(JudgedRule rule, EvidenceReading reading, bool isShared, bool isSplit, SourceFreshness freshness)
    {
        if (reading.BadSince is not null || isShared) return (Verdict.Bad, null);
        if (freshness.LastBatchAt is null) return (Verdict.Undecided, freshness.Trouble?.Cause ?? UndecidedCause.SourceDown);
        if (!freshness.IsFresh) return (Verdict.Undecided, freshness.Trouble?.Cause ?? UndecidedCause.Stale);
        if (rule.Sequential!.Kind == SequentialKind.AgainstLimit)
            return reading.LogGood >= reading.LogGoodLimit ? (Verdict.Good, null) : (Verdict.Undecided, UndecidedCause.TooLittleData);
        if (!isSplit || reading.Counts.ControlRequests == 0) return (Verdict.Undecided, UndecidedCause.NothingToCompare);
        return reading.NeededMore is 0 ? (Verdict.Good, null) : (Verdict.Undecided, UndecidedCause.TooLittleData);
    }

    private static string Explain(JudgedRule rule, EvidenceReading reading, Verdict verdict, UndecidedCause? cause, bool isShared, SourceFreshness freshness)
    {
        var counts = reading.Counts;
        var evidence = $"evidence of harm {EvidenceWords.Shown(reading.LogHarm)}, bad from {EvidenceWords.Shown(reading.LogHarmLimit)}";
        var arms = rule.Sequential!.Kind == SequentialKind.AgainstControl
            ? string.Create(Culture, $"{counts.ExposedErrors:#,0} of {counts.ExposedRequests:#,0} with it and {counts.ControlErrors:#,0} of {counts.ControlRequests:#,0} without")
            : string.Create(Culture, $"{counts.ExposedErrors:#,0} of {counts.ExposedRequests:#,0}");
        return cause switch
        {
            not null when freshness is { IsFresh: false, Trouble: { } trouble } => $"{trouble.Source}: {trouble.Detail}",
            UndecidedCause.SourceDown => "No batch has come for this rollout yet.",
            UndecidedCause.Stale => string.Create(Culture, $"No batch for {freshness.AgeInIntervals:0.##} intervals; more than two is stale."),
            UndecidedCause.NothingToCompare => "Nothing to compare with: exposure is not by percentage alone, or one side has no traffic.",
            UndecidedCause.TooLittleData => $"{EvidenceWords.Missing(reading)}; {evidence}: {arms}.",
            _ when reading.BadSince is null && isShared => $"The control is in trouble as well, or was a moment ago; {evidence}: {arms}.",
            _ => $"{(verdict == Verdict.Bad ? "Harm" : "No harm")}: {evidence}: {arms}.",
        };
    }
}
