using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Process.Domain.Yaml;

namespace Athena.Dashboard.Process.Domain;

/// <summary>Gate sets and their items.</summary>
internal static class GatesYaml
{
    // A gate can only guard a step forward; a release is never held back from being rolled back or cancelled.
    private static readonly ReleaseState[] Forward =
        [ReleaseState.Planned, ReleaseState.InDevelopment, ReleaseState.InQa, ReleaseState.InPreparation, ReleaseState.RollingOut, ReleaseState.Completed];

    public static ImmutableArray<GateSet> Read(FieldMap map)
    {
        var sets = new Dictionary<string, int>(StringComparer.Ordinal);
        var items = new Dictionary<string, int>(StringComparer.Ordinal);
        return map.SomeMaps("gates", set => Set(set, sets, items));
    }

    private static GateSet Set(FieldMap map, Dictionary<string, int> sets, Dictionary<string, int> items)
    {
        var key = map.Key("key", sets);
        var before = map.Problems.Count;
        var from = map.Need("from", ReleaseState.Planned, at => at.Word<ReleaseState>([.. Forward[..^1].Select(Words.Of)]));
        var to = map.Need("to", ReleaseState.InDevelopment, at => at.Word<ReleaseState>([.. Forward[1..].Select(Words.Of)]));
        if (map.Problems.Count == before && Forward[Array.IndexOf(Forward, from) + 1] is var next && next != to)
            map.At("to").Complain($"No release passes from {Words.Of(from)} to this state in one step.", Words.Of(next));
        return new GateSet(key, map.Text("title"), from, to, map.SomeMaps("items", item => Item(item, items)));
    }

    private static GateItem Item(FieldMap map, Dictionary<string, int> items)
    {
        var owners = map.Need("owners", [], at => at.List(owner => owner.Owner()));
        if (owners.IsEmpty && map.At("owners").Node is YamlList) map.At("owners").Complain("Nobody owns the item.", "at least one role");
        return new GateItem(map.Key("key", items), map.Text("title"), [.. owners.Distinct()], map.Take<string?>("check", null, at => at.Key()));
    }
}
