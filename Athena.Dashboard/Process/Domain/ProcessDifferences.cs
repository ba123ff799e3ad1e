using System.Collections.Immutable;
using Athena.Dashboard.Process.Domain.Yaml;

namespace Athena.Dashboard.Process.Domain;

/// <summary>One place where two versions of the process say something else.</summary>
/// <param name="Path">As the document is written, with keys for places: <c>gates[development].items[unit-tests].title</c>.</param>
/// <param name="Before">Null when it was not there.</param>
/// <param name="After">Null when it is not there any more.</param>
public sealed record ProcessDifference(string Path, DifferenceKind Kind, string? Before, string? After);

public enum DifferenceKind
{
    Added,
    Removed,
    Changed,

    /// <summary>The same items in another order.</summary>
    Reordered,
}

/// <summary>
/// Compares what two documents say: comments, quotes and the order of fields do not count, and an item that moved in
/// its list is recognized by its key.
/// </summary>
public static class ProcessDifferences
{
    private static readonly string[] Names = ["key", "name", "role", "when", "title"];

    /// <param name="before">YAML that was accepted once.</param>
    /// <param name="after">YAML that was accepted once.</param>
    public static ImmutableArray<ProcessDifference> Between(string before, string after)
    {
        var problems = new DocumentProblems();
        var differences = new List<ProcessDifference>();
        if (YamlTree.Load(before, problems) is { } left && YamlTree.Load(after, problems) is { } right) Compare("", left, right, differences);
        return [.. differences];
    }

    private static void Compare(string path, YamlNode before, YamlNode after, List<ProcessDifference> differences)
    {
        switch (before, after)
        {
            case (YamlMap left, YamlMap right):
                var (lefts, rights) = (left.Fields.ToDictionary(field => field.Name), right.Fields.ToDictionary(field => field.Name));
                CompareNamed(lefts.Keys, rights.Keys, name => YamlTree.PathOf(path, name), name => lefts[name].Value, name => rights[name].Value, differences);
                break;
            case (YamlList left, YamlList right):
                CompareLists(path, left, right, differences);
                break;
            default:
                var (was, becomes) = (Write(before), Write(after));
                if (was != becomes) differences.Add(new ProcessDifference(path, DifferenceKind.Changed, was, becomes));
                break;
        }
    }

    private static void CompareLists(string path, YamlList before, YamlList after, List<ProcessDifference> differences)
    {
        if (IsOneLine(before) && IsOneLine(after))
        {
            var (was, becomes) = (Write(before), Write(after));
            if (was != becomes) differences.Add(new ProcessDifference(path, DifferenceKind.Changed, was, becomes));
            return;
        }

        if (Keyed(before) is { } lefts && Keyed(after) is { } rights)
        {
            var (leftNames, rightNames) = (before.Items.Select(NameOf).ToList(), after.Items.Select(NameOf).ToList());
            CompareNamed(leftNames!, rightNames!, name => $"{path}[{name}]", name => lefts[name], name => rights[name], differences);
            var (kept, now) = (leftNames.Where(name => rights.ContainsKey(name!)), rightNames.Where(name => lefts.ContainsKey(name!)));
            if (!kept.SequenceEqual(now))
                differences.Add(new ProcessDifference(path, DifferenceKind.Reordered, string.Join(", ", kept), string.Join(", ", now)));
            return;
        }

        for (var i = 0; i < Math.Max(before.Items.Length, after.Items.Length); i++)
        {
            var place = $"{path}[{i}]";
            if (i >= after.Items.Length) differences.Add(new ProcessDifference(place, DifferenceKind.Removed, Write(before.Items[i]), null));
            else if (i >= before.Items.Length) differences.Add(new ProcessDifference(place, DifferenceKind.Added, null, Write(after.Items[i])));
            else Compare(place, before.Items[i], after.Items[i], differences);
        }
    }

    private static void CompareNamed(
        IEnumerable<string> before,
        IEnumerable<string> after,
        Func<string, string> path,
        Func<string, YamlNode> left,
        Func<string, YamlNode> right,
        List<ProcessDifference> differences)
    {
        var (lefts, rights) = (before.ToList(), after.ToList());
        foreach (var name in lefts)
        {
            if (rights.Contains(name)) Compare(path(name), left(name), right(name), differences);
            else differences.Add(new ProcessDifference(path(name), DifferenceKind.Removed, Write(left(name)), null));
        }

        foreach (var name in rights.Except(lefts)) differences.Add(new ProcessDifference(path(name), DifferenceKind.Added, null, Write(right(name))));
    }

    // Percentages, owners, parts: a few words that are read as one value.
    private static bool IsOneLine(YamlList list) => list.Items.All(item => item is YamlScalar scalar && !scalar.Text.Contains(' ', StringComparison.Ordinal));

    /// <summary>The items by name, or null when they cannot be told apart by one.</summary>
    private static Dictionary<string, YamlNode>? Keyed(YamlList list)
    {
        var named = new Dictionary<string, YamlNode>(StringComparer.Ordinal);
        foreach (var item in list.Items)
            if (NameOf(item) is not { } name || !named.TryAdd(name, item)) return null;
        return named;
    }

    private static string? NameOf(YamlNode item) => item switch
    {
        YamlScalar scalar => scalar.Text,
        YamlMap map => Names
            .Select(name => map.Fields.FirstOrDefault(field => field.Name == name)?.Value)
            .OfType<YamlScalar>()
            .FirstOrDefault()?.Text,
        _ => null,
    };

    private static string Write(YamlNode node) => node switch
    {
        YamlScalar scalar => scalar.Text,
        YamlList list => "[" + string.Join(", ", list.Items.Select(Write)) + "]",
        YamlMap map => "{" + string.Join(", ", map.Fields.Select(field => $"{field.Name}: {Write(field.Value)}")) + "}",
        _ => "",
    };
}
