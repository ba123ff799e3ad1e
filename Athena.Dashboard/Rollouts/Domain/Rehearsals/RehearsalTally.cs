using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Rollouts.Contracts;

namespace Athena.Dashboard.Rollouts.Domain.Rehearsals;

/// <summary>What one run without harm came to.</summary>
internal sealed class HealthyRun
{
    private readonly HashSet<int> resumed = [];

    public List<int> Entered { get; } = [];

    public (int Step, HarmfulRule Harm)? RolledBack { get; private set; }

    public Dictionary<int, HarmfulRule> Asked { get; } = [];

    /// <summary>What a step lacked when its time was over, by its rule.</summary>
    public Dictionary<int, ImmutableArray<RuleVerdict>> Lacked { get; } = [];

    /// <summary>Steps that a person ended, with what they waited for.</summary>
    public Dictionary<int, string> Stuck { get; } = [];

    /// <summary>Null when it was rolled back.</summary>
    public TimeSpan? Took { get; private set; }

    public void Enter(int step) => Entered.Add(step);

    public void RollBack(int step, HarmfulRule harm) => RolledBack = (step, harm);

    public void Complete(TimeSpan took) => Took = took;

    /// <returns>Whether this is the first time in the step.</returns>
    public bool Ask(int step, HarmfulRule harm)
    {
        Asked.TryAdd(step, harm);
        return resumed.Add(step);
    }

    public void Lack(int step, IEnumerable<RuleVerdict> missing) => Lacked.TryAdd(step, [.. missing]);

    public void Stick(int step, string because) => Stuck.TryAdd(step, because);
}

/// <param name="FoundAfter">Null when it was not rolled back.</param>
/// <param name="Exposed">Requests that met the harm.</param>
internal sealed record HarmedRun(int Step, RehearsalHarm Harm, TimeSpan? FoundAfter, TimeSpan? AskedAfter, bool WentOn, long Exposed, HarmfulRule? By);

/// <summary>Gathers runs and tells what they come to.</summary>
internal sealed class RehearsalTally(RolloutTerms terms, ImmutableArray<RehearsalHarm> harms)
{
    private readonly List<HealthyRun> healthy = [];
    private readonly List<HarmedRun> harmed = [];
    private readonly (long Requests, long Reports)[] traffic = new (long, long)[terms.Steps.Length];

    public ImmutableArray<RehearsalHarm> Harms => harms;

    public void Add(HealthyRun run) => healthy.Add(run);

    public void Add(HarmedRun run) => harmed.Add(run);

    public void Count(int step, long requests) => traffic[step] = (traffic[step].Requests + requests, traffic[step].Reports + 1);

    public RehearsalResult Result(int wanted, double tickSeconds)
    {
        var planned = terms.Steps.Sum(step => step.Duration.TotalSeconds);
        var result = new RehearsalResult
        {
            Wanted = wanted,
            Runs = healthy.Count,
            TickSeconds = tickSeconds,
            PlannedSeconds = planned,
            RolledBack = new Share(healthy.Count(run => run.RolledBack is not null), healthy.Count),
            Asked = new Share(healthy.Count(run => run.Asked.Count > 0), healthy.Count),
            Undecided = new Share(healthy.Count(run => run.Lacked.Count > 0 || run.Stuck.Count > 0), healthy.Count),
            Fired = [.. Fired()],
            MedianSeconds = Quantile([.. healthy.Select(run => run.Stuck.Count == 0 ? run.Took?.TotalSeconds : null)], 0.5),
            Steps = [.. terms.Steps.Select(step => Outlook(step.Index, tickSeconds))],
            Harms = [.. terms.Steps.SelectMany(step => harms.Select(harm => Outlook(step.Index, harm))).OfType<HarmOutlook>()],
        };
        result = result with { Warnings = RehearsalWords.Warnings(result) };
        return result with { Summary = RehearsalWords.Summary(result) };
    }

    private IEnumerable<RuleFired> Fired() => healthy
        .SelectMany(run => run.Asked.Select(asked => (Step: asked.Key, Harm: asked.Value, RollsBack: false))
            .Concat(run.RolledBack is { } back ? [(back.Step, back.Harm, true)] : []))
        .GroupBy(fired => (fired.Step, fired.Harm.List, fired.Harm.Rule, fired.RollsBack))
        .Select(group => new RuleFired(group.Key.List, group.Key.Rule, terms.Steps[group.Key.Step].Name, group.Key.RollsBack, group.Count()))
        .OrderByDescending(fired => fired.RollsBack).ThenByDescending(fired => fired.Runs).ThenBy(fired => fired.Rule, StringComparer.Ordinal);

    private StepOutlook Outlook(int index, double tickSeconds)
    {
        var step = terms.Steps[index];
        var reached = healthy.Where(run => run.Entered.Contains(index)).ToList();
        var perMinute = traffic[index].Reports == 0 ? 0 : traffic[index].Requests / (traffic[index].Reports * tickSeconds / 60);
        return new StepOutlook(
            index,
            step.Name,
            step.Percentage.Fraction * 100,
            step.Duration.TotalSeconds,
            perMinute,
            reached.Count,
            reached.Count(run => run.RolledBack?.Step == index),
            reached.Count(run => run.Asked.ContainsKey(index)),
            reached.Count(run => run.Lacked.ContainsKey(index) || run.Stuck.ContainsKey(index)),
            reached.Count(run => run.Stuck.ContainsKey(index)))
        {
            IsCompared = terms.IsSplit(step),
            HeldBy = reached.Where(run => run.Stuck.ContainsKey(index)).GroupBy(run => run.Stuck[index]).MaxBy(group => group.Count())?.Key,
            Lacks = [.. Lacks(index, reached)],
        };
    }

    private IEnumerable<Lacking> Lacks(int index, List<HealthyRun> reached)
    {
        var lacked = reached.Where(run => run.Lacked.ContainsKey(index)).SelectMany(run => run.Lacked[index]).GroupBy(verdict => verdict.Rule.Rule.Text);
        foreach (var group in lacked.OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal))
        {
            var all = group.ToList();
            var cause = all.GroupBy(verdict => verdict.Cause).MaxBy(same => same.Count())!.Key;
            var more = cause == UndecidedCause.TooLittleData ? Quantile([.. all.Select(verdict => (double?)Math.Max(0, verdict.Needed - verdict.Samples))], 0.5) : null;
            // Over a window it is no question of time.
            var perSecond = all[0].Window is null ? all.Average(verdict => verdict.Samples) / terms.Steps[index].Duration.TotalSeconds : 0;
            yield return new Lacking(
                group.Key, cause is { } why ? Findings.Word(why) : "not good", all.Count, (long?)more, more is { } samples && perSecond > 0 ? samples / perSecond : null, all[0].Missing);
        }
    }

    private HarmOutlook? Outlook(int index, RehearsalHarm harm)
    {
        var runs = harmed.Where(run => run.Step == index && run.Harm == harm).ToList();
        if (runs.Count == 0) return null;
        var found = runs.Where(run => run.FoundAfter is not null).ToList();
        return new HarmOutlook(
            index,
            terms.Steps[index].Name,
            harm.Key,
            harm.Title,
            runs.Count,
            found.Count,
            runs.Count(run => run.FoundAfter is null && run.AskedAfter is not null),
            runs.Count(run => run.WentOn),
            Quantile([.. runs.Select(run => run.FoundAfter?.TotalSeconds)], 0.5),
            Quantile([.. runs.Select(run => run.FoundAfter?.TotalSeconds)], 0.9),
            Quantile([.. runs.Select(run => Earlier(run.FoundAfter, run.AskedAfter)?.TotalSeconds)], 0.5),
            (long?)Quantile([.. found.Select(run => (double?)run.Exposed)], 0.5),
            found.Where(run => run.By is not null).GroupBy(run => run.By!.Rule).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).FirstOrDefault()?.Key);
    }

    private static TimeSpan? Earlier(TimeSpan? one, TimeSpan? other) => one < other || other is null ? one : other;

    /// <summary>What has no value counts as never; null where that is the quantile.</summary>
    internal static double? Quantile(IReadOnlyCollection<double?> values, double part)
    {
        var rank = (int)Math.Ceiling(part * values.Count) - 1;
        return rank < 0 ? null : values.Order(Comparer<double?>.Create((one, other) => (one ?? double.PositiveInfinity).CompareTo(other ?? double.PositiveInfinity))).ElementAt(rank);
    }
}
