using System.Collections.Immutable;
using System.Text.Json;
using Athena.Dashboard.Flags.Domain.Evaluation;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Domain.Targeting;

/// <summary>Rules, servings and prerequisites as people write them in JSON; everything wrong with the form is told at once.</summary>
public static class TargetingJson
{
    /// <summary>Conditions as the API shows them: accepted values by attribute where that says all, else the list.</summary>
    public static object Conditions(ImmutableArray<Condition> conditions) =>
        conditions.All(condition => condition is Condition.Clause { Operator: ClauseOperator.In })
        && conditions.OfType<Condition.Clause>().Select(clause => clause.Attribute).Distinct(StringComparer.Ordinal).Count() == conditions.Length
            ? conditions.OfType<Condition.Clause>().ToDictionary(clause => clause.Attribute, clause => clause.Values, StringComparer.Ordinal)
            : conditions;

    public static ImmutableArray<Prerequisite> ReadPrerequisites(JsonElement? json, string place, ICollection<RefusalItem> faults) =>
        ReadList(json, place, faults, (item, at) =>
        {
            var members = new Members(item, at, faults);
            var (flag, variant) = (members.Text("flag"), members.Text("variant", Variant.On));
            members.Done();
            return new Prerequisite(flag, variant);
        });

    public static ImmutableArray<FlagRule> ReadRules(JsonElement? json, string place, ICollection<RefusalItem> faults) =>
        ReadList(json, place, faults, (item, at) =>
        {
            var members = new Members(item, at, faults);
            var name = members.Text("name", "");
            var conditions = members.Take("conditions") is { } list ? ConditionJson.ReadList(list, at + ".conditions", faults) : [];
            var serve = ReadServing(members.Take("serve"), at + ".serve", faults);
            members.Done();
            if (serve is null) faults.Add(new(at + ".serve", "is missing", null, "what the rule serves: a variant or a split"));
            return new FlagRule(name, conditions, serve ?? Serving.Of(Variant.Off));
        });

    /// <returns>Null where there is none.</returns>
    public static Serving? ReadServing(JsonElement? json, string place, ICollection<RefusalItem> faults)
    {
        if (json is not { ValueKind: not JsonValueKind.Null } given) return null;
        if (given.ValueKind == JsonValueKind.String) return Serving.Of(given.GetString()!);
        var members = new Members(given, place, faults);
        var variant = members.Take("variant") is { ValueKind: not JsonValueKind.Null } named ? members.AsText(named, "variant") : null;
        var split = ReadList(members.Take("split"), place + ".split", faults, (item, at) =>
        {
            var share = new Members(item, at, faults);
            var (name, weight) = (share.Text("variant"), share.Whole("weight"));
            share.Done();
            return new Share(name, weight);
        });
        var serving = new Serving
        {
            Variant = variant,
            Split = split,
            By = members.Text("by", ContextNames.TargetingKey),
            Salt = members.Text("salt", Serving.VariantSalt),
        };
        members.Done();
        return serving;
    }

    private static ImmutableArray<T> ReadList<T>(JsonElement? json, string place, ICollection<RefusalItem> faults, Func<JsonElement, string, T> read)
    {
        if (json is not { ValueKind: not JsonValueKind.Null } given) return [];
        if (given.ValueKind == JsonValueKind.Array) return [.. given.EnumerateArray().Select((item, i) => read(item, $"{place}[{i}]"))];
        faults.Add(new(place, "is not a list", given.ValueKind.ToString(), "a list"));
        return [];
    }

    /// <summary>The members of one object; what is left over at the end is not understood.</summary>
    private sealed class Members
    {
        private readonly Dictionary<string, JsonElement> left = new(StringComparer.Ordinal);
        private readonly string place;
        private readonly ICollection<RefusalItem> faults;

        public Members(JsonElement json, string place, ICollection<RefusalItem> faults)
        {
            (this.place, this.faults) = (place, faults);
            if (json.ValueKind == JsonValueKind.Object)
                foreach (var member in json.EnumerateObject()) left[member.Name] = member.Value;
            else faults.Add(new(place, "is not an object", json.ValueKind.ToString(), "an object"));
        }

        public JsonElement? Take(string name) => left.Remove(name, out var value) ? value : null;

        public string Text(string name, string? instead = null)
        {
            if (Take(name) is { } value) return AsText(value, name);
            if (instead is null) faults.Add(new($"{place}.{name}", "is missing", null, "a text"));
            return instead ?? "";
        }

        public string AsText(JsonElement value, string name)
        {
            if (value.ValueKind == JsonValueKind.String) return value.GetString()!;
            faults.Add(new($"{place}.{name}", "is not a text", value.GetRawText() is { Length: <= 60 } raw ? raw : value.ValueKind.ToString(), "a text"));
            return "";
        }

        public int Whole(string name)
        {
            if (Take(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number)) return number;
            faults.Add(new($"{place}.{name}", "is not a whole number", null, "a whole number"));
            return 0;
        }

        public void Done()
        {
            foreach (var name in left.Keys) faults.Add(new($"{place}.{ConditionRules.Shorten(name)}", "is not understood", null, null));
        }
    }
}
