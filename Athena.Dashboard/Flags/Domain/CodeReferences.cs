using System.Collections.Immutable;

namespace Athena.Dashboard.Flags.Domain;

/// <summary>Says which flags each line of a file names.</summary>
public static class CodeReferences
{
    public const int Most = 20_000;
    public const int LongestText = 200;

    /// <param name="keys">Keys of all flags.</param>
    public static IEnumerable<CodeReference> In(string path, string text, HashSet<string> keys)
    {
        var number = 0;
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf('\n', start);
            if (end < 0) end = text.Length;
            number++;
            foreach (var key in Keys(text.AsSpan(start, end - start), keys))
            {
                var line = text.AsSpan(start, end - start).Trim();
                yield return new CodeReference(key, path, number, new string(line.Length > LongestText ? line[..LongestText] : line));
            }

            start = end + 1;
        }
    }

    // What is part of a longer key is another flag: views is not in views-v2.
    private static ImmutableArray<string> Keys(ReadOnlySpan<char> line, HashSet<string> keys)
    {
        var known = keys.GetAlternateLookup<ReadOnlySpan<char>>();
        var found = ImmutableArray<string>.Empty;
        for (var i = 0; i < line.Length; i++)
        {
            if (!IsOfKey(line[i])) continue;
            var end = i;
            while (end < line.Length && IsOfKey(line[end])) end++;
            // A full stop ends a sentence as well as being part of keys.
            var word = line[i..end];
            if ((known.TryGetValue(word, out var key) || known.TryGetValue(word.TrimEnd(".-"), out key)) && !found.Contains(key)) found = found.Add(key);
            i = end;
        }

        return found;
    }

    private static bool IsOfKey(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-';
}
