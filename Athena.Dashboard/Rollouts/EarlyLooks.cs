using Athena.Dashboard.Health.Contracts;

namespace Athena.Dashboard.Rollouts;

/// <summary>Which rollouts are to be looked at before their tick, and from when on.</summary>
internal sealed class EarlyLooks(HealthSuspicions suspicions, TimeSpan pause, TimeProvider clock)
{
    private readonly Dictionary<Guid, long> lookedAt = [];
    private readonly HashSet<Guid> wanted = [];

    /// <summary>When the next of those that have to wait may be looked at.</summary>
    public long NextAt => wanted.Count == 0 ? long.MaxValue : wanted.Min(AllowedAt);

    /// <param name="judged">Those whose rules are judged; others are nobody's concern.</param>
    public IReadOnlyCollection<Guid> Take(Dictionary<Guid, long> judged)
    {
        while (suspicions.TryTake(out var id)) wanted.Add(id);
        if (wanted.Count == 0) return [];
        wanted.RemoveWhere(id => !judged.ContainsKey(id));
        var now = clock.GetTimestamp();
        foreach (var over in lookedAt.Where(look => AllowedAt(look.Key) <= now && !wanted.Contains(look.Key)).Select(look => look.Key).ToList()) lookedAt.Remove(over);
        var ready = wanted.Where(id => AllowedAt(id) <= now).ToList();
        foreach (var id in ready)
        {
            wanted.Remove(id);
            lookedAt[id] = now;
        }

        return ready;
    }

    private long AllowedAt(Guid id) => lookedAt.TryGetValue(id, out var at) ? at + (long)(pause.TotalSeconds * clock.TimestampFrequency) : long.MinValue;
}
