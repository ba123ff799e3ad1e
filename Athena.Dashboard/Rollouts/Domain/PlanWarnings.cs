using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Rollouts.Domain;

/// <summary>Something about a plan that is no fault, and that whoever plans should know.</summary>
/// <param name="Metric">The metric that it is about; null when nobody reports anything.</param>
/// <param name="Rules">The rules that name the metric, as written.</param>
/// <param name="HoldsStage">A stage will wait for it at its end; otherwise a rule will not say what it could.</param>
/// <param name="Message">One or two sentences.</param>
public sealed record PlanWarning(string? Metric, ImmutableArray<string> Rules, bool HoldsStage, string Message);

/// <summary>Which rules of a plan have nothing to go by.</summary>
public static class PlanWarnings
{
    /// <summary>Keys of all metrics that any rule of the rollout names.</summary>
    public static IEnumerable<string> MetricsOf(RolloutTerms terms) => RulesOf(terms).Select(rule => rule.Rule.Metric).Distinct(StringComparer.Ordinal);

    /// <param name="unsupplied">Of the metrics of <see cref="MetricsOf"/>.</param>
    /// <returns>Those that hold a stage first.</returns>
    public static ImmutableArray<PlanWarning> Of(RolloutTerms terms, string environment, ImmutableArray<UnsuppliedMetric> unsupplied)
    {
        var rules = RulesOf(terms).ToLookup(rule => rule.Rule.Metric, StringComparer.Ordinal);
        if (!unsupplied.IsEmpty && unsupplied.Length == rules.Count && unsupplied.All(metric => !metric.IsTold))
        {
            var counts = unsupplied.SelectMany(metric => metric.Counts).Distinct(StringComparer.Ordinal);
            return
            [
                new PlanWarning(null, [], true, $"Nobody has reported in {environment} within the last week. The rules of this plan need {Joined(counts)}; the first stage waits until somebody reports."),
            ];
        }

        return [.. unsupplied.Select(metric => Of(metric, environment, [.. rules[metric.Metric]])).OrderByDescending(warning => warning.HoldsStage)];
    }

    private static PlanWarning Of(UnsuppliedMetric metric, string environment, ImmutableArray<JudgedRule> rules)
    {
        var isCriterion = rules.Any(rule => rule.List == RuleListNames.StageCriteria);
        var holds = isCriterion && !metric.IsTold;
        var written = rules.Select(rule => rule.Rule.Text).Distinct(StringComparer.Ordinal).ToImmutableArray();
        var (nobody, which) = ($"Nobody has reported {Joined(metric.Counts)} in {environment} within the last week", Joined(written));
        return new PlanWarning(
            metric.Metric,
            written,
            holds,
            metric.IsTold ? $"{nobody}: until somebody does, {metric.Metric} reads as if there were none ({which})."
            : holds ? $"{nobody}: the stage waits at its end until somebody does ({which})."
            : $"{nobody}: until somebody does, {which} cannot fire.");
    }

    private static IEnumerable<JudgedRule> RulesOf(RolloutTerms terms) => terms.Steps.SelectMany(step => terms.RulesOf(step)).Distinct();

    private static string Joined(IEnumerable<string> words)
    {
        var all = words.ToList();
        return all.Count < 2 ? string.Concat(all) : string.Join(", ", all[..^1]) + " and " + all[^1];
    }
}
