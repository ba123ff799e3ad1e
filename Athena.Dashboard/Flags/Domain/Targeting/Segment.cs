using System.Collections.Immutable;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Domain.Targeting;

/// <summary>
/// Users described once and named wherever they are meant, in all environments. A cohort of a flag's audience that
/// bears a segment's key has the segment's members too.
/// </summary>
public sealed record Segment : IVersioned
{
    public required string Key { get; init; }

    public required string Name { get; init; }

    public string Description { get; init; } = "";

    /// <summary>All have to hold.</summary>
    public ImmutableArray<Condition> Conditions { get; init; } = [];

    public required DateTimeOffset CreatedAt { get; init; }

    public long Version { get; init; } = 1;

    /// <summary>Keys of the segments that it is made of.</summary>
    public IEnumerable<string> Segments() => SegmentsIn(Conditions);

    public bool IsSameAs(Segment other) => Name == other.Name && Description == other.Description && Conditions.SequenceEqual(other.Conditions);

    public static IEnumerable<string> SegmentsIn(ImmutableArray<Condition> conditions) =>
        conditions.SelectMany(condition => condition.Everything()).OfType<Condition.InSegment>().Select(member => member.Segment).Distinct(StringComparer.Ordinal);
}

/// <summary>What people say of a segment.</summary>
public sealed record SegmentDescription(string Key, string Name, ImmutableArray<Condition> Conditions, string Description = "")
{
    /// <summary>What could not be read at all; told together with what was read and is wrong.</summary>
    public ImmutableArray<RefusalItem> Unreadable { get; init; } = [];

    /// <param name="segments">All other segments by key.</param>
    public IEnumerable<RefusalItem> Faults(IReadOnlyDictionary<string, Segment> segments)
    {
        foreach (var fault in Unreadable) yield return fault;
        if (!FlagDescription.IsKey(Key)) yield return new("key", "is not a segment key", ConditionRules.Shorten(Key), $"letters, digits, '.', '_' and '-', beginning with a letter or digit, up to {FlagDescription.LongestKey}");
        if (string.IsNullOrWhiteSpace(Name) || Name.Length > FlagDescription.LongestName) yield return new("name", "has a wrong length", ConditionRules.Shorten(Name), $"1 to {FlagDescription.LongestName} characters");
        if (Description.Length > FlagDescription.LongestText) yield return new("description", "is too long", $"{Description.Length} characters", $"up to {FlagDescription.LongestText} characters");
        if (Conditions.IsEmpty && Unreadable.IsEmpty) yield return new("conditions", "are empty", null, "at least one condition: a segment of everybody has no use");
        foreach (var fault in ConditionRules.Faults(Conditions, "conditions", segments.Keys.Append(Key).ToHashSet(StringComparer.Ordinal))) yield return fault;
        if (Cycle(segments) is { } cycle) yield return new("conditions", "would make the segment a part of itself", string.Join(" → ", cycle), "no way back to the segment");
    }

    private List<string>? Cycle(IReadOnlyDictionary<string, Segment> segments) =>
        Cycles.Find(Key, key => key == Key ? Segment.SegmentsIn(Conditions) : segments.TryGetValue(key, out var other) ? other.Segments() : []);
}

/// <summary>Where a segment is used.</summary>
/// <param name="Environment">Null for another segment.</param>
public sealed record SegmentUse(string? Segment, string? Flag, string? Environment);
