using System.Collections.Immutable;
using System.Text.Json;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Pages.Editing;

/// <summary>A value while somebody writes it.</summary>
public sealed class VariantDraft
{
    /// <summary>Its name before anybody edited it; null for one that is new.</summary>
    public string? Opened { get; private init; }

    public string Name { get; set; } = "";

    public string Json { get; set; } = "";

    /// <summary>A JSON object, or nothing.</summary>
    public string Payload { get; set; } = "";

    /// <summary>What is wrong with the JSON; null when nothing is, or nothing is written yet.</summary>
    public string? Fault => Json.Length == 0 ? null : FaultOf(Json, out _);

    /// <summary>What is wrong with the payload; null when nothing is.</summary>
    public string? PayloadFault => string.IsNullOrWhiteSpace(Payload) ? null
        : FaultOf(Payload, out var payload) is { } fault ? fault
        : payload.ValueKind != JsonValueKind.Object ? "A payload is an object: { \"name\": … }."
        : null;

    public static VariantDraft Of(Variant variant) => new()
    {
        Opened = variant.Name,
        Name = variant.Name,
        Json = VariantText.Pretty(variant.Value),
        Payload = variant.Payload is { Count: > 0 } payload ? $"{{\n{string.Join(",\n", payload.Select(member => $"  {JsonSerializer.Serialize(member.Key)}: {member.Value}"))}\n}}" : "",
    };

    /// <param name="place">What people call this value.</param>
    /// <returns>Null with the faults where it cannot be read.</returns>
    public Variant? Read(string place, ICollection<RefusalItem> faults)
    {
        var isRead = JsonText.TryRead(Json, place, faults, out var value);
        if (string.IsNullOrWhiteSpace(Payload)) return isRead ? new Variant(Name.Trim(), JsonValue.From(value)) : null;
        var of = $"payload of {place}";
        if (!JsonText.TryRead(Payload, of, faults, out var payload)) return null;
        if (payload.ValueKind != JsonValueKind.Object)
        {
            faults.Add(new(of, "is not an object", FlagDescription.TypeOf(JsonValue.From(payload)), "{ \"name\": … }"));
            return null;
        }

        return isRead
            ? new Variant(Name.Trim(), JsonValue.From(value), payload.EnumerateObject().ToImmutableSortedDictionary(member => member.Name, member => JsonValue.From(member.Value), StringComparer.Ordinal))
            : null;
    }

    /// <returns>Null while it cannot be read.</returns>
    public Variant? ToVariant() => Read("", []);

    private static string? FaultOf(string text, out JsonElement value)
    {
        var faults = new List<RefusalItem>();
        return JsonText.TryRead(text, "", faults, out value) ? null
            : faults[0].Place.Length > 0 ? $"Line {faults[0].Place[", line ".Length..]} {faults[0].Message}: a text stands in quotes."
            : $"This {faults[0].Message}.";
    }
}
