namespace Athena.Dashboard.Flags.Domain.Targeting;

internal static class Cycles
{
    /// <returns>The way from <paramref name="start"/> back to it, or null when there is none.</returns>
    public static List<string>? Find(string start, Func<string, IEnumerable<string>> next)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return Walk(start);

        List<string>? Walk(string key)
        {
            foreach (var other in next(key))
            {
                if (other == start) return [key, start];
                if (!seen.Add(other)) continue;
                if (Walk(other) is { } way)
                {
                    way.Insert(0, key);
                    return way;
                }
            }

            return null;
        }
    }
}
