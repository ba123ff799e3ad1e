using System.Text.Json;
using System.Text.Json.Serialization;

namespace Athena.Dashboard.Platform.Api;

/// <summary>Text that every database can keep: PostgreSQL has no place for NUL, and half of a surrogate pair is no character.</summary>
public sealed class TextJson : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String) throw new JsonException();
        return TextOf(ref reader);
    }

    public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => TextOf(ref reader);

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WritePropertyName(value);

    internal static JsonException Nul => new("The text contains the character NUL.");

    internal static JsonException Half => new("The text contains half of a character.");

    internal static bool HoldsNul(string text) => text.Contains('\0', StringComparison.Ordinal);

    private static string TextOf(ref Utf8JsonReader reader)
    {
        try
        {
            var text = reader.GetString()!;
            return HoldsNul(text) ? throw Nul : text;
        }
        catch (InvalidOperationException)
        {
            throw Half;
        }
    }
}

/// <summary>JSON of any shape, for handlers that read it by hand: every text in it is one that <see cref="TextJson"/> takes.</summary>
public sealed class AnyJson : JsonConverter<JsonElement>
{
    public override JsonElement Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var element = JsonElement.ParseValue(ref reader);
        try
        {
            if (HoldsNul(element)) throw TextJson.Nul;
        }
        catch (InvalidOperationException)
        {
            throw TextJson.Half;
        }

        return element;
    }

    public override void Write(Utf8JsonWriter writer, JsonElement value, JsonSerializerOptions options) => value.WriteTo(writer);

    private static bool HoldsNul(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => TextJson.HoldsNul(element.GetString()!),
        JsonValueKind.Array => element.EnumerateArray().Any(HoldsNul),
        JsonValueKind.Object => element.EnumerateObject().Any(member => TextJson.HoldsNul(member.Name) || HoldsNul(member.Value)),
        _ => false,
    };
}
