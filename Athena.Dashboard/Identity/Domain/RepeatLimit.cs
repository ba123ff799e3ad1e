namespace Athena.Dashboard.Identity.Domain;

/// <summary>
/// Keeps a record of what happens again and again from filling a disk: in each window a group gets one line for each
/// thing that happened, and only so many different ones; what happens beyond that is counted and told when the window
/// is over. So a flood costs a group at most two lines for each thing and one for the rest.
/// </summary>
/// <param name="window">Begins with a group's first line.</param>
/// <param name="mostLines">Different things of one group in a window.</param>
public sealed class RepeatLimit<TGroup, TLine>(TimeSpan window, int mostLines)
    where TGroup : notnull
    where TLine : notnull
{
    private readonly Lock gate = new();
    private readonly Dictionary<TGroup, Window> open = [];
    private readonly List<Repeated<TGroup, TLine>> over = [];

    /// <summary>True for what is to be told at once; everything else is counted.</summary>
    public bool IsNew(TGroup group, TLine line, DateTimeOffset now)
    {
        lock (gate)
        {
            if (open.TryGetValue(group, out var current) && now - current.Since >= window) Close(group, current);
            if (!open.TryGetValue(group, out current)) open[group] = current = new Window(now);
            if (current.Repeats.TryGetValue(line, out var repeats))
            {
                current.Repeats[line] = repeats + 1;
                return false;
            }

            if (current.Repeats.Count >= mostLines)
            {
                current.Others++;
                return false;
            }

            current.Repeats.Add(line, 0);
            return true;
        }
    }

    /// <summary>What was counted in windows that are over; each is given once.</summary>
    /// <param name="all">Also of windows that are not over, before the counts are lost.</param>
    public IReadOnlyList<Repeated<TGroup, TLine>> Take(DateTimeOffset now, bool all = false)
    {
        lock (gate)
        {
            foreach (var (group, current) in open.Where(entry => all || now - entry.Value.Since >= window).ToList()) Close(group, current);
            var taken = over.ToArray();
            over.Clear();
            return taken;
        }
    }

    private void Close(TGroup group, Window ended)
    {
        open.Remove(group);
        over.AddRange(ended.Repeats.Where(line => line.Value > 0).Select(line => new Repeated<TGroup, TLine>(group, line.Key, line.Value)));
        if (ended.Others > 0) over.Add(new Repeated<TGroup, TLine>(group, default, ended.Others));
    }

    private sealed class Window(DateTimeOffset since)
    {
        public DateTimeOffset Since { get; } = since;

        public Dictionary<TLine, int> Repeats { get; } = [];

        public int Others { get; set; }
    }
}

/// <param name="Line">Null for everything that was too much to be told apart.</param>
/// <param name="Times">How often it happened after it was told.</param>
public sealed record Repeated<TGroup, TLine>(TGroup Group, TLine? Line, int Times);
