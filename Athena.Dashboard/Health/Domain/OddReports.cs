using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Health.Domain;

/// <summary>Reports that are beyond a rule's threshold for themselves, and until when they are in its window.</summary>
internal sealed class OddReports
{
    private static readonly Tally Nothing = new();

    private readonly MetricCatalogue catalogue;
    private readonly (string Metric, (MetricRule Rule, RuleSense Sense, TimeSpan Window)[] Rules)[] byMetric;
    private DateTimeOffset until = DateTimeOffset.MinValue;

    public OddReports(ImmutableArray<JudgedRule> rules, MetricCatalogue catalogue)
    {
        (Rules, this.catalogue) = (rules, catalogue);
        byMetric =
        [
            .. rules.Where(rule => rule.Sequential is null).GroupBy(rule => rule.Rule.Metric, StringComparer.Ordinal)
                // A mean over a whole stage only goes beyond the threshold with a report that does.
                .Select(group => (group.Key, group.Select(rule => (rule.Rule, rule.Sense, WindowRules.WindowOf(rule) ?? TimeSpan.Zero)).ToArray())),
        ];
    }

    public ImmutableArray<JudgedRule> Rules { get; }

    public bool Look((DateTimeOffset From, DateTimeOffset To, Tally? Exposed, Tally? Control) report)
    {
        var measured = new Measured(report.Exposed ?? Nothing, report.Control ?? Nothing, report.From, report.From, report.To);
        foreach (var (metric, rules) in byMetric)
        {
            if (MetricReading.Of(metric, catalogue, measured, report.To - report.From).Value is not { } value) continue;
            foreach (var (rule, sense, window) in rules)
            {
                if (rule.IsTrueOf(value) != (sense == RuleSense.Trigger)) continue;
                if (report.To + window > until) until = report.To + window;
            }
        }

        return report.To <= until;
    }
}
