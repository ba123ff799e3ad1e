using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain.Evidence;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Health.Domain;

/// <summary>A rule's verdict or its cause is another than before, with what it was decided from.</summary>
/// <param name="From">Null at the first look of a stage.</param>
public sealed record VerdictChange(RuleVerdict? From, RuleVerdict To, Measured Measured, DateTimeOffset At);

/// <summary>
/// Looks at one rollout's rules tick by tick and remembers what a look needs of the one before. A new stage forgets
/// its criteria, a new start of the rollout forgets everything. Not thread-safe: the meter's lock covers it.
/// </summary>
public sealed class StageJudge
{
    private readonly Dictionary<JudgedRule, RuleMemory> memories = [];
    private readonly Dictionary<JudgedRule, RuleVerdict> latest = [];
    private readonly EvidenceTrack evidence = new();
    private HealthScope? scope;
    private DateTimeOffset? lastLook;

    /// <summary>The last look; null before the first.</summary>
    public HealthLook? Look { get; private set; }

    /// <returns>A verdict per rule, and what changed; nothing changes when the call comes within half a tick of the last look.</returns>
    public (ImmutableArray<RuleVerdict> Verdicts, ImmutableArray<VerdictChange> Changes) LookAt(
        HealthScope asked, ImmutableArray<JudgedRule> rules, MetricCatalogue catalogue, RolloutMeter meter, DateTimeOffset now)
    {
        var weighed = rules.Where(rule => rule.Sequential is not null).ToList();
        Enter(asked);
        var isLook = !asked.IsEarly && (lastLook is not { } last || now - last >= asked.Tick / 2 || now < last);
        var isWeighed = isLook || asked.IsEarly;
        var freshness = meter.Freshness(now);
        var windows = new List<Measured>();
        var verdicts = ImmutableArray.CreateBuilder<RuleVerdict>(rules.Length);
        var changes = ImmutableArray.CreateBuilder<VerdictChange>();
        var readings = isWeighed && weighed.Count > 0
            ? evidence.Look(asked, weighed, catalogue, (from, to) => meter.Measure(from, to, now), meter.Unsettled(now), now)
            : null;
        foreach (var rule in rules)
        {
            if (!(rule.Sequential is null ? isLook : isWeighed) && latest.TryGetValue(rule, out var known))
            {
                verdicts.Add(known);
                continue;
            }

            // Evidence has its own counts; what it was decided from is only asked for when it says something else.
            var (verdict, memory) = readings?.TryGetValue(rule, out var read) == true
                ? (EvidenceVerdicts.Of(rule, read.Reading, read.IsShared, asked.IsSplit, freshness), default)
                : WindowRules.Look(rule, memories.GetValueOrDefault(rule), catalogue, MeasureOnce(rule), freshness, evidence.IsInIncident);
            verdicts.Add(verdict);
            memories[rule] = memory;
            var before = latest.GetValueOrDefault(rule);
            latest[rule] = verdict;
            if (before?.Verdict != verdict.Verdict || before.Cause != verdict.Cause || before.IsShared != verdict.IsShared) changes.Add(new VerdictChange(before, verdict, MeasureOnce(rule), now));
        }

        var all = verdicts.MoveToImmutable();
        if (isLook) lastLook = now;
        if (isWeighed)
        {
            Look = new HealthLook(asked, all, now) { Evidence = weighed.Count > 0 ? evidence.Save() : null };
            meter.Expect(all, catalogue);
        }

        return (all, changes.ToImmutable());

        Measured MeasureOnce(JudgedRule rule)
        {
            var from = WindowRules.WindowStart(rule, asked, now);
            foreach (var window in windows)
            {
                if (window.Asked == from) return window;
            }

            var measured = meter.MeasureAround(evidence.Incidents, from, now);
            windows.Add(measured);
            return measured;
        }
    }

    /// <summary>Goes on where a look of before a restart, or of another node, has settled.</summary>
    public void Adopt(EvidenceTrack.State state) => evidence.Adopt(state);

    /// <summary>What the last look said, with the counts behind it as they are now: the hourly line of the record.</summary>
    public IEnumerable<VerdictChange> Summaries(RolloutMeter meter, DateTimeOffset now)
    {
        foreach (var verdict in Look?.Verdicts ?? [])
            yield return new VerdictChange(verdict, verdict, meter.MeasureAround(evidence.Incidents, WindowRules.WindowStart(verdict.Rule, scope!, now), now), now);
    }

    private void Enter(HealthScope asked)
    {
        var begun = scope is null || (asked.RolloutStarted ?? asked.StageStarted) != (scope.RolloutStarted ?? scope.StageStarted);
        if (begun) Forget(_ => true);
        else if (asked.StageStarted != scope!.StageStarted) Forget(rule => rule.Sense == RuleSense.Requirement);
        if (begun) lastLook = null;
        scope = asked;
    }

    private void Forget(Func<JudgedRule, bool> which)
    {
        foreach (var rule in latest.Keys.Where(which).ToList())
        {
            latest.Remove(rule);
            memories.Remove(rule);
        }
    }
}
