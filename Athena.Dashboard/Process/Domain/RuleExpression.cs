using System.Collections.Immutable;
using System.Globalization;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Process.Domain.Yaml;

namespace Athena.Dashboard.Process.Domain;

/// <summary>One error in a rule's text.</summary>
/// <param name="Offset">0-based character at which it stands.</param>
public sealed record RuleFault(int Offset, string Message, string? Found, string? Expected);

/// <summary>The grammar of rules: <c>metric comparison number[unit] [in duration]</c>.</summary>
public static class RuleExpression
{
    /// <summary>Counts are kept for 7 days at full resolution, so no window is longer.</summary>
    public static readonly TimeSpan LongestWindow = TimeSpan.FromDays(7);

    /// <param name="text">Such as <c>error_rate &gt; 5% in 5m</c>.</param>
    /// <param name="catalogue">The metrics that may be named; an empty one accepts every name.</param>
    /// <param name="sense">What the rule is for, when that is known: a comparison the wrong way round is then an error.</param>
    /// <returns>The rule and no fault, or no rule and every fault.</returns>
    public static (MetricRule? Rule, ImmutableArray<RuleFault> Faults) Parse(string text, MetricCatalogue catalogue, RuleSense? sense = null)
    {
        var parser = new Parser(text, catalogue, sense);
        var rule = parser.Parse();
        return parser.Faults.Count == 0 ? (rule, []) : (null, [.. parser.Faults]);
    }

    private sealed class Parser(string text, MetricCatalogue catalogue, RuleSense? sense)
    {
        private const string Example = "a rule such as error_rate > 5% in 5m";
        private int position;

        public List<RuleFault> Faults { get; } = [];

        public MetricRule? Parse()
        {
            SkipSpace();
            var metricAt = position;
            var name = Take(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');
            if (name.Length == 0 || !char.IsAsciiLetter(name[0])) return Fault(metricAt, "A rule begins with a metric.", text[metricAt..], Example);
            var metric = Metric(name, metricAt);

            SkipSpace();
            var comparisonAt = position;
            var sign = Take(letter => letter is '<' or '>' or '=' or '!');
            if (Compare(sign, comparisonAt) is not { } comparison) return null;
            CheckSense(metric, comparison, sign, comparisonAt);

            SkipSpace();
            var thresholdAt = position;
            var word = Take(letter => !char.IsWhiteSpace(letter));
            if (Threshold(word, thresholdAt, metric) is not { } threshold) return null;

            var window = Window();
            SkipSpace();
            if (position < text.Length) return Fault(position, "The rule goes on after its end.", text[position..], "the end of the rule, or in and a duration");
            return new MetricRule(Tidy(text), metric?.Key ?? name, comparison, threshold, window);
        }

        private MetricDefinition? Metric(string name, int at)
        {
            if (catalogue.Metrics.IsEmpty) return null;
            var named = catalogue.Find(name);
            if (named is null)
                Fault(at, "There is no such metric.", name, Words.Expected(name, [.. catalogue.Metrics.Select(metric => metric.Key)]));
            else if (named.Kind == MetricKind.Condition)
                Fault(at, "This metric is a condition and is not compared.", name, $"{name}: true");
            return catalogue.Resolve(name);
        }

        private Comparison? Compare(string sign, int at)
        {
            switch (sign)
            {
                case "<": return Comparison.LessThan;
                case "<=": return Comparison.AtMost;
                case ">": return Comparison.GreaterThan;
                case ">=": return Comparison.AtLeast;
                default:
                    Fault(at, "A comparison belongs here.", sign.Length > 0 ? sign : text[Math.Min(at, text.Length)..], "<, <=, > or >=");
                    return null;
            }
        }

        private void CheckSense(MetricDefinition? metric, Comparison comparison, string sign, int at)
        {
            if (metric is null || sense is null) return;
            var wantsLow = comparison is Comparison.LessThan or Comparison.AtMost;
            var lowIsBetter = metric.Direction == MetricDirection.LowerIsBetter;
            var saysHealth = wantsLow == lowIsBetter;
            if (saysHealth == (sense == RuleSense.Requirement)) return;
            var better = lowIsBetter ? "lower" : "higher";
            Fault(
                at,
                sense == RuleSense.Requirement
                    ? $"A criterion says what is healthy, and {better} is better for {metric.Key}."
                    : $"A trigger says what is harmful, and {better} is better for {metric.Key}.",
                sign,
                wantsLow ? "> or >=" : "< or <=");
        }

        private double? Threshold(string word, int at, MetricDefinition? metric)
        {
            var digits = word.Length - word.TrimStart("+-.0123456789".ToCharArray()).Length;
            if (!double.TryParse(word.AsSpan(0, digits), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            {
                Fault(at, "A number belongs here.", word, Example);
                return null;
            }

            if (metric is null) return number;
            var unit = word[digits..];
            var factor = (metric.Unit, unit) switch
            {
                (_, "") => 1,
                (MetricUnit.Fraction, "%") => 0.01,
                (MetricUnit.Milliseconds, "ms") => 1,
                (MetricUnit.Milliseconds, "s") => 1000,
                (MetricUnit.PerSecond, "/s") => 1,
                _ => double.NaN,
            };
            if (double.IsNaN(factor))
            {
                Fault(at + digits, $"The unit does not fit {metric.Key}.", unit, Units(metric.Unit));
                return null;
            }

            // Decimal arithmetic: 7% must be 0.07 and not 0.07000000000000001.
            var threshold = number is > -1e12 and < 1e12 ? (double)((decimal)number * (decimal)factor) : double.PositiveInfinity;
            var (least, most) = Bounds(metric);
            if (threshold >= least && threshold <= most) return threshold;
            Fault(at, $"The threshold is out of the range of {metric.Key}.", word, RangeText(metric, least, most));
            return null;
        }

        private TimeSpan? Window()
        {
            var before = position;
            SkipSpace();
            var at = position;
            if (Take(char.IsAsciiLetter) != "in")
            {
                position = before;
                return null;
            }

            SkipSpace();
            at = position;
            var word = Take(letter => !char.IsWhiteSpace(letter));
            if (Durations.TryParse(word, out var window) && window <= LongestWindow) return window;
            Fault(at, "This is not a window.", word, $"a duration up to {Durations.Format(LongestWindow)}, such as 5m");
            return null;
        }

        private MetricRule? Fault(int offset, string message, string? found, string? expected)
        {
            Faults.Add(new RuleFault(offset, message, string.IsNullOrEmpty(found) ? "nothing" : $"'{found}'", expected));
            return null;
        }

        private void SkipSpace() => Take(char.IsWhiteSpace);

        private string Take(Func<char, bool> belongs)
        {
            var start = position;
            while (position < text.Length && belongs(text[position])) position++;
            return text[start..position];
        }

        private static string Tidy(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

        private static string Units(MetricUnit unit) => unit switch
        {
            MetricUnit.Fraction => "a fraction such as 0.05, or 5%",
            MetricUnit.Milliseconds => "ms or s",
            MetricUnit.PerSecond => "a number per second",
            _ => "a number without a unit",
        };

        private static (double Least, double Most) Bounds(MetricDefinition metric) => (metric.Kind, metric.Unit) switch
        {
            (MetricKind.RelativeIncrease, _) => (0, 100),
            (MetricKind.Drop, MetricUnit.Score) => (0, 4),
            // Buckets do not tell what is above the last of them.
            (MetricKind.Quantile, _) => (0, 10_000),
            (_, MetricUnit.Fraction) => (0, 1),
            (_, MetricUnit.Score) => (1, 5),
            _ => (0, 1e12),
        };

        private static string RangeText(MetricDefinition metric, double least, double most) =>
            most >= 1e12 ? "zero or more"
            : metric.Unit == MetricUnit.Fraction ? FormattableString.Invariant($"{least} to {most}, or {least * 100}% to {most * 100}%")
            : FormattableString.Invariant($"{least} to {most}");
    }
}
