using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;

namespace Athena.Dashboard.Health.Domain;

/// <summary>Counts as other slices give and get them.</summary>
public static class ArmReports
{
    public static Tally ToTally(ArmReport report)
    {
        var tally = new Tally { [CountSlot.Requests] = report.Requests };
        Set(CountSlot.Errors, report.Errors);
        Set(CountSlot.Crashes, report.Crashes);
        Set(CountSlot.CriticalErrors, report.CriticalErrors);
        Set(CountSlot.LatencyMicros, report.LatencyMicros);
        Set(CountSlot.LatencyCount, report.LatencyCount);
        Set(CountSlot.Users, report.Users);
        Set(CountSlot.Adopters, report.Adopters);
        for (var i = 0; i < report.Scores.Length; i++) tally[CountSlot.Score1 + i] = report.Scores[i];
        report.Buckets.AsSpan().CopyTo(tally.Buckets);
        foreach (var (name, count) in report.Own) tally.AddOwn(name, count);
        return tally;

        void Set(CountSlot slot, long? count)
        {
            if (count is { } known) tally[slot] = known;
        }
    }

    /// <summary>Null when nobody said anything.</summary>
    public static ArmReport? Of(Tally tally)
    {
        if (!tally.ReportsAnything) return null;
        return new ArmReport
        {
            Requests = tally[CountSlot.Requests],
            Errors = Get(CountSlot.Errors),
            Crashes = Get(CountSlot.Crashes),
            CriticalErrors = Get(CountSlot.CriticalErrors),
            LatencyMicros = Get(CountSlot.LatencyMicros),
            LatencyCount = Get(CountSlot.LatencyCount),
            Users = Get(CountSlot.Users),
            Adopters = Get(CountSlot.Adopters),
            Scores = tally.Scores > 0 ? [.. Enumerable.Range(0, 5).Select(score => tally[CountSlot.Score1 + score])] : [],
            Buckets = tally.Buckets.IndexOfAnyExcept(0) < 0 ? [] : [.. tally.Buckets],
            Own = tally.Own.ToImmutableDictionary(),
        };

        long? Get(CountSlot slot) => tally.Reports(slot) ? tally[slot] : null;
    }
}
