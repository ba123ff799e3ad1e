using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Rollouts.Contracts;

namespace Athena.Dashboard.Rollouts.Domain.Rehearsals;

/// <summary>What is to be tried.</summary>
/// <param name="Runs">Healthy runs; every fifth of them also lives through each harm at each step.</param>
public sealed record RehearsalTask(RolloutTerms Terms, MetricCatalogue Catalogue, IRehearsalTraffic Traffic, int Seed, int Runs);

/// <summary>
/// Tries a plan again and again: without harm from the start to 100 %, and from the beginning of each step on with each
/// harm. The same task gives the same result, but for how far it came.
/// </summary>
/// <param name="goOn">
/// Asked before each run and every few hundred reports, with the number of healthy runs done; false ends the rehearsal,
/// and a run that was not finished does not count.
/// </param>
public sealed class PlanRehearsal(RehearsalTask task, IHealthBench bench, Func<int, bool> goOn)
{
    /// <summary>Of the healthy runs, one in so many lives through the harms.</summary>
    public const int RunsPerHarmed = 5;

    private const int ReportsBetweenQuestions = 500;

    private readonly RehearsalPace pace = new(task.Terms);
    private readonly RehearsalTally tally = new(task.Terms, HarmsOf(task.Terms, task.Catalogue));
    private readonly TimeSpan memory = Remembered(task.Terms);
    private int done;
    private int untilAsked = ReportsBetweenQuestions;
    private bool isStopped;

    public RehearsalResult Run()
    {
        while (done < task.Runs && !isStopped && goOn(done))
        {
            RunHealthy(done);
            if (!isStopped) done++;
        }

        return tally.Result(task.Runs, pace.Tick.TotalSeconds);
    }

    /// <summary>Slower responses are tried where a rule looks at them.</summary>
    public static ImmutableArray<RehearsalHarm> HarmsOf(RolloutTerms terms, MetricCatalogue catalogue) =>
        terms.Steps.SelectMany(step => terms.RulesOf(step)).Any(rule => IsOfResponses(rule, catalogue))
            ? [.. RehearsalHarm.OfErrors, .. RehearsalHarm.OfResponses]
            : [.. RehearsalHarm.OfErrors];

    /// <summary>Response times are told apart where a rule asks for more than their mean.</summary>
    public static bool NeedsBuckets(RolloutTerms terms, MetricCatalogue catalogue) =>
        terms.Steps.SelectMany(step => terms.RulesOf(step)).Any(rule => rule.Sequential?.Above is not null || Measured(rule, catalogue)?.Kind == MetricKind.Quantile);

    /// <summary>Counts that only the application knows, of those that the plan's rules are about.</summary>
    public static ImmutableArray<string> OwnCounts(RolloutTerms terms, MetricCatalogue catalogue) =>
    [
        .. terms.Steps.SelectMany(step => terms.RulesOf(step)).SelectMany(rule => Measured(rule, catalogue)?.Parts ?? [])
            .Distinct(StringComparer.Ordinal).Where(part => !Known.Contains(part)),
    ];

    private static readonly ImmutableArray<string> Known =
    [
        CountNames.Requests, CountNames.Errors, CountNames.Crashes, CountNames.CriticalErrors, CountNames.LatencySum,
        CountNames.LatencyCount, CountNames.LatencyBuckets, CountNames.Scores, CountNames.Users, CountNames.Adopters,
    ];

    private static MetricDefinition? Measured(JudgedRule rule, MetricCatalogue catalogue) =>
        catalogue.Resolve(rule.Rule.Metric) is not { } metric ? null
        : metric is { IsRelative: true, Of: { } of } ? catalogue.Resolve(of)
        : metric;

    private static bool IsOfResponses(JudgedRule rule, MetricCatalogue catalogue) =>
        rule.Sequential?.Above is not null
        || Measured(rule, catalogue) is { Kind: MetricKind.Quantile }
        || Measured(rule, catalogue)?.Parts.Contains(CountNames.LatencySum) == true;

    // Criteria begin with their stage; only triggers look back beyond it.
    private static TimeSpan Remembered(RolloutTerms terms)
    {
        var longest = terms.Steps.SelectMany(step => terms.RulesOf(step)).Where(rule => rule.Sense == RuleSense.Trigger).Max(rule => rule.Rule.Window) ?? TimeSpan.FromMinutes(10);
        return longest < IHealthTrial.LongestMemory ? longest + TimeSpan.FromMinutes(1) : IHealthTrial.LongestMemory;
    }

    private void RunHealthy(int number)
    {
        var seed = unchecked(task.Seed + (number * 7919));
        var draws = new Draws(seed);
        var run = RehearsedRollout.Begin(task.Terms, pace, bench.Begin(task.Catalogue), RehearsedRollout.Beginning);
        var told = new HealthyRun();
        var step = -1;
        while (!run.IsOver)
        {
            if (step != run.Rollout.Step)
            {
                step = run.Rollout.Step;
                told.Enter(step);
                if (number % RunsPerHarmed == 0) Harm(run, seed);
            }

            if (!Go(run, seed, draws, null, out _)) return;
            Attend(run, told);
        }

        if (run.Rollout.State == RolloutState.Completed) told.Complete(run.Now - RehearsedRollout.Beginning);
        else told.RollBack(step, run.Rollout.Rollback!.Harm!);
        tally.Add(told);
    }

    // What a person would do who knows that nothing is wrong.
    private static void Attend(RehearsedRollout run, HealthyRun told)
    {
        if (run.Rollout is { State: RolloutState.Held, Cause: HoldCause.AsksAPerson } asks)
        {
            // Let on once; what stops it again stays that way.
            if (told.Ask(asks.Step, HarmOf(run))) run.Resume();
            else run.Advance();
        }
        else if (run.Rollout is { State: RolloutState.Held } held)
        {
            if (held.Cause == HoldCause.Undecided) told.Lack(held.Step, run.Verdicts.Where(verdict => IsMissing(held, verdict)));
            if (run.InStep < RehearsalPace.Longest(held.CurrentStep)) return;
            told.Stick(held.Step, $"{held.Cause?.Word()}: {held.Because}");
            run.Advance();
        }
    }

    private void Harm(RehearsedRollout healthy, int seed)
    {
        foreach (var harm in tally.Harms)
        {
            var run = healthy.Fork(memory);
            // The same chance for each harm: what differs is the harm.
            var draws = new Draws(unchecked((seed * 31) + healthy.Rollout.Step));
            var (began, step) = (run.Now, run.Rollout.CurrentStep);
            var watched = step.Duration + pace.Tick < RehearsalPace.Watched ? step.Duration + pace.Tick : RehearsalPace.Watched;
            var (exposed, asked) = (0L, (TimeSpan?)null);
            while (!run.IsOver && run.Rollout.Step == step.Index && run.Now - began < watched)
            {
                if (!Go(run, seed, draws, harm, out var requests)) return;
                exposed += requests;
                if (run.Rollout is { State: RolloutState.Held, Cause: HoldCause.AsksAPerson }) asked ??= run.Now - began;
            }

            tally.Add(new HarmedRun(
                step.Index,
                harm,
                run.Rollout.State is RolloutState.RollingBack ? run.Now - began : null,
                asked,
                WentOn: run.Rollout.Step != step.Index || run.Rollout.State == RolloutState.Completed,
                exposed,
                run.Rollout.Rollback?.Harm));
        }
    }

    /// <returns>False when it is not to go on.</returns>
    private bool Go(RehearsedRollout run, int seed, Draws draws, RehearsalHarm? harm, out long requests)
    {
        var minutes = (run.Now - RehearsedRollout.Beginning).TotalMinutes;
        var (exposed, control) = task.Traffic.Next(new Moment((int)minutes, pace.Tick.TotalMinutes, seed), run.Rollout.Exposed.Fraction, harm, draws);
        run.Go(exposed, control, harm is not null);
        requests = exposed.Requests;
        if (harm is null) tally.Count(run.Rollout.Step, requests);
        if (--untilAsked > 0) return true;
        untilAsked = ReportsBetweenQuestions;
        isStopped |= !goOn(done);
        return !isStopped;
    }

    private static HarmfulRule HarmOf(RehearsedRollout run)
    {
        var findings = new Findings(run.Rollout, run.Verdicts);
        return findings.Worst is { } worst ? findings.Name(worst) : new HarmfulRule("", run.Rollout.Because ?? "", RuleAction.Hold);
    }

    private static bool IsMissing(Rollout held, RuleVerdict verdict) => new Findings(held, [verdict]).Missing().Any();
}
