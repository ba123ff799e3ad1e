using System.Collections.Immutable;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Health.Contracts;

/// <summary>A rule as it is judged: with the list that it comes from and what being true means there.</summary>
/// <param name="List">One of <see cref="RuleListNames"/>; it stands in every record, so that it is seen which rule fired.</param>
/// <param name="Sense">Requirement: false is bad, and no window means the whole stage. Trigger: true is bad, and no window means 5 minutes.</param>
public sealed record JudgedRule(string List, RuleSense Sense, MetricRule Rule)
{
    /// <summary>Judged by evidence; null for a rule over a window.</summary>
    public SequentialTest? Sequential { get; init; }

    /// <summary>All rules of a list that apply in a stage.</summary>
    public static IEnumerable<JudgedRule> Of(RuleList list, string stage) =>
        list.RulesIn(stage).Select(rule => new JudgedRule(list.Name, list.Sense, rule));
}

public enum Verdict
{
    Good,

    /// <summary>Harm: two looks in a row found it, with the sample that the rule needs.</summary>
    Bad,

    /// <summary>Neither. It holds a stage and counts as neither health nor harm.</summary>
    Undecided,
}

/// <summary>Why a verdict is <see cref="Verdict.Undecided"/>.</summary>
public enum UndecidedCause
{
    /// <summary>Fewer samples in the window than the rule needs.</summary>
    TooLittleData,

    /// <summary>The last batch is older than two of its own intervals.</summary>
    Stale,

    /// <summary>No source has reported for this rollout at all.</summary>
    SourceDown,

    /// <summary>One look found harm and the next has yet to confirm it.</summary>
    Ambiguous,

    /// <summary>The counts give no number, e.g. a ratio to a control that is zero.</summary>
    NotANumber,

    /// <summary>Reports come, and without a count that the metric is made of: <see cref="RuleVerdict.Missing"/>.</summary>
    NotReported,

    /// <summary>Exposure is not by percentage here, or one of the two sides has no traffic.</summary>
    NothingToCompare,

    /// <summary>A source gives several series where one is expected, and which is meant cannot be told.</summary>
    SeveralSeries,
}

/// <summary>What one rule says at one look.</summary>
/// <param name="Cause">Null unless undecided.</param>
/// <param name="Observed">The value in the metric's unit; shown also while undecided. Null when there is none.</param>
/// <param name="Samples">Requests, response times, scores or users behind it; of the smaller arm where two are compared.</param>
/// <param name="Needed">Samples from which the rule decides; 0 where a single one does.</param>
/// <param name="Window">How far back was looked; null for the whole stage.</param>
/// <param name="LastBatchAt">End of the newest batch, or null when there was none.</param>
/// <param name="Explanation">One sentence for people, with the figures.</param>
public sealed record RuleVerdict(
    JudgedRule Rule,
    Verdict Verdict,
    UndecidedCause? Cause,
    double? Observed,
    long Samples,
    long Needed,
    TimeSpan? Window,
    DateTimeOffset? LastBatchAt,
    string Explanation)
{
    /// <summary>Names of counts that the metric needs and no report has; empty unless that is the cause.</summary>
    public ImmutableArray<string> Missing { get; init; } = [];

    /// <summary>The control is in the same trouble: to take the feature back would help nobody.</summary>
    public bool IsShared { get; init; }

    /// <summary>What a sequential rule has gathered; null for a rule over a window.</summary>
    public EvidenceReading? Evidence { get; init; }
}
