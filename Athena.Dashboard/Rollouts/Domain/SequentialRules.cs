using System.Collections.Immutable;
using System.Globalization;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Rollouts.Domain;

/// <summary>What the process's sequential guards come to in one step of a rollout.</summary>
public static class SequentialRules
{
    public static ImmutableArray<JudgedRule> Of(RolloutTerms terms, RolloutStep step)
    {
        var share = terms.Sequential.Alpha / Math.Max(1, CountThatRollBack(terms));
        return [.. terms.Sequential.Guards.SelectMany(guard => Of(guard, step, RollsBack(guard) ? share : terms.Sequential.Alpha))];
    }

    /// <summary>Tests that can take the rollout back: each gets an equal part of its error budget.</summary>
    public static int CountThatRollBack(RolloutTerms terms) =>
        terms.Sequential.Guards.Where(RollsBack).Sum(guard => guard.Against switch
        {
            GuardComparison.Control => 1,
            GuardComparison.Criteria => terms.Steps.Sum(step => Criteria(guard, step).Count()),
            _ => terms.Steps.Length,
        });

    private static IEnumerable<JudgedRule> Of(SequentialGuard guard, RolloutStep step, double alpha) => guard.Against switch
    {
        GuardComparison.Control =>
        [
            Rule(
                guard,
                guard.Tolerance > 0 ? $"{guard.Metric} more than {Percent(guard.Tolerance)} above the control" : $"{guard.Metric} above the control",
                Comparison.GreaterThan,
                guard.Tolerance,
                new SequentialTest(SequentialKind.AgainstControl, guard.Tolerance, alpha)),
        ],
        GuardComparison.Criteria => Criteria(guard, step).Select(criterion => Rule(
            guard,
            $"{guard.Metric} < {Percent(criterion.Threshold)}",
            Comparison.LessThan,
            criterion.Threshold,
            new SequentialTest(SequentialKind.AgainstLimit, criterion.Threshold, alpha) { IsRequired = guard.IsRequired })),
        _ when guard.Limit is { } limit =>
        [
            Rule(
                guard,
                guard.Above is { } above ? string.Create(CultureInfo.InvariantCulture, $"{guard.Metric} above {above:0.###} ms < {Percent(limit)}") : $"{guard.Metric} < {Percent(limit)}",
                Comparison.LessThan,
                limit,
                new SequentialTest(SequentialKind.AgainstLimit, limit, alpha) { Above = guard.Above, IsRequired = guard.IsRequired }),
        ],
        _ => [],
    };

    // Only thresholds that a share can be weighed against; the same one twice is one test.
    private static IEnumerable<MetricRule> Criteria(SequentialGuard guard, RolloutStep step) =>
        step.Criteria
            .Where(rule => rule.Metric == guard.Metric && rule is { Comparison: Comparison.LessThan or Comparison.AtMost, Threshold: > 0 and < 1 })
            .DistinctBy(rule => rule.Threshold);

    private static bool RollsBack(SequentialGuard guard) => guard.Action >= RuleAction.Gradual;

    private static JudgedRule Rule(SequentialGuard guard, string text, Comparison comparison, double level, SequentialTest test) =>
        new(
            RuleListNames.Sequential,
            comparison == Comparison.LessThan ? RuleSense.Requirement : RuleSense.Trigger,
            new MetricRule(text, guard.Metric, comparison, level, null) { Action = guard.Action })
        {
            Sequential = test,
        };

    private static string Percent(double share) => (share * 100).ToString("0.###", CultureInfo.InvariantCulture) + " %";
}
