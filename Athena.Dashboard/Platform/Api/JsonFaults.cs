using System.Collections;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Platform.Api;

/// <summary>
/// Everything that keeps a JSON text from being read as a type: the serializer stops at the first fault and names it in
/// words of the program; this walks on, and says place, found and expected for each.
/// </summary>
public static class JsonFaults
{
    private const int MostFaults = 50;
    private const int LongestFound = 60;

    /// <returns>Empty when the text can be read.</returns>
    public static IReadOnlyList<RefusalItem> Find(ReadOnlyMemory<byte> json, Type type, JsonSerializerOptions options)
    {
        if (!Utf8.IsValid(json.Span)) return [new("$", "This is not UTF-8.", null, "JSON in UTF-8")];
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = options.MaxDepth });
            return [.. Walk(document.RootElement, options.GetTypeInfo(type), "$").Take(MostFaults)];
        }
        catch (JsonException malformed)
        {
            return [new(At("$", malformed), "This is not JSON, or it ends too soon.", null, FormattableString.Invariant($"one JSON value, nested at most {options.MaxDepth} deep"))];
        }
        catch (InvalidOperationException)
        {
            return [HalfCharacter];
        }
    }

    // Of a name, this is found out only by reading it.
    private static RefusalItem HalfCharacter => new("$", "The text contains half of a character.", null, "whole characters");

    private static IEnumerable<RefusalItem> Walk(JsonElement element, JsonTypeInfo type, string place) => (type.Kind, element.ValueKind) switch
    {
        (JsonTypeInfoKind.Object, JsonValueKind.Object) => OfObject(element, type, place),
        (JsonTypeInfoKind.Enumerable, JsonValueKind.Array) => element.EnumerateArray().SelectMany((item, at) => Walk(item, Info(type.ElementType!, type), FormattableString.Invariant($"{place}[{at}]"))),
        (JsonTypeInfoKind.Dictionary, JsonValueKind.Object) => element.EnumerateObject().SelectMany(member => Walk(member.Value, Info(type.ElementType!, type), $"{place}.{member.Name}")),
        _ => Leaf(element, type, place),
    };

    private static IEnumerable<RefusalItem> OfObject(JsonElement element, JsonTypeInfo type, string place)
    {
        var comparer = type.Options.PropertyNameCaseInsensitive ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
        var known = type.Properties.ToDictionary(property => property.Name, comparer);
        var seen = new HashSet<string>(comparer);
        foreach (var member in element.EnumerateObject())
        {
            var here = $"{place}.{member.Name}";
            if (!known.TryGetValue(member.Name, out var property))
            {
                yield return new(here, "The field is not known here.", member.Name, string.Join(", ", known.Keys));
                continue;
            }

            if (!seen.Add(member.Name)) yield return new(here, "The field stands twice.", Shorten(member.Value), "each field once");
            foreach (var fault in OfMember(member.Value, property, type, here)) yield return fault;
        }

        foreach (var missing in type.Properties.Where(property => property.IsRequired && !seen.Contains(property.Name)))
            yield return new($"{place}.{missing.Name}", "The field is missing.", null, Words(missing.PropertyType));
    }

    private static IEnumerable<RefusalItem> OfMember(JsonElement value, JsonPropertyInfo property, JsonTypeInfo owner, string place)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return property.IsSetNullable ? Walk(value, Info(property.PropertyType, owner), place) : [new(place, "A value is needed.", "null", Words(property.PropertyType))];
        var type = Info(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, owner);
        var faults = Walk(value, type, place);
        return value.ValueKind == JsonValueKind.Array && type.ElementType is { } element && StrictJson.WantsElements(property)
            ? faults.Concat(value.EnumerateArray().Index().Where(item => item.Item.ValueKind == JsonValueKind.Null)
                .Select(item => new RefusalItem(FormattableString.Invariant($"{place}[{item.Index}]"), "A value is needed.", "null", Words(element))))
            : faults;
    }

    private static IEnumerable<RefusalItem> Leaf(JsonElement element, JsonTypeInfo type, string place)
    {
        string? reason = null;
        try
        {
            element.Deserialize(type);
            yield break;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or FormatException or OverflowException or NotSupportedException)
        {
            // A converter of ours says what it wants; the framework's sentences name types of the program.
            if (failure is JsonException { Message: var said } && !said.Contains("could not be converted", StringComparison.Ordinal)) reason = said.Split(" Path: ")[0];
        }

        yield return new(place, reason ?? "The value cannot be read.", Shorten(element), Words(type.Type));
    }

    private static JsonTypeInfo Info(Type type, JsonTypeInfo parent) => parent.Options.GetTypeInfo(type);

    private static string At(string place, JsonException malformed) =>
        FormattableString.Invariant($"{place} (line {malformed.LineNumber + 1}, column {malformed.BytePositionInLine + 1})");

    private static string Shorten(JsonElement element)
    {
        var text = element.GetRawText();
        return text.Length <= LongestFound ? text : text[..LongestFound] + "…";
    }

    /// <summary>What is accepted as a value of this type, in words.</summary>
    internal static string Words(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        if (plain.IsEnum) return string.Join(", ", Enum.GetNames(plain).Select(JsonNamingPolicy.CamelCase.ConvertName));
        if (plain == typeof(string)) return "a text in quotes";
        if (plain == typeof(bool)) return "true or false";
        if (plain == typeof(Guid)) return "an id such as 01a203b8-9d3c-7066-b162-40b5a4cda17c";
        if (plain == typeof(DateOnly)) return "a date such as \"2026-08-15\"";
        if (plain == typeof(TimeOnly)) return "a time of day such as \"10:00\"";
        if (plain == typeof(DateTimeOffset)) return "an instant such as \"2026-08-15T10:00:00Z\"";
        if (plain == typeof(Percentage)) return "a number from 0 to 100 in steps of 0.001";
        if (Limits(plain) is { } limits) return limits;
        return typeof(IEnumerable).IsAssignableFrom(plain) ? "a list in brackets" : "an object in braces";
    }

    private static string? Limits(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Int32 => string.Create(CultureInfo.InvariantCulture, $"a whole number from {int.MinValue} to {int.MaxValue}"),
        TypeCode.Int64 => string.Create(CultureInfo.InvariantCulture, $"a whole number from {long.MinValue} to {long.MaxValue}"),
        TypeCode.Double or TypeCode.Decimal or TypeCode.Single => "a number",
        _ => null,
    };
}
