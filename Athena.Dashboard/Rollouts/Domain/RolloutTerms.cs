using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Rollouts.Domain;

/// <summary>
/// What a rollout was agreed on, taken from the plan and the release's process when it was planned. It never changes,
/// so that a later edit of the process moves no rollout that is under way, and each decision can be replayed.
/// </summary>
/// <param name="Lists">The six rule lists; criteria and conditions stand in the plan.</param>
/// <param name="RelativeMetrics">Metrics that compare the exposed with the control.</param>
public sealed record RolloutTerms(
    RolloutPlan Plan,
    ImmutableArray<RuleList> Lists,
    ImmutableArray<string> RelativeMetrics,
    int ProcessVersion)
{
    /// <summary>Guards that weigh evidence; none in what was planned before there were any.</summary>
    public SequentialPolicy Sequential { get; init; } = SequentialPolicy.None;

    /// <summary>The longest time between two looks; plans whose stages last seconds are looked at more often.</summary>
    public static readonly TimeSpan LongestTick = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan ShortestTick = TimeSpan.FromMilliseconds(100);

    /// <summary>The plan, one percentage at a time.</summary>
    [JsonIgnore]
    public ImmutableArray<RolloutStep> Steps { get; } = Plan.Steps();

    public static RolloutTerms Of(RolloutPlan plan, ProcessDocument process, int processVersion) => new(
        plan,
        process.RuleLists,
        [.. process.Metrics.Metrics.Where(metric => metric.IsRelative).Select(metric => metric.Key)],
        processVersion)
    {
        Sequential = process.Sequential,
    };

    /// <summary>At most a tenth of the shortest stage.</summary>
    public TimeSpan Tick(TimeSpan longest)
    {
        var tenth = Steps.Min(step => step.Duration) / 10;
        return tenth < ShortestTick ? ShortestTick : tenth < longest ? tenth : longest;
    }

    /// <summary>Everything that is judged in a step, the criteria first.</summary>
    public ImmutableArray<JudgedRule> RulesOf(RolloutStep step)
    {
        var rules = step.Criteria.Select(rule => new JudgedRule(RuleListNames.StageCriteria, RuleSense.Requirement, rule))
            .Concat(Plan.Rollback.Conditions.Where(rule => rule.Stage is null || rule.Stage == step.Stage).Select(rule => new JudgedRule(RuleListNames.RollbackConditions, RuleSense.Trigger, rule)))
            .Concat(Lists.Where(list => list.TakenFrom == RulePlanPart.None).SelectMany(list => JudgedRule.Of(list, step.Stage)));
        return [.. rules.Select(WithSample), .. SequentialRules.Of(this, step)];
    }

    /// <summary>What harm by this rule leads to.</summary>
    public RuleAction ActionOf(JudgedRule rule) =>
        Lists.FirstOrDefault(list => list.Name == rule.List) is { } list ? list.ActionOf(rule.Rule) : rule.Rule.Action ?? RuleAction.RollBack;

    /// <summary>
    /// Whether a rule may decide in this step. Those that compare with a control do not where testers choose
    /// themselves, because the two sides then differ by more than the feature.
    /// </summary>
    public bool Decides(MetricRule rule, RolloutStep step) =>
        !RelativeMetrics.Contains(rule.Metric) || Plan.Stages[step.StageIndex].Audience.IsEmpty;

    /// <summary>
    /// Where the two sides of a step differ by nothing but the feature: by percentage alone, and not everybody.
    /// </summary>
    public bool IsSplit(RolloutStep step) =>
        step.Percentage > Percentage.Zero && step.Percentage < Percentage.Hundred && Plan.Stages[step.StageIndex].Audience.IsEmpty;

    /// <summary>At 100 % nobody is left to compare with: the verdict of the last step with a control stands.</summary>
    public bool StandsAtWhole(MetricRule rule, RolloutStep step) =>
        RelativeMetrics.Contains(rule.Metric) && step.Percentage == Percentage.Hundred;

    private JudgedRule WithSample(JudgedRule judged) =>
        judged.Rule.MinimumSample is null && Plan.MinimumSample is { } least
            ? judged with { Rule = judged.Rule with { MinimumSample = least } }
            : judged;
}
