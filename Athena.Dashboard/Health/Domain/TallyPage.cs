using System.Numerics;

namespace Athena.Dashboard.Health.Domain;

/// <summary>
/// Counts of some cells of a ring, side by side and in numbers of 32 bits as long as they fit: a thousand rollouts have
/// more than a million cells, and as objects of their own those would take twice the memory and the collector's time.
/// </summary>
internal sealed class TallyPage
{
    public const int Cells = 16;

    private const int Micros = (int)CountSlot.LatencyMicros;

    private readonly int[] reported = new int[Cells];

    // Microseconds outgrow 32 bits within a minute.
    private readonly long[] micros = new long[Cells];
    private int[] small = new int[Cells * Tally.Width];
    private long[]? large;
    private Dictionary<string, long>?[]? own;

    public void Clear(int cell)
    {
        if (large is null) small.AsSpan(cell * Tally.Width, Tally.Width).Clear();
        else large.AsSpan(cell * Tally.Width, Tally.Width).Clear();
        (reported[cell], micros[cell]) = (0, 0);
        if (own is not null) own[cell] = null;
    }

    public void Add(int cell, Tally counts)
    {
        var more = counts.All;
        if (large is null && !TryAddSmall(cell, more)) Widen();
        if (large is not null)
        {
            var cells = large.AsSpan(cell * Tally.Width, Tally.Width);
            for (var i = 0; i < cells.Length; i++) cells[i] += i == Micros ? 0 : more[i];
        }

        micros[cell] += more[Micros];
        reported[cell] |= counts.Reported;
        if (counts.Own.Count == 0) return;
        var named = (own ??= new Dictionary<string, long>?[Cells])[cell] ??= new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (name, count) in counts.Own) named[name] = named.GetValueOrDefault(name) + count;
    }

    public void AddTo(Tally sum, int cell)
    {
        var all = sum.All;
        if (large is not null)
        {
            var cells = large.AsSpan(cell * Tally.Width, Tally.Width);
            for (var i = 0; i < cells.Length; i++) all[i] += cells[i];
        }
        else
        {
            var cells = small.AsSpan(cell * Tally.Width, Tally.Width);
            var i = 0;
            for (; i <= cells.Length - Vector<int>.Count; i += Vector<int>.Count)
            {
                Vector.Widen(new Vector<int>(cells[i..]), out var low, out var high);
                (new Vector<long>(all[i..]) + low).CopyTo(all[i..]);
                var next = all[(i + Vector<long>.Count)..];
                (new Vector<long>(next) + high).CopyTo(next);
            }

            for (; i < cells.Length; i++) all[i] += cells[i];
        }

        all[Micros] += micros[cell];
        sum.Report(reported[cell]);
        if (own?[cell] is not { } named) return;
        foreach (var (name, count) in named) sum.AddOwn(name, count);
    }

    /// <returns>False when something does not fit; then nothing was added.</returns>
    private bool TryAddSmall(int cell, ReadOnlySpan<long> more)
    {
        var cells = small.AsSpan(cell * Tally.Width, Tally.Width);
        for (var i = 0; i < cells.Length; i++)
        {
            if (i != Micros && more[i] + cells[i] is < int.MinValue or > int.MaxValue) return false;
        }

        for (var i = 0; i < cells.Length; i++)
        {
            if (i != Micros) cells[i] += (int)more[i];
        }

        return true;
    }

    private void Widen()
    {
        large = new long[small.Length];
        for (var i = 0; i < small.Length; i++) large[i] = small[i];
        small = [];
    }
}
