using System.Text.Json;
using System.Text.Json.Serialization;

namespace Athena.Dashboard.Flags.Domain;

/// <summary>Any JSON value, kept as its text without blanks.</summary>
[JsonConverter(typeof(Converter))]
public readonly record struct JsonValue
{
    private readonly string? text;

    private JsonValue(string text) => this.text = text;

    public static JsonValue True => new("true");

    public static JsonValue False => new("false");

    public string Text => text ?? "null";

    /// <returns>False when it is not one JSON value.</returns>
    public static bool TryParse(string json, out JsonValue value)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 16 });
            value = From(document.RootElement);
            return true;
        }
        catch (JsonException)
        {
            value = default;
            return false;
        }
    }

    public static JsonValue From(JsonElement element) => new(JsonSerializer.Serialize(element));

    public override string ToString() => Text;

    private sealed class Converter : JsonConverter<JsonValue>
    {
        public override JsonValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            return From(document.RootElement);
        }

        public override void Write(Utf8JsonWriter writer, JsonValue value, JsonSerializerOptions options) => writer.WriteRawValue(value.Text);
    }
}
