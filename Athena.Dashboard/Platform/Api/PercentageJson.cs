using System.Text.Json;
using System.Text.Json.Serialization;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Platform.Api;

/// <summary>A percentage in JSON is the number that people write: 0.1 for 0.1 %.</summary>
public sealed class PercentageJson : JsonConverter<Percentage>
{
    public override Percentage Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Percentage.TryFrom(reader.GetDecimal(), out var percentage)
            ? percentage
            : throw new JsonException("A percentage is 0 to 100 in steps of 0.001.");

    public override void Write(Utf8JsonWriter writer, Percentage value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.Thousandths / 1000m);
}
