using System.Collections.Immutable;
using System.Globalization;

namespace Athena.Dashboard.Flags.Domain;

/// <summary>Reads what <c>git grep -n --null</c> prints, and says which flags each line names.</summary>
public static class CodeReferences
{
    public const int Most = 20_000;
    public const int LongestText = 200;

    /// <param name="output">Lines of <c>TREE:PATH␀LINE␀TEXT</c>; git before 2.19 writes a colon after the number.</param>
    /// <param name="keys">Keys of all flags.</param>
    public static ImmutableArray<CodeReference> Read(IEnumerable<string> output, IReadOnlyCollection<string> keys)
    {
        var known = keys.ToHashSet(StringComparer.Ordinal);
        var found = ImmutableArray.CreateBuilder<CodeReference>();
        foreach (var printed in output)
        {
            var afterPath = printed.IndexOf('\0', StringComparison.Ordinal);
            if (afterPath < 0) continue;
            var afterNumber = printed.IndexOfAny(['\0', ':'], afterPath + 1);
            if (afterNumber < 0 || !int.TryParse(printed.AsSpan(afterPath + 1, afterNumber - afterPath - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var line)) continue;
            var path = printed[(printed.IndexOf(':', StringComparison.Ordinal) is var colon && colon >= 0 && colon < afterPath ? colon + 1 : 0)..afterPath];
            var text = printed[(afterNumber + 1)..];
            foreach (var key in Keys(text, known))
            {
                found.Add(new CodeReference(key, path, line, text.Trim() is { Length: > LongestText } wide ? wide[..LongestText] : text.Trim()));
                if (found.Count >= Most) return found.ToImmutable();
            }
        }

        return found.ToImmutable();
    }

    // What is part of a longer key is another flag: views is not in views-v2.
    private static IEnumerable<string> Keys(string text, HashSet<string> known)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < text.Length; i++)
        {
            if (!IsOfKey(text[i])) continue;
            var end = i;
            while (end < text.Length && IsOfKey(text[end])) end++;
            // A full stop ends a sentence as well as being part of keys.
            var word = text[i..end];
            foreach (var candidate in new[] { word, word.TrimEnd('.', '-') })
            {
                if (known.Contains(candidate) && seen.Add(candidate)) yield return candidate;
            }

            i = end;
        }
    }

    private static bool IsOfKey(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-';
}
