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
    private readonly HashSet<string> changed = new(StringComparer.Ordinal);
    private DateTimeOffset? lastBatchAt;

    public IReadOnlyCollection<Reporter> All => byInstance.Values;

    /// <returns>The gap between this batch and the one before it of the same instance, if there is one.</returns>
    public (DateTimeOffset From, DateTimeOffset To)? Heard(string instance, DateTimeOffset from, DateTimeOffset to, DateTimeOffset now)
    {
        if (lastBatchAt is null || to > lastBatchAt) lastBatchAt = to;
        changed.Add(instance);
        if (!byInstance.TryGetValue(instance, out var before))
        {
            MakeRoom();
            byInstance[instance] = new Reporter(instance, to, to - from, now, now);
            return null;
        }

        byInstance[instance] = before with
        {
            LastBatchAt = to > before.LastBatchAt ? to : before.LastBatchAt,
            Interval = to > before.LastBatchAt ? to - from : before.Interval,
            LastHeardAt = now,
        };

        // Clocks are read twice, so what joins need not join to the tick; half an interval is a missing batch.
        var silence = from - before.LastBatchAt;
        return silence > before.Interval / 2 && silence > TimeSpan.FromMilliseconds(100) ? (before.LastBatchAt, from) : null;
    }

    /// <summary>Those heard since this was last asked.</summary>
    public IReadOnlyList<Reporter> TakeChanged()
    {
        List<Reporter> taken = [.. changed.Where(byInstance.ContainsKey).Select(instance => byInstance[instance])];
        changed.Clear();
        return taken;
    }

    public void Restore(Reporter reporter)
    {
        byInstance[reporter.Instance] = reporter;
        if (lastBatchAt is null || reporter.LastBatchAt > lastBatchAt) lastBatchAt = reporter.LastBatchAt;
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

    private void MakeRoom()
    {
        if (byInstance.Count < Most) return;
        byInstance.Remove(byInstance.Values.MinBy(reporter => reporter.LastHeardAt)!.Instance);
    }
}

/// <param name="LastBatchAt">End of its newest batch.</param>
/// <param name="Interval">Length of its newest batch.</param>
public sealed record Reporter(string Instance, DateTimeOffset LastBatchAt, TimeSpan Interval, DateTimeOffset FirstHeardAt, DateTimeOffset LastHeardAt);
