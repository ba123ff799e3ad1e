using System.Collections.Immutable;
using System.Text.Json;
using Athena.Dashboard.Flags.Domain.Evaluation;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Domain.AsCode;

/// <summary>
/// Reads flagd's format for one environment. A chain of <c>if</c> becomes rules in order; what stands at its end is what
/// everybody else gets. What has no counterpart here is a fault with its place, and nothing is guessed.
/// </summary>
public sealed class FlagdReader
{
    private static readonly Dictionary<string, ClauseOperator> Numbers = Signs(ClauseOperator.NumberEquals, ClauseOperator.NumberAtLeast);
    private static readonly Dictionary<string, ClauseOperator> Versions = Signs(ClauseOperator.VersionEquals, ClauseOperator.VersionAtLeast);

    private readonly List<RefusalItem> faults = [];

    private FlagdReader()
    {
    }

    /// <returns>What can be read of it, and what cannot.</returns>
    public static FlagDocument Read(JsonElement json, string environment)
    {
        var reader = new FlagdReader();
        var document = reader.Document(json, environment);
        return document with { Unreadable = [.. reader.faults] };
    }

    private FlagDocument Document(JsonElement json, string environment)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("flags", out var flags) || flags.ValueKind != JsonValueKind.Object)
        {
            Fault("flags", "is missing", "an object of flags by key");
            return new FlagDocument([], []);
        }

        foreach (var twice in flags.EnumerateObject().GroupBy(flag => flag.Name, StringComparer.Ordinal).Where(group => group.Count() > 1)) Fault("flags." + twice.Key, "is there twice", "each flag once");
        var segments = json.TryGetProperty("$evaluators", out var evaluators) && evaluators.ValueKind == JsonValueKind.Object
            ? evaluators.EnumerateObject().Select(shared => new Segment { Key = shared.Name, Name = shared.Name, CreatedAt = default, Conditions = List(shared.Value, "$evaluators." + shared.Name) }).ToImmutableArray()
            : [];
        return new FlagDocument([.. flags.EnumerateObject().Select(flag => FlagOf(flag.Name, flag.Value, environment)).OfType<DocumentedFlag>()], segments);
    }

    private DocumentedFlag? FlagOf(string key, JsonElement json, string environment)
    {
        var place = "flags." + key;
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("variants", out var variants) || variants.ValueKind != JsonValueKind.Object)
        {
            Fault(place, "has no variants", "an object with state, variants, defaultVariant and targeting");
            return null;
        }

        foreach (var twice in json.EnumerateObject().GroupBy(member => member.Name, StringComparer.Ordinal).Where(group => group.Count() > 1)) Fault($"{place}.{twice.Key}", "is there twice", "each member once");
        foreach (var member in json.EnumerateObject().Where(member => member.Name is not ("state" or "variants" or "defaultVariant" or "targeting" or "metadata"))) Fault($"{place}.{member.Name}", "is not understood", null);
        var state = json.TryGetProperty("state", out var said) && said.ValueKind == JsonValueKind.String ? said.GetString() : null;
        if (state is not ("ENABLED" or "DISABLED")) Fault(place + ".state", "is neither ENABLED nor DISABLED", "ENABLED or DISABLED");
        var standard = json.TryGetProperty("defaultVariant", out var named) && named.ValueKind == JsonValueKind.String ? named.GetString()! : Variant.Off;
        var settings = new FlagSettings([], Percentage.Hundred, []) { Serve = Serving.Of(standard) };
        if (json.TryGetProperty("targeting", out var targeting) && targeting.ValueKind == JsonValueKind.Object && targeting.EnumerateObject().Any()) settings = Settings(targeting, standard, place + ".targeting");
        return new DocumentedFlag(key, null, null, null, [.. variants.EnumerateObject().Select(variant => new Variant(variant.Name, JsonValue.From(variant.Value)))], [new(environment, state == "ENABLED", settings, null)]);
    }

    private FlagSettings Settings(JsonElement targeting, string standard, string place)
    {
        var rules = ImmutableArray.CreateBuilder<FlagRule>();
        while (Operands(targeting, "if") is { } chain)
        {
            for (var i = 0; i + 1 < chain.Length; i += 2) rules.Add(new FlagRule("", List(chain[i], $"{place}.if[{i}]"), Serve(chain[i + 1], $"{place}.if[{i + 1}]")));
            if (chain.Length % 2 == 0) return new FlagSettings([], Percentage.Hundred, []) { Rules = rules.ToImmutable(), Serve = Serving.Of(standard) };
            (targeting, place) = (chain[^1], $"{place}.if[{chain.Length - 1}]");
        }

        var last = targeting.ValueKind == JsonValueKind.Null ? Serving.Of(standard) : Serve(targeting, place);
        var settings = new FlagSettings([], Percentage.Hundred, []) { Rules = rules.ToImmutable(), Serve = last };
        // A share of all by the flag's own order is what a rollout can drive.
        return last is { Split: [var on, { Variant: Variant.Off }], Salt: "", Total: Percentage.Whole }
            ? settings with { Serve = Serving.Of(on.Variant), Percentage = Percentage.FromThousandths(on.Weight), BucketBy = last.By }
            : settings;
    }

    private Serving Serve(JsonElement json, string place)
    {
        if (json.ValueKind == JsonValueKind.String) return Serving.Of(json.GetString()!);
        // Variants of a boolean flag may be given by their value.
        if (json.ValueKind is JsonValueKind.True or JsonValueKind.False) return Serving.Of(json.GetBoolean() ? "true" : "false");
        if (Operands(json, "fractional") is not { Length: > 0 } parts)
        {
            Fault(place, "is neither a variant nor a fraction", "a variant's name, fractional, or if");
            return Serving.Of(Variant.Off);
        }

        var (by, salt, first) = (ContextNames.TargetingKey, "", 0);
        if (parts[0].ValueKind == JsonValueKind.Object)
        {
            (by, salt) = Bucketing(parts[0], place);
            (parts, first) = (parts[1..], 1);
        }

        return new Serving
        {
            By = by,
            Salt = salt,
            Split = [.. parts.Select((part, i) =>
            {
                if (part is { ValueKind: JsonValueKind.Array } && part.GetArrayLength() is 1 or 2 && part[0].ValueKind == JsonValueKind.String
                    && (part.GetArrayLength() == 1 || (part[1].ValueKind == JsonValueKind.Number && part[1].TryGetInt32(out _))))
                    return new Share(part[0].GetString()!, part.GetArrayLength() == 1 ? 1 : part[1].GetInt32());
                Fault($"{place}.fractional[{i + first}]", "is not a share", "[variant, whole number]");
                return new Share(Variant.Off, 1);
            })],
        };
    }

    /// <summary>The flag's key, perhaps a text, and an attribute: anything else would put people into other buckets than there.</summary>
    private (string By, string Salt) Bucketing(JsonElement json, string place)
    {
        if (Operands(json, "cat") is [var key, .. var rest] && VarOf(key) == "$flagd.flagKey" && rest is [.., var last] && rest.Length <= 2 && VarOf(last) is { } by
            && (rest.Length == 1 || rest[0].ValueKind == JsonValueKind.String))
            return (by, rest.Length == 1 ? "" : rest[0].GetString()!);
        Fault(place + ".fractional", "splits by something that cannot be kept", """{"cat":[{"var":"$flagd.flagKey"},{"var":attribute}]}""");
        return (ContextNames.TargetingKey, "");
    }

    private ImmutableArray<Condition> List(JsonElement json, string place) => json.ValueKind == JsonValueKind.True ? [] : Operands(json, "and") is { } parts ? [.. parts.Select((part, i) => Of(part, $"{place}.and[{i}]"))] : [Of(json, place)];

    private Condition Of(JsonElement json, string place)
    {
        if (json.ValueKind == JsonValueKind.Object && json.EnumerateObject().Take(2).ToArray() is [var only])
        {
            var operands = only.Value.ValueKind == JsonValueKind.Array ? [.. only.Value.EnumerateArray()] : new[] { only.Value };
            var inner = $"{place}.{only.Name}";
            switch (only.Name, operands)
            {
                case ("and", _): return new Condition.All([.. operands.Select((part, i) => Of(part, $"{inner}[{i}]"))]);
                case ("or", _): return new Condition.Any([.. operands.Select((part, i) => Of(part, $"{inner}[{i}]"))]);
                case ("!", [var negated]): return new Condition.Not(Of(negated, inner));
                case ("$ref", [{ ValueKind: JsonValueKind.String } segment]): return new Condition.InSegment(segment.GetString()!);
                case ("in", [var attribute, { ValueKind: JsonValueKind.Array } values]) when VarOf(attribute) is { } name: return Condition.Is(name, [.. values.EnumerateArray().Select(Text)]);
                case ("in", [var part, var attribute]) when VarOf(attribute) is { } name && IsScalar(part): return new Condition.Clause(name, name == ContextNames.Cohorts ? ClauseOperator.In : ClauseOperator.Contains, [Text(part)]);
                case ("starts_with" or "ends_with", [var attribute, var affix]) when VarOf(attribute) is { } name && IsScalar(affix): return new Condition.Clause(name, only.Name == "starts_with" ? ClauseOperator.StartsWith : ClauseOperator.EndsWith, [Text(affix)]);
                case ("!=", [var attribute, { ValueKind: JsonValueKind.Null }]) when VarOf(attribute) is { } name: return new Condition.Clause(name, ClauseOperator.Exists, []);
                case ("==" or "===", [var attribute, var value]) when VarOf(attribute) is { } name && IsScalar(value) && value.ValueKind != JsonValueKind.Number: return Condition.Is(name, [Text(value)]);
                case ("!=" or "!==", [var attribute, var value]) when VarOf(attribute) is { } name && IsScalar(value) && value.ValueKind != JsonValueKind.Number: return new Condition.Not(Condition.Is(name, [Text(value)]));
                case (var sign, [var attribute, { ValueKind: JsonValueKind.Number } value]) when Numbers.TryGetValue(sign, out var with) && VarOf(attribute) is { } name: return new Condition.Clause(name, with, [Text(value)]);
                case ("sem_ver", [var attribute, var sign, var version]) when VarOf(attribute) is { } name && sign.ValueKind == JsonValueKind.String && Versions.TryGetValue(sign.GetString() is "=" ? "==" : sign.GetString()!, out var with): return new Condition.Clause(name, with, [Text(version)]);
                case ("!!", [var attribute]) when VarOf(attribute) is null: return Of(attribute, inner);
                default: break;
            }
        }

        Fault(place, "has no counterpart here", "and, or, !, in, ==, <, starts_with, ends_with, sem_ver, $ref over one var and constants");
        return new Condition.Any([]);
    }

    private static JsonElement[]? Operands(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var operands) && operands.ValueKind == JsonValueKind.Array && json.EnumerateObject().Count() == 1 ? [.. operands.EnumerateArray()] : null;

    private static string? VarOf(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty("var", out var name)
            ? name.ValueKind == JsonValueKind.String ? name.GetString() : name is { ValueKind: JsonValueKind.Array } && name.GetArrayLength() == 1 && name[0].ValueKind == JsonValueKind.String ? name[0].GetString() : null
            : null;

    private static bool IsScalar(JsonElement json) => json.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False;

    private static string Text(JsonElement json) => json.ValueKind == JsonValueKind.String ? json.GetString()! : json.GetRawText();

    private static Dictionary<string, ClauseOperator> Signs(ClauseOperator first, ClauseOperator last) =>
        Enum.GetValues<ClauseOperator>().Where(with => with >= first && with <= last).ToDictionary(FlagdWords.Sign, with => with, StringComparer.Ordinal);

    private void Fault(string place, string message, string? expected) => faults.Add(new(place, message, null, expected));
}
