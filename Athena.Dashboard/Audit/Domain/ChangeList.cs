using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Athena.Dashboard.Audit.Domain;

/// <summary>One field of something, before and after; null where it was not there.</summary>
public sealed record FieldChange(string Field, string? Before, string? After);

/// <summary>What differs between two states that are known only as JSON.</summary>
public static class ChangeList
{
    private const int MostFields = 200;
    private const int MostInGist = 2;
    private const int LongestInGist = 60;

    // The first that an event has: a rollback is told by the rule that decided, and not by its stage's name.
    private static readonly string[] Naming = ["rule", "title", "name"];
    private static readonly string[] Unsaying = ["title", "name", "rule", "list", "item › title", "item › set", "item › key", "stage › index", "stage › name", "sha256"];

    /// <summary>Fields that differ, in the order in which they first appear.</summary>
    /// <param name="before">Null when there was nothing before; likewise <paramref name="after"/>.</param>
    public static ImmutableArray<FieldChange> Compare(string? before, string? after)
    {
        var (left, right) = (Flatten(before), Flatten(after));
        return [.. left.Select(field => field.Field).Concat(right.Select(field => field.Field)).Distinct(StringComparer.Ordinal)
            .Select(name => new FieldChange(name, ValueOf(left, name), ValueOf(right, name)))
            .Where(change => change.Before != change.After)
            .Take(MostFields)];
    }

    /// <summary>The fields of an event, as they are; what its subject already says is left out.</summary>
    /// <param name="subject">The event's subject, <c>kind/id</c>.</param>
    public static ImmutableArray<FieldChange> Read(string json, string subject)
    {
        var id = subject[(subject.IndexOf('/', StringComparison.Ordinal) + 1)..];
        return [.. Flatten(json)
            .Where(field => field.Value != id && !field.Field.StartsWith("Subject ›", StringComparison.Ordinal))
            .Take(MostFields)
            .Select(field => new FieldChange(field.Field, null, field.Value))];
    }

    /// <summary>
    /// One line: what the event names by title, name or rule, and the first few changes, of those that say something to a
    /// person: no ids, instants and numbers of versions.
    /// </summary>
    /// <param name="fields">The event's own fields.</param>
    public static string Gist(ImmutableArray<FieldChange> fields, ImmutableArray<FieldChange> changes) => string.Join(" · ", fields
        .Select(field => (Rank: Array.FindIndex(Naming, name => name.Equals(field.Field[(field.Field.LastIndexOf('›') + 1)..].Trim(), StringComparison.OrdinalIgnoreCase)), Name: field.After!))
        .Where(named => named.Rank >= 0 && named.Name.Length <= LongestInGist)
        .OrderBy(named => named.Rank)
        .Select(named => named.Name)
        .Take(1)
        .Concat(Telling(changes)));

    private static IEnumerable<string> Telling(ImmutableArray<FieldChange> changes) => changes
        .Where(change => (change.After ?? change.Before) is { Length: > 0 and <= LongestInGist } value
            && change.Before is not { Length: > LongestInGist }
            && !Guid.TryParse(value, out _)
            && !(value.Contains('T', StringComparison.Ordinal) && DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, out _))
            && !change.Field.EndsWith("ersion", StringComparison.Ordinal)
            && !Unsaying.Contains(change.Field, StringComparer.OrdinalIgnoreCase))
        .Take(MostInGist)
        .Select(change => change switch
        {
            { Before: { } before, After: { } after } => $"{change.Field}: {before} → {after}",
            { Before: { } before } => $"{change.Field}: {before} → –",
            _ => $"{change.Field}: {change.After}",
        });

    private static string? ValueOf(List<(string Field, string Value)> fields, string name) =>
        fields.Find(field => field.Field == name).Value;

    private static List<(string Field, string Value)> Flatten(string? json)
    {
        var fields = new List<(string, string)>();
        if (json is null) return fields;
        using var document = JsonDocument.Parse(json);
        Add(document.RootElement, "", fields);
        return fields;
    }

    private static void Add(JsonElement element, string path, List<(string Field, string Value)> fields)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject()) Add(member.Value, Join(path, EventWords.Humanize(member.Name)), fields);
                break;
            case JsonValueKind.Array when element.EnumerateArray().Any(item => item.ValueKind is JsonValueKind.Object or JsonValueKind.Array):
                var index = 0;
                foreach (var item in element.EnumerateArray()) Add(item, FormattableString.Invariant($"{path} {++index}").Trim(), fields);
                break;
            case JsonValueKind.Array:
                fields.Add((path, string.Join(", ", element.EnumerateArray().Select(TextOf))));
                break;
            case JsonValueKind.Null:
                break;
            default:
                fields.Add((path, TextOf(element)));
                break;
        }
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path} › {name}";

    private static string TextOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.True => "yes",
        JsonValueKind.False => "no",
        JsonValueKind.String => element.GetString()!,
        _ => element.GetRawText(),
    };
}
