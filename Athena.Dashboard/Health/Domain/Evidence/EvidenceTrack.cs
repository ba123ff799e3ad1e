using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Health.Domain.Evidence;

/// <summary>
/// The sequential tests of one rollout, fed minute by minute from its windows. A minute goes in for good once no batch
/// can come for it any more; what is newer is weighed anew at every look. So a look that is missed, a restart, or
/// another node that takes over changes nothing: the next one goes on where the last minute was settled.
/// </summary>
public sealed class EvidenceTrack
{
    private readonly Dictionary<string, SequentialRun> runs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SequentialRun.State> saved = new(StringComparer.Ordinal);
    private DateTimeOffset? rolloutStarted;
    private DateTimeOffset? stageStarted;
    private IncidentWatch watch = new();
    private DateTimeOffset settledTo;
    private bool isSplit;

    /// <summary>Counts of both arms over (from, to].</summary>
    public delegate Measured Measure(DateTimeOffset from, DateTimeOffset to);

    /// <summary>The last look found the control in an incident, or not yet out of it for long enough.</summary>
    public bool IsInIncident { get; private set; }

    /// <summary>Times that neither arm is measured by.</summary>
    public ImmutableArray<Incident> Incidents => watch.Over;

    /// <summary>
    /// Up to where the arms are compared. While an incident lasts, all but its last minutes: those may be the ones in
    /// which the control is out of it and the exposed are not.
    /// </summary>
    private DateTimeOffset ComparedTo => watch.Open is { } open ? Later(open.From, open.LastSeen - IncidentWatch.Grace) : settledTo;

    /// <summary>Takes over what was saved; it is used when the next look is at the same rollout.</summary>
    public void Adopt(State state)
    {
        runs.Clear();
        saved.Clear();
        foreach (var (key, run) in state.Runs) saved[key] = run;
        (rolloutStarted, stageStarted, settledTo, isSplit) = (state.RolloutStarted, state.StageStarted, state.SettledTo, state.IsSplit);
        watch = state.Watch is { } watched ? IncidentWatch.From(watched) : new IncidentWatch();
    }

    /// <param name="rules">The sequential ones of the present stage.</param>
    /// <param name="unsettled">For how long back counts may still grow.</param>
    public IReadOnlyDictionary<JudgedRule, (EvidenceReading Reading, bool IsShared)> Look(
        HealthScope scope, IReadOnlyCollection<JudgedRule> rules, MetricCatalogue catalogue, Measure measure, TimeSpan unsettled, DateTimeOffset now)
    {
        // What was settled up to a time that is yet to come was settled by a clock that has been put back since.
        if (ClockPutBack.Shows(settledTo, now))
        {
            settledTo = now;
            watch.Forget();
        }

        Enter(scope, rules, catalogue, measure);
        foreach (var rule in rules) RunOf(rule);
        Settle(rules, catalogue, measure, now - unsettled);
        var last = settledTo < now ? measure(settledTo, now) : null;
        IsInIncident = watch.Open is not null || (last is not null && watch.Shows(OfControl(last, catalogue)));
        return rules.ToDictionary(rule => rule, Weigh);

        (EvidenceReading Reading, bool IsShared) Weigh(JudgedRule rule)
        {
            var from = watch.Open is not { } open ? settledTo : rule.Sequential!.Kind == SequentialKind.AgainstControl ? ComparedTo : Later(open.From, scope.StageStarted);
            return from < now
                ? RunOf(rule).Look(Counts(rule, catalogue, from == settledTo ? last! : measure(from, now)), now - from, now, IsInIncident)
                : RunOf(rule).Look(default, TimeSpan.Zero, now, IsInIncident);
        }
    }

    public State Save() => new(
        rolloutStarted,
        stageStarted,
        settledTo,
        isSplit,
        saved.Where(one => !runs.ContainsKey(one.Key)).Select(one => KeyValuePair.Create(one.Key, one.Value))
            .Concat(runs.Select(run => KeyValuePair.Create(run.Key, run.Value.Save())))
            .ToImmutableDictionary())
    {
        Watch = watch.Save(),
    };

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private void Enter(HealthScope scope, IReadOnlyCollection<JudgedRule> rules, MetricCatalogue catalogue, Measure measure)
    {
        var started = scope.RolloutStarted ?? scope.StageStarted;
        if (rolloutStarted != started)
        {
            runs.Clear();
            saved.Clear();
            watch.Forget();
            (rolloutStarted, stageStarted, settledTo) = (started, scope.StageStarted, scope.StageStarted);
        }
        else if (stageStarted != scope.StageStarted)
        {
            // What came before belongs to the stage before, at its exposure.
            var kept = rules.Where(rule => rule.Sequential!.Kind == SequentialKind.AgainstControl).ToList();
            foreach (var rule in kept) RunOf(rule);
            Settle(kept, catalogue, measure, scope.StageStarted, toTheEnd: true);
            var keys = kept.Select(rule => rule.Rule.Text).ToHashSet(StringComparer.Ordinal);
            foreach (var gone in runs.Keys.Concat(saved.Keys).Where(key => !keys.Contains(key)).ToList())
            {
                runs.Remove(gone);
                saved.Remove(gone);
            }

            foreach (var run in runs.Values) run.BeginStage();
            stageStarted = scope.StageStarted;
            if (settledTo < scope.StageStarted) settledTo = scope.StageStarted;
        }

        isSplit = scope.IsSplit;
    }

    /// <summary>Batches end where minutes end; after a long absence, where ten of them or an hour does.</summary>
    private void Settle(IReadOnlyCollection<JudgedRule> rules, MetricCatalogue catalogue, Measure measure, DateTimeOffset until, bool toTheEnd = false)
    {
        while (settledTo < until)
        {
            var behind = until - settledTo;
            var step = behind > TimeSpan.FromHours(20) ? TimeSpan.FromHours(1) : behind > TimeSpan.FromHours(2) ? TimeSpan.FromMinutes(10) : TimeSpan.FromMinutes(1);
            var end = new DateTimeOffset(((settledTo.UtcTicks / step.Ticks) + 1) * step.Ticks, TimeSpan.Zero);
            if (end > until)
            {
                if (!toTheEnd) return;
                end = until;
            }

            SettleOne(rules, catalogue, measure, end);
        }
    }

    private void SettleOne(IReadOnlyCollection<JudgedRule> rules, MetricCatalogue catalogue, Measure measure, DateTimeOffset end)
    {
        var counted = measure(settledTo, end);
        var (wasOpen, comparedTo) = (watch.Open is not null, ComparedTo);
        if (!watch.Add(OfControl(counted, catalogue), settledTo, end)) foreach (var rule in rules) RunOf(rule).Unlearn();
        if (watch.Open is null)
        {
            // The minute that ends an incident is left out with it.
            if (!wasOpen) foreach (var rule in rules) RunOf(rule).Add(Counts(rule, catalogue, counted), end - settledTo, end);
        }
        else if (ComparedTo is var next && next > comparedTo)
        {
            // The control is still in it: if the exposed fare worse all the same, it is not for having been slower.
            var both = measure(comparedTo, next);
            foreach (var rule in rules.Where(rule => rule.Sequential!.Kind == SequentialKind.AgainstControl))
                RunOf(rule).Add(Counts(rule, catalogue, both), next - comparedTo, end, inIncident: true);
        }

        settledTo = end;
    }

    // What rules call an error of the application; other metrics have no incidents of their own.
    private static MinuteCount OfControl(Measured measured, MetricCatalogue catalogue)
    {
        if (catalogue.Resolve("error_rate") is not { Kind: MetricKind.Ratio } metric) return default;
        var requests = (long)measured.Control.Named(metric.Parts[1]);
        return new MinuteCount(requests, Math.Min(requests, (long)measured.Control.Named(metric.Parts[0])));
    }

    private SequentialRun RunOf(JudgedRule rule)
    {
        if (runs.TryGetValue(rule.Rule.Text, out var run)) return run;
        run = saved.Remove(rule.Rule.Text, out var state) ? new SequentialRun(rule.Sequential!, state) : new SequentialRun(rule.Sequential!);
        return runs[rule.Rule.Text] = run;
    }

    private ArmCounts Counts(JudgedRule rule, MetricCatalogue catalogue, Measured measured)
    {
        var test = rule.Sequential!;
        if (test.Kind == SequentialKind.AgainstControl && !isSplit) return default;
        var ((exposed, failed), (control, controlFailed)) = (Of(measured.Exposed), Of(measured.Control));
        return new ArmCounts(exposed, failed, control, controlFailed);

        (long Requests, long Errors) Of(Tally tally)
        {
            if (test.Above is { } above)
            {
                var (all, slow) = (0L, 0L);
                for (var i = 0; i < LatencyBounds.Buckets; i++)
                {
                    all += tally.Buckets[i];
                    if (i > LatencyBounds.BucketOf(above)) slow += tally.Buckets[i];
                }

                return (all, slow);
            }

            if (catalogue.Resolve(rule.Rule.Metric) is not { Kind: MetricKind.Ratio } metric) return default;
            var requests = (long)tally.Named(metric.Parts[1]);
            return (requests, Math.Min(requests, (long)tally.Named(metric.Parts[0])));
        }
    }

    /// <summary>A few hundred bytes for each test.</summary>
    /// <param name="Runs">By the rule's text.</param>
    public sealed record State(
        DateTimeOffset? RolloutStarted,
        DateTimeOffset? StageStarted,
        DateTimeOffset SettledTo,
        bool IsSplit,
        ImmutableDictionary<string, SequentialRun.State> Runs)
    {
        /// <summary>Null in what was stored before incidents were watched.</summary>
        public IncidentWatch.State? Watch { get; init; }
    }
}
