using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Domain.AsCode;

/// <summary>Everything about flags and segments, in all environments, as YAML.</summary>
/// <param name="options">How settings are written elsewhere too.</param>
public sealed class AthenaFormat(JsonSerializerOptions options)
{
    private readonly List<RefusalItem> faults = [];

    public string Write(IEnumerable<(Flag Flag, IEnumerable<FlagEnvironment> Settings)> flags, IEnumerable<Segment> segments) => YamlText.Write(new JsonObject
    {
        ["flags"] = new JsonObject(flags.Select(flag => KeyValuePair.Create<string, JsonNode?>(flag.Flag.Key, new JsonObject
        {
            ["name"] = flag.Flag.Name,
            ["description"] = flag.Flag.Description,
            ["type"] = flag.Flag.Kind.Word(),
            ["variants"] = new JsonObject(flag.Flag.Variants.Select(variant => KeyValuePair.Create(variant.Name, JsonNode.Parse(variant.Value.Text)))),
            ["payloads"] = PayloadsOf(flag.Flag),
            ["environments"] = new JsonObject(flag.Settings.Select(setting => KeyValuePair.Create<string, JsonNode?>(setting.Environment, SettingOf(setting)))),
        }))),
        ["segments"] = new JsonObject(segments.Select(segment => KeyValuePair.Create<string, JsonNode?>(segment.Key, new JsonObject
        {
            ["name"] = segment.Name,
            ["description"] = segment.Description,
            ["conditions"] = JsonSerializer.SerializeToNode(segment.Conditions, options),
        }))),
    });

    /// <returns>What can be read of it, and what cannot; refused where it is not YAML.</returns>
    public Outcome<FlagDocument> Read(string yaml)
    {
        JsonElement json;
        try
        {
            json = JsonSerializer.SerializeToElement(YamlText.Read(yaml, faults));
        }
        catch (YamlDotNet.Core.YamlException broken)
        {
            return Refusal.Invalid("document_invalid", "The file is not YAML that can be read.", new RefusalItem(YamlText.Place(broken.Start), broken.InnerException?.Message ?? broken.Message));
        }

        Only(json, "file", "flags", "segments");
        var document = new FlagDocument([.. Members(json, "flags").Select(flag => FlagOf(flag.Name, flag.Value)).OfType<DocumentedFlag>()], [.. Members(json, "segments").Select(SegmentOf)]);
        return document with { Unreadable = [.. faults], Places = DocumentPlaces.OfYaml(yaml) };
    }

    private JsonObject PayloadsOf(Flag flag) => new(flag.Variants.Where(variant => variant.Payload is { Count: > 0 })
        .Select(variant => KeyValuePair.Create(variant.Name, JsonSerializer.SerializeToNode(variant.Payload, options))));

    private JsonNode? SettingOf(FlagEnvironment setting)
    {
        var written = JsonSerializer.SerializeToNode(setting, options)!.AsObject();
        // Bookkeeping, and what is as it always is.
        foreach (var name in (string[])["flagKey", "environment", "rolloutId", "aheadBecause", "approved"]) written.Remove(name);
        foreach (var (name, value) in written.ToArray())
        {
            if (value is null or JsonArray { Count: 0 }) written.Remove(name);
        }

        return written;
    }

    private DocumentedFlag? FlagOf(string key, JsonElement json)
    {
        var place = "flags." + key;
        Only(json, place, "name", "description", "type", "variants", "payloads", "environments");
        var word = Text(json, "type", place);
        FlagKind? kind = word is null ? null : Enum.GetValues<FlagKind>().Cast<FlagKind?>().FirstOrDefault(known => known!.Value.Word() == word);
        if (word is not null && kind is null) faults.Add(new(place + ".type", "is not a kind of flag", word, "release, operational or experimental"));
        var variants = json.ValueKind == JsonValueKind.Object && json.TryGetProperty("variants", out _) ? Members(json, "variants").Select(variant => new Variant(variant.Name, JsonValue.From(variant.Value))).ToImmutableArray() : Variant.Boolean;
        var payloads = Members(json, "payloads").ToList();
        faults.AddRange(payloads.Where(payload => payload.Value.ValueKind != JsonValueKind.Object || variants.All(variant => variant.Name != payload.Name))
            .Select(payload => new RefusalItem($"{place}.payloads.{payload.Name}", "belongs to no variant, or is not a mapping", null, "a mapping for the name of a variant")));
        variants = [.. variants.Select(variant => payloads.FirstOrDefault(payload => payload.Name == variant.Name && payload.Value.ValueKind == JsonValueKind.Object) is { Value.ValueKind: JsonValueKind.Object } payload
            ? variant with { Payload = payload.Value.EnumerateObject().ToImmutableSortedDictionary(member => member.Name, member => JsonValue.From(member.Value), StringComparer.Ordinal) }
            : variant)];
        return new DocumentedFlag(key, Text(json, "name", place), Text(json, "description", place), kind, variants, [.. Members(json, "environments").Select(setting => SettingOf(setting.Name, setting.Value, $"{place}.environments.{setting.Name}")).OfType<DocumentedSetting>()])
        {
            NamesValues = payloads.Count > 0 || (json.ValueKind == JsonValueKind.Object && json.TryGetProperty("variants", out _)),
        };
    }

    private DocumentedSetting? SettingOf(string environment, JsonElement json, string place)
    {
        Only(json, place, "enabled", "conditions", "percentage", "audience", "bucketBy", "fallback", "prerequisites", "rules", "serve", "enableAt", "disableAt", "scheduleZone", "version");
        if (json.ValueKind != JsonValueKind.Object) return null;
        var conditions = json.TryGetProperty("conditions", out var list) ? ConditionJson.ReadList(list, place + ".conditions", faults) : [];
        var settings = new FlagSettings(
            conditions,
            Value<Percentage>(json, "percentage", place, "0 to 100 in steps of 0.001") ?? Percentage.Hundred,
            Texts(json, "audience", place),
            Text(json, "bucketBy", place) ?? Evaluation.ContextNames.TargetingKey,
            Text(json, "fallback", place) ?? Variant.Off,
            Value<DateTimeOffset>(json, "enableAt", place, "an instant such as 2026-08-15T10:00:00Z"),
            Value<DateTimeOffset>(json, "disableAt", place, "an instant such as 2026-08-15T10:00:00Z"))
        {
            Rules = TargetingJson.ReadRules(Member(json, "rules"), place + ".rules", faults),
            Prerequisites = TargetingJson.ReadPrerequisites(Member(json, "prerequisites"), place + ".prerequisites", faults),
            Serve = TargetingJson.ReadServing(Member(json, "serve"), place + ".serve", faults),
            ScheduleZone = Text(json, "scheduleZone", place),
        };
        return new DocumentedSetting(environment, Value<bool>(json, "enabled", place, "true or false") ?? false, settings, Value<long>(json, "version", place, "a whole number"));
    }

    private Segment SegmentOf(JsonProperty segment)
    {
        var place = "segments." + segment.Name;
        Only(segment.Value, place, "name", "description", "conditions");
        return new Segment
        {
            Key = segment.Name,
            Name = Text(segment.Value, "name", place) ?? segment.Name,
            Description = Text(segment.Value, "description", place) ?? "",
            CreatedAt = default,
            Conditions = Member(segment.Value, "conditions") is { } list ? ConditionJson.ReadList(list, place + ".conditions", faults) : [],
        };
    }

    private IEnumerable<JsonProperty> Members(JsonElement json, string name)
    {
        if (Member(json, name) is not { ValueKind: not JsonValueKind.Null } members) return [];
        if (members.ValueKind == JsonValueKind.Object) return members.EnumerateObject();
        faults.Add(new(name, "is not a mapping", members.ValueKind.ToString(), "a mapping by key"));
        return [];
    }

    private void Only(JsonElement json, string place, params string[] names)
    {
        if (json.ValueKind != JsonValueKind.Object) faults.Add(new(place, "is not a mapping", json.ValueKind.ToString(), string.Join(", ", names)));
        else faults.AddRange(json.EnumerateObject().Where(member => !names.Contains(member.Name)).Select(member => new RefusalItem($"{place}.{member.Name}", "is not understood", null, string.Join(", ", names))));
    }

    private static JsonElement? Member(JsonElement json, string name) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : null;

    private string? Text(JsonElement json, string name, string place)
    {
        if (Member(json, name) is not { ValueKind: not JsonValueKind.Null } text) return null;
        if (text.ValueKind == JsonValueKind.String) return text.GetString();
        faults.Add(new($"{place}.{name}", "is not a text", text.GetRawText(), "a text, in quotes where it looks like something else"));
        return null;
    }

    private ImmutableArray<string> Texts(JsonElement json, string name, string place)
    {
        if (Member(json, name) is not { ValueKind: not JsonValueKind.Null } list) return [];
        if (list.ValueKind == JsonValueKind.Array && list.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)) return [.. list.EnumerateArray().Select(item => item.GetString()!)];
        faults.Add(new($"{place}.{name}", "is not a list of texts", list.GetRawText(), "texts in brackets"));
        return [];
    }

    private T? Value<T>(JsonElement json, string name, string place, string expected)
        where T : struct
    {
        if (Member(json, name) is not { ValueKind: not JsonValueKind.Null } value) return null;
        try
        {
            return value.Deserialize<T>(options);
        }
        catch (JsonException)
        {
            faults.Add(new($"{place}.{name}", "cannot be read", value.GetRawText(), expected));
            return null;
        }
    }
}
