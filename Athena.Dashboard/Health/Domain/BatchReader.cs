using System.Globalization;
using System.Text.Json;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Health.Domain;

/// <summary>
/// Reads a batch's JSON strictly: every fault with its place, all at once, and nothing is taken unless all is right.
/// By hand, because a serializer stops at the first fault and this is the busiest endpoint.
/// </summary>
public static class BatchReader
{
    private static readonly JsonDocumentOptions Json = new() { MaxDepth = 8 };
    private static readonly MemberNames Names = new("batchId", "instance", "from", "to", "rolloutId", "flag", "arms");

    /// <param name="isOwnCount">Whether the metric catalogue has a use for a count of the application's own.</param>
    /// <returns>The batch or its faults; and what it is about, also where it has faults, unless that is one of them.</returns>
    public static (Outcome<HealthBatch> Batch, BatchSubject? About) Read(
        ReadOnlyMemory<byte> utf8, BatchLimits limits, Func<string, bool> isOwnCount, DateTimeOffset now)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(utf8, Json);
        }
        catch (JsonException fault)
        {
            return (Refusal.Invalid(
                "malformed_json",
                "The batch is not JSON.",
                new RefusalItem(
                    string.Create(CultureInfo.InvariantCulture, $"line {fault.LineNumber + 1}, column {fault.BytePositionInLine + 1}"),
                    fault.Message.Split(" LineNumber:")[0],
                    null,
                    "JSON")), null);
        }

        using (document)
        {
            try
            {
                var faults = new FaultList();
                var (batch, about) = ReadBatch(document.RootElement, faults, limits, isOwnCount, now);
                return faults.Items.Count == 0
                    ? (batch!, about)
                    : (Refusal.Invalid("invalid_batch", "The batch was not taken.", [.. faults.Items]), about);
            }
            catch (InvalidOperationException)
            {
                // Nothing but reading it tells a half of a surrogate pair, or bytes that are not UTF-8.
                return (Refusal.Invalid("malformed_json", "The batch is not JSON.", new RefusalItem("$", "A text contains what is not a character.", null, "JSON in UTF-8")), null);
            }
        }
    }

    private static (HealthBatch? Batch, BatchSubject? About) ReadBatch(JsonElement root, FaultList faults, BatchLimits limits, Func<string, bool> isOwnCount, DateTimeOffset now)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            faults.Add("$", "must be an object", root.ValueKind, "{ batchId, instance, from, to, rolloutId or flag, arms }");
            return default;
        }

        string? batchId = null, instance = null, flag = null;
        DateTimeOffset? from = null, to = null;
        Guid? rolloutId = null;
        var (sawRollout, sawFlag, sawArms) = (false, false, false);
        var arms = new ArmReader.Arms();
        foreach (var (name, value) in faults.Members(root, "", Names))
        {
            switch (name)
            {
                case "batchId": batchId = Text(value, name, 64, faults); break;
                case "instance": instance = Text(value, name, 100, faults); break;
                case "from": from = Instant(value, name, faults); break;
                case "to": to = Instant(value, name, faults); break;
                case "rolloutId":
                    sawRollout = true;
                    if (value.ValueKind == JsonValueKind.String && value.TryGetGuid(out var id)) rolloutId = id;
                    else faults.Add(name, "must be a rollout's id", value, "a GUID");
                    break;
                case "flag":
                    sawFlag = true;
                    flag = Text(value, name, 200, faults);
                    break;
                case "arms":
                    sawArms = true;
                    arms = ArmReader.Read(value, faults, isOwnCount);
                    break;
            }
        }

        foreach (var (name, missing) in (ReadOnlySpan<(string, bool)>)
            [("batchId", !root.TryGetProperty("batchId", out _)), ("instance", !root.TryGetProperty("instance", out _)), ("from", !root.TryGetProperty("from", out _)), ("to", !root.TryGetProperty("to", out _)), ("arms", !sawArms)])
        {
            if (missing) faults.Add(name, "is missing");
        }

        if (sawRollout == sawFlag) faults.Add("rolloutId", sawRollout ? "only one of rolloutId and flag can be given" : "rolloutId or flag is missing");
        if (from is { } begin && to is { } end) CheckTimes(begin, end, faults, limits, now);
        var about = sawRollout != sawFlag && (rolloutId is not null || flag is not null) ? new BatchSubject(rolloutId, flag) : null;
        return faults.Items.Count > 0
            ? (null, about)
            : (new HealthBatch(batchId!, instance!, from!.Value, to!.Value, rolloutId, flag, arms.Exposed, arms.Control, arms.Outside, arms.Points), about);
    }

    private static void CheckTimes(DateTimeOffset from, DateTimeOffset to, FaultList faults, BatchLimits limits, DateTimeOffset now)
    {
        if (to <= from) faults.Add("to", "must be after from", to.ToString("O", CultureInfo.InvariantCulture), "later than " + from.ToString("O", CultureInfo.InvariantCulture));
        else if (to - from > limits.Longest)
            faults.Add("to", "the batch covers too long a time", Durations.Format(to - from), "at most " + Durations.Format(limits.Longest));
        if (to > now + limits.Skew)
            faults.Add("to", "lies in the future; is the sender's clock right?", to.ToString("O", CultureInfo.InvariantCulture), "at most " + Durations.Format(limits.Skew) + " ahead of " + now.ToString("O", CultureInfo.InvariantCulture));
        else if (to < now - limits.Oldest)
            faults.Add("to", "is too long ago", to.ToString("O", CultureInfo.InvariantCulture), "within the last " + Durations.Format(limits.Oldest));
    }

    private static string? Text(JsonElement value, string place, int longest, FaultList faults)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            faults.Add(place, "must be a text", value, "a text");
            return null;
        }

        var text = value.GetString()!;
        if (text.Length == 0 || text.Length > longest || text.Any(char.IsControl) || text != text.Trim())
        {
            faults.Add(place, "must be a text without control characters or space around it", value, string.Create(CultureInfo.InvariantCulture, $"1 to {longest} characters"));
            return null;
        }

        return text;
    }

    private static DateTimeOffset? Instant(JsonElement value, string place, FaultList faults)
    {
        // Without an offset the text would be read in this server's zone, which the sender cannot mean.
        if (value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out var instant)
            && value.GetString() is { Length: > 10 } text && (text[^1] == 'Z' || text.AsSpan(10).IndexOfAny('+', '-') >= 0))
            return instant.ToUniversalTime();
        faults.Add(place, "must be an instant with its offset", value, "2026-05-04T09:30:00Z");
        return null;
    }
}
