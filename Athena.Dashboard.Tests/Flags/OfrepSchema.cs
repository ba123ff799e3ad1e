using System.Globalization;
using System.Text.Json;

namespace Athena.Dashboard.Tests.Flags;

/// <summary>
/// The protocol's answers as the facts have it. The published schema refuses its own examples: a value of any JSON type
/// is one branch here, and FLAG_NOT_FOUND is a code like the others.
/// </summary>
internal static class OfrepSchema
{
    private static readonly string[] Reasons = ["STATIC", "TARGETING_MATCH", "SPLIT", "DISABLED", "UNKNOWN"];
    private static readonly string[] Codes = ["PARSE_ERROR", "TARGETING_KEY_MISSING", "INVALID_CONTEXT", "GENERAL", "FLAG_NOT_FOUND"];

    /// <summary>Every answer of the server passes through here.</summary>
    public static void Check(string path, int status, string? type, string? tag, string body)
    {
        if (path.Contains("/events", StringComparison.Ordinal)) return;
        var isBulk = path.Split('?')[0].TrimEnd('/').EndsWith("/evaluate/flags", StringComparison.Ordinal);
        if (status == 304)
        {
            body.ShouldBeEmpty();
            return;
        }

        type.ShouldNotBeNull().ShouldStartWith("application/json", Case.Sensitive, "the providers read nothing else");
        var json = JsonSerializer.Deserialize<JsonElement>(body);
        json.ValueKind.ShouldBe(JsonValueKind.Object);
        if (status != 200)
        {
            Members(json, ["key", "errorCode", "errorDetails", "metadata"]);
            One(json, "errorCode", Codes);
            if (!isBulk) json.GetProperty("key").GetString().ShouldNotBeNullOrEmpty();
            // Its own 500 example has the details alone, and the providers do not understand it.
            json.GetProperty("errorDetails").GetString().ShouldNotBeNullOrEmpty();
            return;
        }

        if (!isBulk)
        {
            Item(json);
            return;
        }

        Members(json, ["flags", "metadata", "eventStreams"]);
        foreach (var item in json.GetProperty("flags").EnumerateArray()) Item(item);
        foreach (var stream in json.GetProperty("eventStreams").EnumerateArray()) Stream(stream);
        // What the server knows to be old has none.
        (tag is null).ShouldBe(json.TryGetProperty("metadata", out var metadata) && metadata.TryGetProperty("configurationBehind", out _));
    }

    private static void Item(JsonElement item)
    {
        item.GetProperty("key").GetString().ShouldNotBeNullOrEmpty();
        if (item.TryGetProperty("metadata", out var metadata))
            metadata.EnumerateObject().ShouldAllBe(member => member.Value.ValueKind == JsonValueKind.String || member.Value.ValueKind == JsonValueKind.Number || member.Value.ValueKind == JsonValueKind.True || member.Value.ValueKind == JsonValueKind.False);
        if (item.TryGetProperty("errorCode", out _))
        {
            Members(item, ["key", "errorCode", "errorDetails", "metadata"]);
            One(item, "errorCode", Codes);
            return;
        }

        Members(item, ["key", "reason", "value", "variant", "metadata"]);
        One(item, "reason", Reasons);
        item.TryGetProperty("value", out _).ShouldBe(item.TryGetProperty("variant", out _), "a code default has neither");
    }

    private static void Stream(JsonElement stream)
    {
        Members(stream, ["type", "url", "endpoint", "inactivityDelaySec"]);
        stream.GetProperty("type").GetString().ShouldBe("sse");
        stream.TryGetProperty("url", out _).ShouldNotBe(stream.TryGetProperty("endpoint", out var endpoint), "exactly one of both");
        if (endpoint.ValueKind == JsonValueKind.Object) endpoint.GetProperty("requestUri").GetString().ShouldNotBeNull().ShouldStartWith("/");
        stream.GetProperty("inactivityDelaySec").GetInt32().ShouldBeGreaterThan(0);
    }

    private static void Members(JsonElement json, string[] allowed) => json.EnumerateObject().Select(member => member.Name).ShouldBeSubsetOf(allowed);

    private static void One(JsonElement json, string member, string[] of) => of.ShouldContain(json.GetProperty(member).GetString(), string.Create(CultureInfo.InvariantCulture, $"{member} of {json}"));
}
