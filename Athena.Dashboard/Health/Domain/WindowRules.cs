using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Health.Domain;

/// <summary>How often in a row a rule has found harm; what has to be remembered between two looks.</summary>
public readonly record struct RuleMemory(int HarmInRow);

/// <summary>
/// The window rule of the process: a point estimate over a window crosses a threshold. Harm needs the sample and two
/// looks in a row; anything less is undecided with its cause.
/// </summary>
public static class WindowRules
{
    /// <summary>Looks in a row that must find harm.</summary>
    public const int LooksInRow = 2;

    /// <summary>A trigger that names no window.</summary>
    public static readonly TimeSpan TriggerWindow = TimeSpan.FromMinutes(5);

    private const long FewestSamples = 100;

    /// <summary>Where a rule's window begins at <paramref name="now"/>; never before the stage or, for a trigger, the rollout began.</summary>
    public static DateTimeOffset WindowStart(JudgedRule rule, HealthScope scope, DateTimeOffset now)
    {
        var earliest = rule.Sense == RuleSense.Trigger ? scope.RolloutStarted ?? scope.StageStarted : scope.StageStarted;
        return WindowOf(rule) is { } window && now - window > earliest ? now - window : earliest;
    }

    /// <summary>How far back the rule looks; null for the whole stage.</summary>
    public static TimeSpan? WindowOf(JudgedRule rule) =>
        rule.Sequential is not null ? null : rule.Rule.Window ?? (rule.Sense == RuleSense.Trigger ? TriggerWindow : null);

    /// <summary>
    /// Samples from which a rule decides: its own number, or max(100, 5 / threshold) for shares, so that some five
    /// events are expected at the threshold, 100 for means and scores, and one for plain counts and rates.
    /// </summary>
    public static long Needed(MetricRule rule, MetricCatalogue catalogue)
    {
        var kind = catalogue.Resolve(rule.Metric)?.Kind;
        if (kind is MetricKind.Count or MetricKind.Rate) return 1;
        if (rule.MinimumSample is { } own) return own;
        return kind is MetricKind.Ratio or MetricKind.Share && rule.Threshold > 0
            ? Math.Max(FewestSamples, (long)Math.Ceiling(Math.Round(5 / rule.Threshold, 6)))
            : FewestSamples;
    }

    /// <summary>One look.</summary>
    /// <param name="measured">Counts from <see cref="WindowStart"/> until now.</param>
    /// <param name="inIncident">The control is in an incident, or was a moment ago: what is found now may be no other.</param>
    /// <returns>The verdict, and what to remember until the next look.</returns>
    public static (RuleVerdict Verdict, RuleMemory Memory) Look(
        JudgedRule rule, RuleMemory memory, MetricCatalogue catalogue, Measured measured, SourceFreshness freshness, bool inIncident = false)
    {
        var observed = (freshness.LastBatchAt ?? measured.From) - measured.From - measured.Skipped;
        var reading = MetricReading.Of(rule.Rule.Metric, catalogue, measured, observed);
        var needed = Needed(rule.Rule, catalogue);
        var missing = MetricNeeds.MissingIn(rule.Rule.Metric, catalogue, measured);
        var isHarm = reading.Value is { } value && rule.Rule.IsTrueOf(value) == (rule.Sense == RuleSense.Trigger);
        if (WhyUndecided(rule, catalogue, reading, needed, freshness, isHarm, missing.IsEmpty) is { } cause) return (Say(Verdict.Undecided, cause), default);
        if (!isHarm) return (Say(Verdict.Good, null), default);
        var inRow = memory.HarmInRow + 1;
        return inRow >= LooksInRow
            ? (Say(Verdict.Bad, null) with { IsShared = (inIncident && IsOfPeople(rule, catalogue)) || IsShared(rule, catalogue, measured, needed) }, new RuleMemory(inRow))
            : (Say(Verdict.Undecided, UndecidedCause.Ambiguous), new RuleMemory(inRow));

        RuleVerdict Say(Verdict verdict, UndecidedCause? why) =>
            new(rule, verdict, why, reading.Value, reading.Samples, needed, WindowOf(rule), freshness.LastBatchAt,
                Explanations.Of(rule, catalogue, verdict, why, reading, needed, freshness, missing))
            {
                Missing = why == UndecidedCause.NotReported ? missing : [],
            };
    }

    private static UndecidedCause? WhyUndecided(
        JudgedRule rule, MetricCatalogue catalogue, MetricReading reading, long needed, SourceFreshness freshness, bool isHarm, bool isSupplied)
    {
        if (freshness.LastBatchAt is null) return freshness.Trouble?.Cause ?? UndecidedCause.SourceDown;
        if (!freshness.IsFresh) return freshness.Trouble?.Cause ?? UndecidedCause.Stale;
        // One critical error is one, however little traffic there is: a count that exceeds its threshold needs no sample.
        if (isHarm && HarmIsMuch(rule) && catalogue.Resolve(rule.Rule.Metric)?.Kind == MetricKind.Count) return null;
        if (!isSupplied) return UndecidedCause.NotReported;
        if (reading.IsNotANumber) return UndecidedCause.NotANumber;
        return reading.Value is null || reading.Samples < needed ? UndecidedCause.TooLittleData : null;
    }

    // Counts and rates are not compared: the control is another number of people.
    private static bool IsOfPeople(JudgedRule rule, MetricCatalogue catalogue) =>
        catalogue.Resolve(rule.Rule.Metric) is { Kind: not (MetricKind.Count or MetricKind.Rate) };

    private static bool IsShared(JudgedRule rule, MetricCatalogue catalogue, Measured measured, long needed)
    {
        if (!IsOfPeople(rule, catalogue) || catalogue.Resolve(rule.Rule.Metric) is not { IsRelative: false } metric) return false;
        if (metric.Kind == MetricKind.Ratio && HarmIsMuch(rule))
        {
            return SharedIncident.OfRates(
                rule.Rule.Threshold,
                needed,
                (long)measured.Exposed.Named(metric.Parts[1]),
                (long)measured.Exposed.Named(metric.Parts[0]),
                (long)measured.Control.Named(metric.Parts[1]),
                (long)measured.Control.Named(metric.Parts[0]));
        }

        var control = MetricReading.OfArm(metric, measured.Control, TimeSpan.Zero);
        return control.Samples >= Math.Max(1, needed) && control.Value is { } value && rule.Rule.IsTrueOf(value) == (rule.Sense == RuleSense.Trigger);
    }

    private static bool HarmIsMuch(JudgedRule rule) =>
        rule.Rule.Comparison is Comparison.GreaterThan or Comparison.AtLeast
            ? rule.Sense == RuleSense.Trigger
            : rule.Sense == RuleSense.Requirement;
}
