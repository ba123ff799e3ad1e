using System.Text.Json;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Health.Domain;

/// <summary>Collects what is wrong with a document; the first 50 are enough for anybody.</summary>
internal sealed class FaultList
{
    private const int Most = 50;
    private const int LongestQuote = 80;

    public List<RefusalItem> Items { get; } = [];

    /// <summary>How many faults there were, those beyond the first 50 included.</summary>
    public int Seen { get; private set; }

    public void Add(Place place, string message, object? found = null, string? expected = null)
    {
        Seen++;
        if (Items.Count < Most) Items.Add(new RefusalItem(Short(place.ToString())!, message, Quote(found), expected));
    }

    /// <summary>The members of an object that may have any name; one that stands there twice is a fault, because which one counts is not defined.</summary>
    public IEnumerable<(string Name, JsonElement Value)> Members(JsonElement value, string path)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            if (names.Add(member.Name)) yield return (member.Name, member.Value);
            else Add(new Place(path, member.Name), "stands there twice");
        }
    }

    /// <summary>The members of an object that may have these names; others are faults, and so is one that stands there twice.</summary>
    public KnownMembers Members(JsonElement value, Place of, MemberNames names) => new(value, of, names, this);

    private static string? Quote(object? found)
    {
        return Short(found switch
        {
            null => null,
            JsonElement { ValueKind: JsonValueKind.Object or JsonValueKind.Array } value => "an " + value.ValueKind.ToString().ToLowerInvariant(),
            JsonElement value => value.GetRawText(),
            _ => found.ToString(),
        });
    }

    private static string? Short(string? text) => text?.Length > LongestQuote ? text[..LongestQuote] + "…" : text;
}
