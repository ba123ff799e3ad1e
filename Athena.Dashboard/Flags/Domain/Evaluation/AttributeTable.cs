using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;

namespace Athena.Dashboard.Flags.Domain.Evaluation;

/// <summary>
/// The context attributes that any flag asks for, numbered. Numbers are never taken back, so a flag that was compiled
/// against an earlier table stays valid with a later one. What no flag asks for is skipped while a context is read.
/// </summary>
public sealed class AttributeTable
{
    /// <summary>Number of <c>targetingKey</c>.</summary>
    public const int TargetingKey = 0;

    /// <summary>Number of <c>cohorts</c>.</summary>
    public const int Cohorts = 1;

    /// <summary>Number of <c>userRole</c>.</summary>
    public const int UserRole = 2;

    /// <summary>What is asked for even where no flag has a condition.</summary>
    public static readonly AttributeTable Initial = new([ContextNames.TargetingKey, ContextNames.Cohorts, ContextNames.UserRole], segmentCount: 0, neededCount: 0);

    private readonly Dictionary<string, int> positions;
    private readonly FrozenDictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> numbers;

    private AttributeTable(ImmutableArray<string> names, int segmentCount, int neededCount)
    {
        Names = names;
        SegmentCount = segmentCount;
        NeededCount = neededCount;
        positions = names.Select((name, number) => (name, number)).ToDictionary(entry => entry.name, entry => entry.number, StringComparer.Ordinal);
        numbers = names.Select((name, number) => (Name: Encoding.UTF8.GetBytes(name), Number: number))
            .ToFrozenDictionary(entry => entry.Name, entry => entry.Number, Utf8Comparer.Instance)
            .GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public ImmutableArray<string> Names { get; }

    public int Count => Names.Length;

    /// <summary>How many numbers segments have been given, those included that are gone.</summary>
    public int SegmentCount { get; }

    /// <summary>The same of flags that others need.</summary>
    public int NeededCount { get; }

    /// <summary>The number of a name that is in the table.</summary>
    public int this[string name] => positions.GetValueOrDefault(name, -1);

    public bool TryFind(ReadOnlySpan<byte> name, out int number) => numbers.TryGetValue(name, out number);

    /// <returns>This table when it has all the names already.</returns>
    public AttributeTable With(IEnumerable<string> names, int segments = 0, int needed = 0)
    {
        var added = names.Where(name => !positions.ContainsKey(name)).Distinct(StringComparer.Ordinal).ToArray();
        return added.Length == 0 && segments <= SegmentCount && needed <= NeededCount
            ? this
            : new AttributeTable(Names.AddRange(added), Math.Max(segments, SegmentCount), Math.Max(needed, NeededCount));
    }
}

/// <summary>Names of context attributes that mean something to the product; all others are the application's own.</summary>
public static class ContextNames
{
    /// <summary>Who asks: the same value always gets the same answer.</summary>
    public const string TargetingKey = "targetingKey";

    /// <summary>Cohorts that the user belongs to: a string or a list of strings.</summary>
    public const string Cohorts = "cohorts";

    public const string UserRole = "userRole";

    public const string UserTier = "userTier";

    public const string Workspace = "workspace";
}
