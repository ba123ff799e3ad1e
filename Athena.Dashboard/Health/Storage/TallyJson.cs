using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Athena.Dashboard.Health.Domain;

namespace Athena.Dashboard.Health.Storage;

/// <summary>
/// Counts as one short JSON object, what nobody reported left out: <c>{"requests":100,"errors":2,"latencyMicros":…,"buckets":{"50":40}}</c>.
/// A bucket is named by its bound in milliseconds and not by its number, so that other bounds can read it one day.
/// </summary>
public static class TallyJson
{
    private const string Above = "inf";

    private static readonly (CountSlot Slot, JsonEncodedText Name)[] Slots =
        [.. Enum.GetValues<CountSlot>().Select(slot => (slot, JsonEncodedText.Encode(JsonNamingPolicy.CamelCase.ConvertName(slot.ToString()))))];

    private static readonly JsonEncodedText[] BucketNames =
        [.. LatencyBounds.Milliseconds.Select(bound => JsonEncodedText.Encode(FormattableString.Invariant($"{bound}"))), JsonEncodedText.Encode(Above)];

    public static string Write(Tally tally)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer)) Write(writer, tally);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static void Write(Utf8JsonWriter writer, Tally tally)
    {
        writer.WriteStartObject();
        foreach (var (slot, name) in Slots)
        {
            if (tally[slot] != 0 || tally.Reports(slot)) writer.WriteNumber(name, tally[slot]);
        }

        WriteBuckets(writer, tally);
        if (tally.Own.Count > 0)
        {
            writer.WriteStartObject("own");
            foreach (var (name, count) in tally.Own) writer.WriteNumber(name, count);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    public static Tally Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return Read(document.RootElement);
    }

    public static Tally Read(JsonElement json)
    {
        var tally = new Tally();
        foreach (var member in json.EnumerateObject())
        {
            if (member.NameEquals("buckets"))
            {
                foreach (var bucket in member.Value.EnumerateObject()) tally.Buckets[BucketOf(bucket.Name)] += bucket.Value.GetInt64();
            }
            else if (member.NameEquals("own"))
            {
                foreach (var own in member.Value.EnumerateObject()) tally.AddOwn(own.Name, own.Value.GetInt64());
            }
            else
            {
                foreach (var (slot, name) in Slots)
                {
                    if (member.NameEquals(name.EncodedUtf8Bytes)) tally[slot] = member.Value.GetInt64();
                }
            }
        }

        return tally;
    }

    private static void WriteBuckets(Utf8JsonWriter writer, Tally tally)
    {
        if (tally.Buckets.IndexOfAnyExcept(0) < 0) return;
        writer.WriteStartObject("buckets");
        for (var i = 0; i < BucketNames.Length; i++)
        {
            if (tally.Buckets[i] != 0) writer.WriteNumber(BucketNames[i], tally.Buckets[i]);
        }

        writer.WriteEndObject();
    }

    private static int BucketOf(string name) =>
        name == Above ? LatencyBounds.Buckets - 1 : LatencyBounds.BucketOf(double.Parse(name, System.Globalization.CultureInfo.InvariantCulture));
}

/// <summary>Counts within a larger document.</summary>
internal sealed class TallyConverter : JsonConverter<Tally>
{
    public override Tally Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return TallyJson.Read(document.RootElement);
    }

    public override void Write(Utf8JsonWriter writer, Tally value, JsonSerializerOptions options) => TallyJson.Write(writer, value);
}
