using System.Collections.Immutable;
using System.Text;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Process.Domain.Yaml;

/// <summary>The words that a document uses for fixed choices, and the nearest one to a misspelt word.</summary>
internal static class Words
{
    /// <summary><c>RolledBack</c> is <c>rolled_back</c>; roles are written as their titles are: <c>devops_engineer</c>.</summary>
    public static string Of<T>(T choice)
        where T : struct, Enum =>
        choice is Role role
            ? role.Title().ToLowerInvariant().Replace(' ', '_')
            : Snake(choice.ToString());

    public static ImmutableArray<string> All<T>()
        where T : struct, Enum => [.. Enum.GetValues<T>().Select(Of)];

    public static T? Find<T>(string word)
        where T : struct, Enum
    {
        foreach (var choice in Enum.GetValues<T>())
            if (Of(choice) == word) return choice;
        return null;
    }

    /// <summary><c>a, b or c</c>, with the likely meaning of <paramref name="found"/> first when there is one.</summary>
    public static string Expected(string found, IReadOnlyCollection<string> allowed)
    {
        var nearest = Nearest(found, allowed);
        var list = allowed.Count switch
        {
            0 => "nothing",
            1 => allowed.First(),
            _ => string.Join(", ", allowed.Take(allowed.Count - 1)) + " or " + allowed.Last(),
        };
        return nearest is null ? list : $"{list} (did you mean {nearest}?)";
    }

    /// <summary>Null when nothing is near enough to be a misspelling.</summary>
    public static string? Nearest(string found, IEnumerable<string> allowed)
    {
        if (found.Length is 0 or > 64) return null;
        var wanted = Snake(found);
        return allowed
            .Select(word => (Word: word, Distance: Distance(wanted, word)))
            .Where(candidate => candidate.Distance <= Math.Max(1, candidate.Word.Length / 3))
            .OrderBy(candidate => candidate.Distance)
            .Select(candidate => candidate.Word)
            .FirstOrDefault();
    }

    private static string Snake(string text)
    {
        var snake = new StringBuilder();
        foreach (var letter in text)
        {
            if (char.IsUpper(letter) && snake.Length > 0 && snake[^1] != '_') snake.Append('_');
            snake.Append(letter is ' ' or '-' ? '_' : char.ToLowerInvariant(letter));
        }

        return snake.ToString();
    }

    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var substitution = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitution, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
