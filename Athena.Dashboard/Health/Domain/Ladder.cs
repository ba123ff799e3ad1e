namespace Athena.Dashboard.Health.Domain;

/// <summary>
/// One arm's counts by event time, in rings of ever longer cells: exact to half a second for the last minute, to ten
/// seconds for the last twenty minutes, and so on to two months. Every count is in every ring, so no roll-up has to
/// happen at the right moment and the order of arrival does not matter.
/// </summary>
public sealed class Ladder
{
    private readonly Ring[] rings = [.. Rung.Ladder.Select(rung => new Ring(rung.Cells))];
    private long newest;

    /// <summary>Nothing was counted later than within the cell that begins here, of the finest length that is known.</summary>
    public DateTimeOffset Newest => new(newest, TimeSpan.Zero);

    /// <param name="ended">End of the time in which it was counted.</param>
    public void Add(DateTimeOffset ended, Tally counts)
    {
        for (var i = 0; i < rings.Length; i++) rings[i].Add(Rung.Ladder[i].CellOf(ended), counts);
        newest = Math.Max(newest, Rung.Finest.StartOf(Rung.Finest.CellOf(ended)).UtcTicks);
    }

    /// <summary>Puts back what was stored of one cell.</summary>
    public void Restore(int rung, long cell, Tally counts)
    {
        rings[rung].Add(cell, counts);
        newest = Math.Max(newest, Rung.Ladder[rung].StartOf(cell).UtcTicks);
    }

    /// <summary>
    /// Empties the cells that begin later. A clock that was ahead has filled them, and what is counted now would find
    /// their places taken.
    /// </summary>
    public void ForgetAfter(DateTimeOffset instant)
    {
        for (var i = 0; i < rings.Length; i++) rings[i].ForgetAfter(Rung.Ladder[i].CellOf(instant));
        newest = Math.Min(newest, instant.UtcTicks);
    }

    /// <summary>
    /// Adds to <paramref name="sum"/> what ended after <paramref name="from"/>, up to <paramref name="to"/>. Where the
    /// beginning lies within the finest cell that is still known, that cell is left out: nothing from before the
    /// beginning is ever counted.
    /// </summary>
    /// <returns>The beginning as it was used; at or after <paramref name="from"/>.</returns>
    public DateTimeOffset AddTo(Tally sum, DateTimeOffset from, DateTimeOffset to, DateTimeOffset now)
    {
        var finest = Rung.Finest.Length.Ticks;
        var end = (to.UtcTicks + finest - 1) / finest * finest;
        var position = from.UtcTicks;
        long? used = null;
        while (position < end)
        {
            var finestHeld = FinestHeld(position, now);
            if (finestHeld < 0)
            {
                position = Rung.Ladder[^1].HorizonTicks(now);
                continue;
            }

            var length = Rung.Ladder[finestHeld].Length.Ticks;
            if (position % length != 0)
            {
                position = ((position / length) + 1) * length;
                continue;
            }

            used ??= position;
            var rung = CoarsestFitting(position, end, finestHeld);
            if (rung < 0) break;
            length = Rung.Ladder[rung].Length.Ticks;
            rings[rung].AddTo(sum, position / length);
            position += length;
        }

        return new DateTimeOffset(used ?? Math.Min(position, end), TimeSpan.Zero);
    }

    private static int FinestHeld(long position, DateTimeOffset now)
    {
        for (var i = 0; i < Rung.Ladder.Length; i++)
        {
            if (position >= Rung.Ladder[i].HorizonTicks(now)) return i;
        }

        return -1;
    }

    private static int CoarsestFitting(long position, long end, int finestHeld)
    {
        for (var i = Rung.Ladder.Length - 1; i >= finestHeld; i--)
        {
            var length = Rung.Ladder[i].Length.Ticks;
            if (position % length == 0 && position + length <= end) return i;
        }

        return -1;
    }

    /// <summary>The last cells of one length. A page is made when something falls into it, and a cell is used again when its turn comes.</summary>
    private sealed class Ring(int size)
    {
        private readonly long[] numbers = new long[size];
        private readonly TallyPage?[] pages = new TallyPage?[(size + TallyPage.Cells - 1) / TallyPage.Cells];

        public void Add(long number, Tally counts)
        {
            var slot = (int)(number % size);
            if (numbers[slot] > number) return;
            var page = pages[slot / TallyPage.Cells] ??= new TallyPage();
            if (numbers[slot] < number)
            {
                page.Clear(slot % TallyPage.Cells);
                numbers[slot] = number;
            }

            page.Add(slot % TallyPage.Cells, counts);
        }

        public void ForgetAfter(long last)
        {
            for (var slot = 0; slot < size; slot++)
            {
                if (numbers[slot] <= last) continue;
                numbers[slot] = 0;
                pages[slot / TallyPage.Cells]?.Clear(slot % TallyPage.Cells);
            }
        }

        public void AddTo(Tally sum, long number)
        {
            var slot = (int)(number % size);
            if (numbers[slot] == number) pages[slot / TallyPage.Cells]?.AddTo(sum, slot % TallyPage.Cells);
        }
    }
}
