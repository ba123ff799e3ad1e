using System.Collections.Immutable;

namespace Athena.Dashboard.Process.Contracts;

/// <summary>One comparison of a metric with a threshold, as a person wrote it and as it is meant.</summary>
/// <param name="Text">As written: <c>error_rate &gt; 5% in 5m</c>, <c>no_performance_regression: true</c>.</param>
/// <param name="Metric">
/// The key of the metric that is measured. An alias or a condition in <paramref name="Text"/> has been followed:
/// <c>no_performance_regression: true</c> is <c>performance_degradation &lt; 0.05</c> with the default limit.
/// </param>
/// <param name="Threshold">In the metric's unit: <c>5%</c> is 0.05, <c>2s</c> of a time is 2000.</param>
/// <param name="Window">
/// How far back to look; null for the default of the place where the rule stands (the whole stage for a criterion,
/// 5 minutes for a rollback condition).
/// </param>
public sealed record MetricRule(string Text, string Metric, Comparison Comparison, double Threshold, TimeSpan? Window)
{
    /// <summary>Instead of the list's default action; null for the default.</summary>
    public RuleAction? Action { get; init; }

    /// <summary>How loud an alert is; null where the process says nothing.</summary>
    public RuleSeverity? Severity { get; init; }

    /// <summary>Name of the only stage in which the rule applies; null for all.</summary>
    public string? Stage { get; init; }

    /// <summary>The process's own words where they are less exact than the rule: <c>negative feedback trend</c>.</summary>
    public string? Says { get; init; }

    /// <summary>
    /// Fewest requests (or scores, or users) that must be in the window before the rule decides; null for the default
    /// max(100, 5 / threshold). Written in a plan as <c>minimum_sample</c>, for stages that last seconds.
    /// </summary>
    public long? MinimumSample { get; init; }

    /// <summary>Whether the comparison is true of a value. What that means depends on the list's <see cref="RuleSense"/>.</summary>
    public bool IsTrueOf(double value) => Comparison switch
    {
        Comparison.LessThan => value < Threshold,
        Comparison.AtMost => value <= Threshold,
        Comparison.GreaterThan => value > Threshold,
        Comparison.AtLeast => value >= Threshold,
        _ => throw new InvalidOperationException($"No meaning for {Comparison}."),
    };
}

public enum Comparison
{
    LessThan,
    AtMost,
    GreaterThan,
    AtLeast,
}

/// <summary>What happens when a rule finds harm; the later in this list, the more drastic.</summary>
public enum RuleAction
{
    /// <summary>People are told; exposure stays.</summary>
    Alert,

    /// <summary>The stage waits for a person.</summary>
    Hold,

    /// <summary>Exposure goes back stage by stage.</summary>
    Gradual,

    /// <summary>Exposure goes to zero at once; the flag stays enabled.</summary>
    RollBack,

    /// <summary>Exposure goes to zero at once, the flag is switched off, and people are alerted.</summary>
    Emergency,
}

public enum RuleSeverity
{
    Warning,
    Critical,
}

/// <summary>Whether the rules of a list describe health or harm.</summary>
public enum RuleSense
{
    /// <summary>True is good, false is bad: <c>error_rate &lt; 0.02</c> as a criterion to advance.</summary>
    Requirement,

    /// <summary>True is bad: <c>error_rate &gt; 5%</c> as a reason to roll back.</summary>
    Trigger,
}

/// <summary>A named list of rules with one default action. The process has six that do not agree; all are kept.</summary>
/// <param name="Name">One of <see cref="RuleListNames"/>.</param>
/// <param name="Source">Where in the process it stands.</param>
/// <param name="DefaultAction">What harm leads to, unless a rule names its own action.</param>
/// <param name="TakenFrom">
/// For the two lists that stand in every rollout plan: which part of it. <paramref name="Rules"/> are then those of
/// the default plan, and a rollout uses those of its own plan under this list's name and default action.
/// </param>
public sealed record RuleList(
    string Name,
    string Title,
    string Source,
    RuleSense Sense,
    RuleAction DefaultAction,
    RulePlanPart TakenFrom,
    ImmutableArray<MetricRule> Rules)
{
    public RuleAction ActionOf(MetricRule rule) => rule.Action ?? DefaultAction;

    /// <summary>Rules that apply in a stage: those that name it and those that name none.</summary>
    public IEnumerable<MetricRule> RulesIn(string stage) => Rules.Where(rule => rule.Stage is null || rule.Stage == stage);
}

public enum RulePlanPart
{
    /// <summary>The list has rules of its own.</summary>
    None,
    StageCriteria,
    RollbackConditions,
}

/// <summary>The six lists that every process document has.</summary>
public static class RuleListNames
{
    /// <summary>"Rollback trigger" of each stage's description.</summary>
    public const string StageTriggers = "stage-triggers";

    /// <summary><c>criteria</c> of each stage of the rollout plan.</summary>
    public const string StageCriteria = "stage-criteria";

    /// <summary><c>rollback.conditions</c> of the rollout plan.</summary>
    public const string RollbackConditions = "rollback-conditions";

    /// <summary><c>alerts.deployment</c>.</summary>
    public const string DeploymentAlerts = "deployment-alerts";

    /// <summary><c>alerts.rollback.automatic_triggers</c>.</summary>
    public const string AutomaticTriggers = "automatic-triggers";

    /// <summary>The class <c>AutomaticRollback</c>, whose rules name their own windows and actions.</summary>
    public const string AutomaticRollback = "automatic-rollback";

    /// <summary>Not a list of the document: what its <see cref="SequentialPolicy"/> makes for a rollout.</summary>
    public const string Sequential = "sequential";

    public static readonly ImmutableArray<string> All =
        [StageTriggers, StageCriteria, RollbackConditions, DeploymentAlerts, AutomaticTriggers, AutomaticRollback];
}
