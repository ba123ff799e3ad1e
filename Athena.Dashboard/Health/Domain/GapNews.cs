using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;

namespace Athena.Dashboard.Health.Domain;

/// <summary>
/// Gaps of one rollout that are yet to be told. The first is told at once; while more keep coming, as from an
/// application that reports only when it has something to report, they are told together and ever less often.
/// </summary>
public sealed class GapNews
{
    private const int MostInstances = 100;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private readonly Dictionary<string, HealthGap> found = new(StringComparer.Ordinal);
    private TimeSpan pause = ShortestPause;
    private DateTimeOffset notBefore = DateTimeOffset.MinValue;

    public void Add(IEnumerable<ReportGap> gaps)
    {
        foreach (var (instance, range) in gaps)
        {
            if (found.TryGetValue(instance, out var known))
            {
                found[instance] = known with
                {
                    From = range.From < known.From ? range.From : known.From,
                    To = range.To > known.To ? range.To : known.To,
                    Missing = known.Missing + range.Length,
                };
            }
            else if (found.Count < MostInstances)
            {
                found[instance] = new HealthGap(instance, range.From, range.To, range.Length);
            }
        }
    }

    /// <summary>What is to be told now, those who left out most first; empty when there is nothing or it is not time yet.</summary>
    public ImmutableArray<HealthGap> Take(DateTimeOffset now)
    {
        if (now < notBefore) return [];
        if (found.Count == 0)
        {
            pause = ShortestPause;
            return [];
        }

        var told = found.Values.OrderByDescending(gap => gap.Missing).ThenBy(gap => gap.Instance, StringComparer.Ordinal).ToImmutableArray();
        found.Clear();
        notBefore = now + pause;
        pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        return told;
    }
}
