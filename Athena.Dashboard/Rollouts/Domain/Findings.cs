using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Rollouts.Contracts;

namespace Athena.Dashboard.Rollouts.Domain;

/// <summary>The verdicts of one look, read in the light of the rollout's terms.</summary>
public sealed class Findings
{
    private readonly Rollout rollout;
    private readonly RolloutStep step;
    private readonly ImmutableArray<RuleVerdict> verdicts;

    public Findings(Rollout rollout, ImmutableArray<RuleVerdict> verdicts)
    {
        this.rollout = rollout;
        this.verdicts = verdicts;
        step = rollout.CurrentStep;
        Harm = [.. verdicts
            .Where(verdict => IsBad(verdict) && !verdict.IsShared)
            .OrderByDescending(verdict => rollout.Terms.ActionOf(verdict.Rule))];
    }

    /// <summary>Rules that are bad and may decide here, the most drastic first.</summary>
    public ImmutableArray<RuleVerdict> Harm { get; }

    /// <summary>What the control suffers from as well; null when there is no such thing.</summary>
    public RuleVerdict? Shared => verdicts.FirstOrDefault(verdict => IsBad(verdict) && verdict.IsShared && rollout.Terms.ActionOf(verdict.Rule) > RuleAction.Alert);

    /// <summary>Null when nothing is bad.</summary>
    public RuleVerdict? Worst => Harm.FirstOrDefault();

    public HarmfulRule Name(RuleVerdict verdict) =>
        new(verdict.Rule.List, verdict.Rule.Rule.Text, rollout.Terms.ActionOf(verdict.Rule));

    /// <summary>Criteria that are not good, and may decide here.</summary>
    public IEnumerable<RuleVerdict> Missing() =>
        verdicts.Where(verdict => (verdict.Rule.List == RuleListNames.StageCriteria || verdict.Rule.Sequential is { IsRequired: true })
            && verdict.Verdict != Verdict.Good
            && rollout.Terms.Decides(verdict.Rule.Rule, step)
            && !(rollout.Terms.StandsAtWhole(verdict.Rule.Rule, step) && rollout.Standing.Contains(verdict.Rule.Rule.Text)));

    /// <summary>What stands at 100 %: the relative criteria that are good now, or what stood already where none can be judged.</summary>
    public ImmutableArray<string> Standing() =>
        step.Percentage == Percentage.Hundred
            ? rollout.Standing
            : [.. verdicts
                .Where(verdict => verdict.Rule.List == RuleListNames.StageCriteria
                    && verdict.Verdict == Verdict.Good
                    && rollout.Terms.RelativeMetrics.Contains(verdict.Rule.Rule.Metric))
                .Select(verdict => verdict.Rule.Rule.Text)];

    public ImmutableArray<SeenVerdict> Seen() =>
        [.. verdicts.Select(verdict => new SeenVerdict(verdict.Rule.List, verdict.Rule.Rule.Text, verdict.Verdict, verdict.Cause))];

    /// <summary>What changed since the last record, one sentence.</summary>
    public string Changes()
    {
        var before = rollout.Seen.GroupBy(seen => (seen.List, seen.Rule)).ToDictionary(group => group.Key, group => group.First());
        var changes = Seen()
            .Where(seen => !before.TryGetValue((seen.List, seen.Rule), out var old) || old != seen)
            .Select(seen => before.TryGetValue((seen.List, seen.Rule), out var old)
                ? $"{seen.Rule} ({seen.List}): {Word(old)} → {Word(seen)}"
                : $"{seen.Rule} ({seen.List}): {Word(seen)}");
        return string.Join("; ", changes);
    }

    public static string Word(UndecidedCause cause) => cause switch
    {
        UndecidedCause.TooLittleData => "too little data",
        UndecidedCause.Stale => "reports stopped",
        UndecidedCause.SourceDown => "no reports",
        UndecidedCause.Ambiguous => "to be confirmed",
        UndecidedCause.NotANumber => "no number",
        UndecidedCause.NotReported => "not reported",
        UndecidedCause.NothingToCompare => "nothing to compare",
        UndecidedCause.SeveralSeries => "several series",
        _ => cause.ToString(),
    };

    // Bad evidence stays; a person who let the rollout run after it has seen it.
    private bool IsBad(RuleVerdict verdict) =>
        verdict.Verdict == Verdict.Bad
        && rollout.Terms.Decides(verdict.Rule.Rule, step)
        && !(verdict.Evidence?.BadSince < rollout.LetRunAt);

    private static string Word(SeenVerdict seen) => seen.Verdict switch
    {
        Verdict.Good => "good",
        Verdict.Bad => "bad",
        _ => seen.Cause is { } cause ? "undecided, " + Word(cause) : "undecided",
    };
}
