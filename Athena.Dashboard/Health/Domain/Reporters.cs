using Athena.Dashboard.Health.Contracts;

namespace Athena.Dashboard.Health.Domain;

/// <summary>Who reports for a rollout, how often, and until when.</summary>
public sealed class Reporters
{
    /// <summary>Two intervals of less than this are two of this: a busy machine may be half a second late.</summary>
    public static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(1);

    /// <summary>How many are told apart; the one that has been silent longest makes room.</summary>
    private const int Most = 2000;

    private static readonly TimeSpan Present = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, Reporter> byInstance = new(StringComparer.Ordinal);
    private readonly HashSet<string> open = new(StringComparer.Ordinal);
    private DateTimeOffset? lastBatchAt;

    public IReadOnlyCollection<Reporter> All => byInstance.Values;

    /// <summary>End of the newest batch of all; null before the first.</summary>
    public DateTimeOffset? LastBatchAt => lastBatchAt;

    public void Heard(string instance, TimeRange batch, bool isLate, DateTimeOffset now)
    {
        var before = byInstance.GetValueOrDefault(instance);
        if (before is null) MakeRoom();
        Keep(Reporter.Hear(before, instance, batch, isLate, now));
    }

    /// <summary>Puts back what was stored, unless more is known already.</summary>
    public void Restore(Reporter reporter)
    {
        if (byInstance.TryGetValue(reporter.Instance, out var known) && known.LastHeardAt > reporter.LastHeardAt) return;
        if (known is null) MakeRoom();
        Keep(reporter);
    }

    /// <summary>Gaps that can no longer be filled; each is told once.</summary>
    public IReadOnlyList<ReportGap> Settle(DateTimeOffset now, TimeSpan lateness)
    {
        var settled = new List<ReportGap>();
        foreach (var instance in open.ToList())
        {
            var (left, gaps) = byInstance[instance].Settle(now, lateness);
            if (gaps.IsEmpty) continue;
            Keep(left);
            settled.AddRange(gaps.Select(gap => new ReportGap(instance, gap)));
        }

        return settled;
    }

    /// <summary>After the clock was put back: nobody counts as present for batches whose time is yet to come.</summary>
    public void PutRight(DateTimeOffset now)
    {
        foreach (var reporter in byInstance.Values.Where(reporter => reporter.IsAhead(now)).ToList()) Keep(reporter.PutRight(now));
        lastBatchAt = byInstance.Count == 0 ? null : byInstance.Values.Max(reporter => reporter.LastBatchAt);
    }

    public SourceFreshness Freshness(DateTimeOffset now)
    {
        if (lastBatchAt is not { } last) return SourceFreshness.Never;
        var interval = TimeSpan.Zero;
        var instances = 0;
        TimeSpan newest = TimeSpan.Zero;
        foreach (var reporter in byInstance.Values)
        {
            if (reporter.LastBatchAt == last) newest = reporter.Interval;
            var present = reporter.Interval * 2 > Present ? reporter.Interval * 2 : Present;
            if (now - reporter.LastBatchAt > present) continue;
            instances++;
            if (reporter.Interval > interval) interval = reporter.Interval;
        }

        if (interval == TimeSpan.Zero) interval = newest;
        if (interval < ShortestInterval) interval = ShortestInterval;
        var age = Math.Max(0, (now - last) / interval);
        return new SourceFreshness(last, interval, age, age <= 2, instances);
    }

    private void Keep(Reporter reporter)
    {
        byInstance[reporter.Instance] = reporter;
        if (reporter.Open.IsEmpty) open.Remove(reporter.Instance);
        else open.Add(reporter.Instance);
        if (lastBatchAt is null || reporter.LastBatchAt > lastBatchAt) lastBatchAt = reporter.LastBatchAt;
    }

    private void MakeRoom()
    {
        if (byInstance.Count < Most) return;
        var longestSilent = byInstance.Values.MinBy(reporter => reporter.LastHeardAt)!.Instance;
        byInstance.Remove(longestSilent);
        open.Remove(longestSilent);
    }
}
