using System.Collections.Immutable;
using System.Globalization;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Health.Domain;

/// <summary>A verdict as one sentence with its figures.</summary>
public static class Explanations
{
    // A number and its unit stay on one line.
    private const string NoBreak = "\u00A0";
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    public static string Of(
        JudgedRule rule, MetricCatalogue catalogue, Verdict verdict, UndecidedCause? cause, MetricReading reading, long needed, SourceFreshness freshness, ImmutableArray<string> missing)
    {
        var metric = catalogue.Resolve(rule.Rule.Metric);
        var title = metric?.Title ?? rule.Rule.Metric;
        var unit = metric?.Unit ?? MetricUnit.Count;
        var over = WindowRules.WindowOf(rule) is { } window ? "over " + Durations.Format(window) : "over the stage";
        return cause switch
        {
            not null when freshness is { IsFresh: false, Trouble: { } trouble } => $"{trouble.Source}: {trouble.Detail}",
            UndecidedCause.SourceDown => "No batch has come for this rollout yet.",
            UndecidedCause.Stale => string.Create(Culture, $"No batch for {freshness.AgeInIntervals:0.##} intervals; more than two is stale."),
            UndecidedCause.NotReported => $"There were {Missing(missing)} in the reports {over}, and {title} is made of that.",
            UndecidedCause.TooLittleData => string.Create(Culture, $"{reading.Samples:#,0} of {needed:#,0} {Samples(metric)} {over}."),
            UndecidedCause.NotANumber => $"{title} is not a number {over}: nothing to compare with.",
            UndecidedCause.Ambiguous => $"{title} is {Value(reading.Value, unit)} {over}, {Limit(rule, unit)}; the next look decides.",
            _ => string.Create(Culture, $"{title} is {Value(reading.Value, unit)} {over}, {Limit(rule, unit)}, from {reading.Samples:#,0} {Samples(metric)}.")
                + (verdict == Verdict.Bad ? " Found twice in a row." : ""),
        };
    }

    /// <summary><c>5.2 %</c>, <c>480 ms</c>, <c>4.1</c>.</summary>
    public static string Value(double? value, MetricUnit unit) => value is not { } number ? "unknown" : unit switch
    {
        MetricUnit.Fraction => Significant(number * 100) + NoBreak + "%",
        MetricUnit.Milliseconds => number.ToString(number < 10 ? "0.#" : "#,0", Culture) + NoBreak + "ms",
        MetricUnit.PerSecond => number.ToString(number < 10 ? "0.##" : "#,0.#", Culture) + "/s",
        MetricUnit.Score => number.ToString("0.0#", Culture),
        _ => number.ToString("#,0", Culture),
    };

    /// <summary><c>must be &lt; 2 %</c>, or for a trigger <c>harm when &gt; 5 %</c>.</summary>
    private static string Limit(JudgedRule rule, MetricUnit unit) =>
        (rule.Sense == RuleSense.Trigger ? "harm when " : "must be ") + Limit(rule.Rule, unit);

    /// <summary><c>&lt; 2 %</c>.</summary>
    public static string Limit(MetricRule rule, MetricUnit unit) => Sign(rule.Comparison) + NoBreak + Value(rule.Threshold, unit);

    public static string Sign(Comparison comparison) => comparison switch
    {
        Comparison.LessThan => "<",
        Comparison.AtMost => "≤",
        Comparison.GreaterThan => ">",
        _ => "≥",
    };

    /// <summary>Names of counts that are missing, as people say it: <c>no scores</c>, <c>no latency buckets</c>.</summary>
    public static string Missing(IEnumerable<string> counts) => "no " + string.Join(" and no ", counts.Select(count => count.Replace('_', ' ')));

    /// <summary>What a metric's samples are called.</summary>
    public static string Samples(MetricDefinition? metric) => metric switch
    {
        { Kind: MetricKind.Score } => "scores",
        { Kind: MetricKind.Drop } => "scores in each arm",
        { Kind: MetricKind.Share } => "users",
        { Kind: MetricKind.Mean or MetricKind.Quantile } => "response times",
        { Kind: MetricKind.RelativeIncrease } => "response times in each arm",
        _ => "requests",
    };

    // Small rates need their digits: 0.08 % is not 0.1 %.
    private static string Significant(double percent) =>
        percent.ToString(Math.Abs(percent) switch { >= 100 => "#,0", >= 10 => "0.#", >= 1 => "0.##", _ => "0.###" }, Culture);
}
