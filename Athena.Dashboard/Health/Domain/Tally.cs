using System.Numerics;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Health.Domain;

/// <summary>The counts that every application can report; the order is that of <see cref="Tally"/>'s cells.</summary>
public enum CountSlot
{
    Requests,
    Errors,
    Crashes,
    CriticalErrors,

    /// <summary>Whole microseconds, so that a sum does not depend on the order of adding.</summary>
    LatencyMicros,
    LatencyCount,
    Score1,
    Score2,
    Score3,
    Score4,
    Score5,
    Users,
    Adopters,
}

/// <summary>
/// Counts of one arm over some time: the fixed ones, response times per bucket, and the application's own by name.
/// All whole numbers, so adding commutes and what comes twice in another order gives the same.
/// </summary>
public sealed class Tally
{
    private const int Fixed = (int)CountSlot.Adopters + 1;

    /// <summary>Numbers in one tally, own ones apart.</summary>
    internal static readonly int Width = Fixed + LatencyBounds.Buckets;

    private const int ScoreSlots = 0b11111 << (int)CountSlot.Score1;

    private readonly long[] cells = new long[Width];
    private Dictionary<string, long>? own;
    private int reported;

    public long this[CountSlot slot]
    {
        get => cells[(int)slot];
        set
        {
            cells[(int)slot] = value;
            reported |= 1 << (int)slot;
        }
    }

    /// <summary>The fixed counts in the order of <see cref="CountSlot"/>, then the buckets.</summary>
    internal Span<long> All => cells;

    /// <summary>Which of the fixed counts were reported, a bit for each.</summary>
    internal int Reported => reported;

    /// <summary>Response times per bucket of <see cref="LatencyBounds"/>.</summary>
    public Span<long> Buckets => cells.AsSpan(Fixed);

    /// <summary>The application's own counts; empty for most.</summary>
    public IReadOnlyDictionary<string, long> Own => own ?? (IReadOnlyDictionary<string, long>)System.Collections.Immutable.ImmutableDictionary<string, long>.Empty;

    public long Scores => this[CountSlot.Score1] + this[CountSlot.Score2] + this[CountSlot.Score3] + this[CountSlot.Score4] + this[CountSlot.Score5];

    /// <summary>Mean score 1 to 5, or null without any.</summary>
    public double? MeanScore => Scores == 0
        ? null
        : (double)(this[CountSlot.Score1] + (2 * this[CountSlot.Score2]) + (3 * this[CountSlot.Score3]) + (4 * this[CountSlot.Score4]) + (5 * this[CountSlot.Score5])) / Scores;

    /// <summary>Whether anybody said anything.</summary>
    public bool ReportsAnything => reported != 0 || own is not null;

    /// <summary>Whether anybody said how many there were, be it that there were none.</summary>
    public bool Reports(CountSlot slot) => (reported & (1 << (int)slot)) != 0;

    public bool IsEmpty => own is null && cells.AsSpan().IndexOfAnyExcept(0) < 0;

    /// <summary>A count by its name in the catalogue; zero when it was never reported.</summary>
    public double Named(string part) => part switch
    {
        CountNames.Requests => this[CountSlot.Requests],
        CountNames.Errors => this[CountSlot.Errors],
        CountNames.Crashes => this[CountSlot.Crashes],
        CountNames.CriticalErrors => this[CountSlot.CriticalErrors],
        CountNames.LatencySum => this[CountSlot.LatencyMicros] / 1000.0,
        CountNames.LatencyCount => this[CountSlot.LatencyCount],
        CountNames.LatencyBuckets => Total(Buckets),
        CountNames.Scores => Scores,
        CountNames.Users => this[CountSlot.Users],
        CountNames.Adopters => this[CountSlot.Adopters],
        _ => own?.GetValueOrDefault(part) ?? 0,
    };

    /// <summary>Whether a count of this name in the catalogue was reported, be it as zero.</summary>
    public bool Reports(string part) => part switch
    {
        CountNames.Requests => Reports(CountSlot.Requests),
        CountNames.Errors => Reports(CountSlot.Errors),
        CountNames.Crashes => Reports(CountSlot.Crashes),
        CountNames.CriticalErrors => Reports(CountSlot.CriticalErrors),
        CountNames.LatencySum => Reports(CountSlot.LatencyMicros),
        CountNames.LatencyCount => Reports(CountSlot.LatencyCount),
        CountNames.LatencyBuckets => Total(Buckets) > 0,
        CountNames.Scores => (reported & ScoreSlots) != 0,
        CountNames.Users => Reports(CountSlot.Users),
        CountNames.Adopters => Reports(CountSlot.Adopters),
        _ => own?.ContainsKey(part) ?? false,
    };

    public void AddOwn(string name, long count)
    {
        own ??= new Dictionary<string, long>(StringComparer.Ordinal);
        own[name] = own.GetValueOrDefault(name) + count;
    }

    public void Add(Tally other)
    {
        var mine = cells.AsSpan();
        var theirs = other.cells.AsSpan();
        var i = 0;
        for (; i <= mine.Length - Vector<long>.Count; i += Vector<long>.Count)
            (new Vector<long>(mine[i..]) + new Vector<long>(theirs[i..])).CopyTo(mine[i..]);
        for (; i < mine.Length; i++) mine[i] += theirs[i];
        reported |= other.reported;
        if (other.own is null) return;
        foreach (var (name, count) in other.own) AddOwn(name, count);
    }

    internal void Report(int slots) => reported |= slots;

    /// <summary>What takes these counts out of a sum that they are in.</summary>
    public Tally Negative()
    {
        var negative = new Tally();
        for (var i = 0; i < cells.Length; i++) negative.cells[i] = -cells[i];
        foreach (var (name, count) in Own) negative.AddOwn(name, -count);
        return negative;
    }

    private static long Total(ReadOnlySpan<long> counts)
    {
        var total = 0L;
        foreach (var count in counts) total += count;
        return total;
    }

    public static Tally Sum(IEnumerable<Tally> tallies)
    {
        var sum = new Tally();
        foreach (var tally in tallies) sum.Add(tally);
        return sum;
    }
}
