using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Domain.Targeting;

/// <summary>
/// A condition in JSON: <c>{"attribute":"plan","values":["pro"]}</c>, with <c>"operator"</c> where it is not <c>in</c>;
/// <c>{"segment":"beta"}</c>; <c>{"all":[…]}</c>, <c>{"any":[…]}</c>, <c>{"not":{…}}</c>.
/// </summary>
public sealed class ConditionJson : JsonConverter<Condition>
{
    /// <summary>Reads a list of conditions, or the short form <c>{"userRole":["admin"]}</c> of equalities.</summary>
    /// <param name="faults">Takes everything that is wrong with the form; what conditions mean is <see cref="ConditionRules"/>' to judge.</param>
    public static ImmutableArray<Condition> ReadList(JsonElement json, string place, ICollection<RefusalItem> faults)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Array:
                return [.. json.EnumerateArray().Select((item, i) => Read(item, Indexed(place, i), faults)).OfType<Condition>()];
            case JsonValueKind.Object:
                return [.. json.EnumerateObject().Select(member => Condition.Is(member.Name, Values(member.Value, $"{place}.{member.Name}", faults)))];
            default:
                faults.Add(new(place, "is neither a list of conditions nor an object of accepted values by attribute", json.ValueKind.ToString()));
                return [];
        }
    }

    /// <returns>Null when its form is wrong; <paramref name="faults"/> says why.</returns>
    public static Condition? Read(JsonElement json, string place, ICollection<RefusalItem> faults)
    {
        const string Forms = "attribute, segment, all, any or not";
        if (json.ValueKind != JsonValueKind.Object)
        {
            faults.Add(new(place, "is not a condition", json.ValueKind.ToString(), "an object with " + Forms));
            return null;
        }

        if (json.TryGetProperty("attribute", out var attribute)) return ReadClause(json, attribute, place, faults);
        if (json.EnumerateObject().Take(2).ToArray() is not [var only])
        {
            faults.Add(new(place, "is not a condition", string.Join(", ", json.EnumerateObject().Select(member => member.Name)), "exactly one of " + Forms));
            return null;
        }

        switch (only.Name)
        {
            case "segment" when only.Value.ValueKind == JsonValueKind.String:
                return new Condition.InSegment(only.Value.GetString()!);
            case "all" or "any" when only.Value.ValueKind == JsonValueKind.Array:
                var inside = ReadList(only.Value, $"{place}.{only.Name}", faults);
                return only.Name == "all" ? new Condition.All(inside) : new Condition.Any(inside);
            case "not":
                return Read(only.Value, place + ".not", faults) is { } negated ? new Condition.Not(negated) : null;
            default:
                faults.Add(new($"{place}.{only.Name}", "is not understood", only.Value.ValueKind.ToString(), Forms));
                return null;
        }
    }

    public override Condition Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        var faults = new List<RefusalItem>();
        var condition = Read(document.RootElement, "condition", faults);
        return faults.Count == 0 && condition is not null ? condition : throw new JsonException($"{faults[0].Place} {faults[0].Message}");
    }

    public override void Write(Utf8JsonWriter writer, Condition value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        switch (value)
        {
            case Condition.Clause clause:
                writer.WriteString("attribute", clause.Attribute);
                if (clause.Operator != ClauseOperator.In) writer.WriteString("operator", JsonNamingPolicy.CamelCase.ConvertName(clause.Operator.ToString()));
                if (clause.Operator == ClauseOperator.Exists) break;
                writer.WriteStartArray("values");
                foreach (var accepted in clause.Values) writer.WriteStringValue(accepted);
                writer.WriteEndArray();
                break;
            case Condition.InSegment member:
                writer.WriteString("segment", member.Segment);
                break;
            case Condition.All all:
                WriteList(writer, "all", all.Conditions, options);
                break;
            case Condition.Any any:
                WriteList(writer, "any", any.Conditions, options);
                break;
            case Condition.Not not:
                writer.WritePropertyName("not");
                Write(writer, not.Condition, options);
                break;
        }

        writer.WriteEndObject();
    }

    private static Condition.Clause? ReadClause(JsonElement json, JsonElement attribute, string place, ICollection<RefusalItem> faults)
    {
        var before = faults.Count;
        var with = ClauseOperator.In;
        ImmutableArray<string>? values = null;
        foreach (var member in json.EnumerateObject())
        {
            switch (member.Name)
            {
                case "attribute" when member.Value.ValueKind == JsonValueKind.String:
                    break;
                case "operator" when member.Value.ValueKind == JsonValueKind.String && TryOperator(member.Value.GetString()!, out with):
                    break;
                case "operator":
                    faults.Add(new($"{place}.operator", "is not an operator", member.Value.GetRawText(), string.Join(", ", Enum.GetNames<ClauseOperator>().Select(JsonNamingPolicy.CamelCase.ConvertName))));
                    break;
                case "values":
                    values = Values(member.Value, place + ".values", faults);
                    break;
                case "value" when Scalar(member.Value) is { } one:
                    values = [one];
                    break;
                default:
                    faults.Add(new($"{place}.{member.Name}", "is not understood", member.Value.ValueKind.ToString(), "attribute and operator as texts, values as a list"));
                    break;
            }
        }

        if (values is null && with != ClauseOperator.Exists) faults.Add(new(place + ".values", "are missing", null, "a list of accepted values"));
        return faults.Count == before ? new Condition.Clause(attribute.GetString()!, with, values ?? []) : null;
    }

    private static ImmutableArray<string> Values(JsonElement json, string place, ICollection<RefusalItem> faults)
    {
        if (json.ValueKind != JsonValueKind.Array)
        {
            faults.Add(new(place, "is not a list of values", json.ValueKind.ToString(), "a list of texts, numbers or booleans"));
            return [];
        }

        var values = ImmutableArray.CreateBuilder<string>(json.GetArrayLength());
        foreach (var item in json.EnumerateArray())
        {
            if (Scalar(item) is { } value) values.Add(value);
            else faults.Add(new(Indexed(place, values.Count), "is not a value", item.ValueKind.ToString(), "a text, number or boolean"));
        }

        return values.ToImmutable();
    }

    private static string? Scalar(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => json.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => json.GetRawText(),
        _ => null,
    };

    // Enum.TryParse would take "1" and "In,Exists" too.
    private static bool TryOperator(string word, out ClauseOperator with) =>
        Enum.TryParse(word, ignoreCase: true, out with) && JsonNamingPolicy.CamelCase.ConvertName(with.ToString()) == word;

    private static string Indexed(string place, int i) => string.Create(CultureInfo.InvariantCulture, $"{place}[{i}]");

    private void WriteList(Utf8JsonWriter writer, string name, ImmutableArray<Condition> conditions, JsonSerializerOptions options)
    {
        writer.WriteStartArray(name);
        foreach (var condition in conditions) Write(writer, condition, options);
        writer.WriteEndArray();
    }
}
