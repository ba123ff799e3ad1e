using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Athena.Dashboard.Health.Domain.Otlp;

/// <summary>
/// Reads an <c>ExportMetricsServiceRequest</c> in OTLP's JSON: lowerCamelCase, whole numbers of 64 bits as texts or
/// numbers, enums as numbers, and members that nobody knows passed over.
/// </summary>
internal static class OtlpJson
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 32 };
    private static readonly Dictionary<string, string> Nothing = [];

    /// <param name="isWanted">Whether a metric of this name is counted.</param>
    /// <exception cref="OtlpFaultException">It is not such a message.</exception>
    public static List<OtlpPoint> Read(ReadOnlyMemory<byte> utf8, Func<string, bool> isWanted)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, Options);
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw new OtlpFaultException("The message is not an object.");
            var points = new List<OtlpPoint>();
            foreach (var resource in List(document.RootElement, "resourceMetrics"))
            {
                var who = Attributes(Member(resource, "resource"));
                foreach (var scope in List(resource, "scopeMetrics"))
                {
                    var name = Text(Member(scope, "scope"), "name");
                    foreach (var metric in List(scope, "metrics").Where(metric => isWanted(Text(metric, "name")))) ReadMetric(metric, name, who, points);
                }
            }

            return points;
        }
        catch (JsonException fault)
        {
            throw new OtlpFaultException(string.Create(CultureInfo.InvariantCulture, $"The message is not JSON: line {fault.LineNumber + 1}, column {fault.BytePositionInLine + 1}: {fault.Message.Split(" LineNumber:")[0]}"));
        }
        catch (InvalidOperationException)
        {
            // Nothing but reading it tells a half of a surrogate pair, or bytes that are not UTF-8.
            throw new OtlpFaultException("The message is not JSON: a text contains what is not a character.");
        }
    }

    private static void ReadMetric(JsonElement metric, string scope, Dictionary<string, string> who, List<OtlpPoint> points)
    {
        foreach (var (form, isHistogram) in ((string, bool)[])[("gauge", false), ("sum", false), ("histogram", true), ("exponentialHistogram", true), ("summary", false)])
        {
            if (Member(metric, form) is not { } data) continue;
            var isMonotonic = Member(data, "isMonotonic") is { ValueKind: JsonValueKind.True };
            var kind = form switch
            {
                "summary" => OtlpKind.Other,
                "gauge" => OtlpKind.Gauge,
                "sum" when !isMonotonic => WholeIn(data, "aggregationTemporality") == 2 ? OtlpKind.Gauge : OtlpKind.Other,
                _ => OtlpKinds.OfTemporality((int)Math.Clamp(WholeIn(data, "aggregationTemporality"), 0, 9)),
            };
            foreach (var point in List(data, "dataPoints"))
            {
                var histogram = !isHistogram ? null : form == "histogram" ? Explicit(point) : Exponential(point);
                OtlpKinds.Add(points, new OtlpPoint(
                    Text(metric, "name"),
                    Text(metric, "unit"),
                    isHistogram && histogram is null ? OtlpKind.Other : kind,
                    scope,
                    who,
                    Attributes(point),
                    OtlpKinds.Instant(Unsigned(point, "startTimeUnixNano")),
                    OtlpKinds.Instant(Unsigned(point, "timeUnixNano")) ?? DateTimeOffset.UnixEpoch,
                    histogram?.Count ?? (Member(point, "asDouble") is { } number ? Double(number, "asDouble") : WholeIn(point, "asInt")),
                    histogram)
                {
                    HasNoValue = (WholeIn(point, "flags") & 1) != 0,
                });
            }
        }
    }

    private static OtlpHistogram Explicit(JsonElement point) => new(
        WholeIn(point, "count"),
        Sum(point),
        [.. List(point, "explicitBounds").Select(bound => Double(bound, "explicitBounds"))],
        [.. List(point, "bucketCounts").Select(count => Whole(count, "bucketCounts"))]);

    private static OtlpHistogram? Exponential(JsonElement point)
    {
        var (positive, negative) = (Member(point, "positive"), Member(point, "negative"));
        return OtlpHistogram.Exponential(
            WholeIn(point, "count"), Sum(point), Small(point, "scale"), WholeIn(point, "zeroCount"), Small(positive, "offset"), Counts(positive), Counts(negative));

        static ImmutableArray<long> Counts(JsonElement? buckets) => [.. List(buckets, "bucketCounts").Select(count => Whole(count, "bucketCounts"))];
    }

    private static double? Sum(JsonElement point) => Member(point, "sum") is { } sum ? Double(sum, "sum") : null;

    private static Dictionary<string, string> Attributes(JsonElement? holder)
    {
        Dictionary<string, string>? attributes = null;
        foreach (var attribute in List(holder, "attributes").Take(OtlpKinds.MostAttributes))
        {
            var text = Member(attribute, "value") is not { } value ? null
                : Member(value, "stringValue") is { ValueKind: JsonValueKind.String } said ? said.GetString()
                : Member(value, "boolValue") is { } flag ? flag.ValueKind == JsonValueKind.True ? "true" : "false"
                : Member(value, "intValue") is { } whole ? Whole(whole, "intValue").ToString(CultureInfo.InvariantCulture)
                : Member(value, "doubleValue") is { } number ? Double(number, "doubleValue").ToString(CultureInfo.InvariantCulture)
                : null;
            if (text is not null) (attributes ??= new Dictionary<string, string>(StringComparer.Ordinal))[Text(attribute, "key")] = text;
        }

        return attributes ?? Nothing;
    }

    /// <returns>Null where it is missing or null, which is the same.</returns>
    private static JsonElement? Member(JsonElement? holder, string name)
    {
        if (holder is not { } value) return null;
        if (value.ValueKind != JsonValueKind.Object) throw new OtlpFaultException($"Where {name} is looked for is not an object.");
        return value.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;
    }

    private static IEnumerable<JsonElement> List(JsonElement? holder, string name) =>
        Member(holder, name) is not { } list ? []
        : list.ValueKind == JsonValueKind.Array ? list.EnumerateArray()
        : throw new OtlpFaultException($"{name} is not a list.");

    private static string Text(JsonElement? holder, string name) =>
        Member(holder, name) is not { } text ? ""
        : text.ValueKind == JsonValueKind.String ? text.GetString()!
        : throw new OtlpFaultException($"{name} is not a text.");

    private static long WholeIn(JsonElement? holder, string name) => Member(holder, name) is { } value ? Whole(value, name) : 0;

    private static long Whole(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number
        : value.ValueKind == JsonValueKind.String && long.TryParse(value.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var said) ? said
        : throw new OtlpFaultException($"{name} is not a whole number.");

    private static int Small(JsonElement? holder, string name) => (int)Math.Clamp(WholeIn(holder, name), int.MinValue, int.MaxValue);

    private static ulong Unsigned(JsonElement holder, string name) => Member(holder, name) switch
    {
        null => 0,
        { ValueKind: JsonValueKind.Number } value when value.TryGetUInt64(out var number) => number,
        { ValueKind: JsonValueKind.String } value when ulong.TryParse(value.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var said) => said,
        _ => throw new OtlpFaultException($"{name} is not a time in nanoseconds."),
    };

    private static double Double(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) ? number
        : value.ValueKind != JsonValueKind.String ? throw new OtlpFaultException($"{name} is not a number.")
        : value.GetString() switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            var text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var said) => said,
            _ => throw new OtlpFaultException($"{name} is not a number."),
        };
}
