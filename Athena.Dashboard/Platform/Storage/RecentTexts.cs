using System.Collections.Concurrent;

namespace Athena.Dashboard.Platform.Storage;

/// <summary>What texts say, each read once for as long as it comes again. What is read is shared, so it has to be immutable.</summary>
/// <param name="most">Texts that are remembered at least; at most twice as many.</param>
internal sealed class RecentTexts<T>(int most, Func<string, T> read)
{
    private ConcurrentDictionary<string, T> young = new(StringComparer.Ordinal);
    private ConcurrentDictionary<string, T> old = new(StringComparer.Ordinal);

    public T Read(string text)
    {
        if (young.TryGetValue(text, out var known)) return known;
        if (!old.TryGetValue(text, out known)) known = read(text);
        // What is not asked for while as many others are is forgotten with the generation it is in.
        if (young.Count >= most) (old, young) = (young, new ConcurrentDictionary<string, T>(StringComparer.Ordinal));
        young[text] = known;
        return known;
    }
}
