using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Domain.AsCode;

/// <summary>
/// One environment in flagd's format. Its fractions use the same hash, so everybody stays in his bucket. What the format
/// cannot say is a fault, and not left out.
/// </summary>
public sealed class FlagdWriter
{
    private readonly List<RefusalItem> faults = [];

    private FlagdWriter()
    {
    }

    public static Outcome<JsonObject> Write(IEnumerable<(Flag Flag, FlagEnvironment Setting)> flags, IEnumerable<Segment> segments)
    {
        var writer = new FlagdWriter();
        var written = new JsonObject
        {
            ["$schema"] = "https://flagd.dev/schema/v0/flags.json",
            ["flags"] = new JsonObject(flags.Select(flag => KeyValuePair.Create<string, JsonNode?>(flag.Flag.Key, writer.FlagOf(flag.Flag, flag.Setting)))),
            ["$evaluators"] = new JsonObject(segments.Select(segment => KeyValuePair.Create<string, JsonNode?>(segment.Key, writer.All(segment.Conditions, "$evaluators." + segment.Key)))),
        };
        return writer.faults.Count == 0
            ? written
            : new Refusal(RefusalKind.Conflict, "not_in_flagd", "Some of it cannot be said in flagd's format.", "Export as YAML, or change these.") { Items = [.. writer.faults] };
    }

    private JsonObject FlagOf(Flag flag, FlagEnvironment setting)
    {
        var place = "flags." + flag.Key;
        if (!setting.Prerequisites.IsEmpty) faults.Add(new(place + ".prerequisites", "have no counterpart"));
        if (flag.Variant(Variant.Off) is null && (setting.Percentage < Percentage.Hundred || (!setting.Conditions.IsEmpty && setting.Fallback == Variant.Off)))
            faults.Add(new(place, "has users without a value, which has no counterpart inside of targeting", null, "a variant off"));
        var written = new JsonObject
        {
            ["state"] = setting.Enabled ? "ENABLED" : "DISABLED",
            ["variants"] = new JsonObject(flag.Variants.Select(variant => KeyValuePair.Create(variant.Name, JsonNode.Parse(variant.Value.Text)))),
            ["defaultVariant"] = flag.Variant(setting.Fallback)?.Name,
        };
        var targeting = Targeting(flag, setting, place);
        // A flag that is the same for all says so by its default.
        if (targeting is System.Text.Json.Nodes.JsonValue) written["defaultVariant"] = targeting;
        else written["targeting"] = targeting;
        return written;
    }

    private JsonNode Targeting(Flag flag, FlagEnvironment setting, string place)
    {
        var serve = setting.Serve ?? Serving.Of(flag.Exposed.Name);
        var exposed = setting.Percentage == Percentage.Hundred ? Serve(serve)
            // Nobody is asked for a bucket.
            : setting.Percentage == Percentage.Zero ? Variant.Off
            : serve.Variant is { } one ? Fraction(setting.BucketBy, "", [new(one, setting.Percentage.Thousandths), new(Variant.Off, Percentage.Whole - setting.Percentage.Thousandths)])
            : If((Operation("==", Fraction(setting.BucketBy, "", [new("exposed", setting.Percentage.Thousandths), new(Variant.Off, Percentage.Whole - setting.Percentage.Thousandths)]), "exposed"), Serve(serve)), Variant.Off);
        if (!setting.Audience.IsEmpty && setting.Percentage < Percentage.Hundred)
            exposed = If((Operation("or", [.. setting.Audience.Select(cohort => (JsonNode?)Operation("in", cohort, Var("cohorts")))]), Serve(serve)), exposed);
        if (!setting.Conditions.IsEmpty) exposed = If((All(setting.Conditions, place + ".conditions"), exposed), setting.Fallback);
        for (var i = setting.Rules.Length - 1; i >= 0; i--)
        {
            var rule = setting.Rules[i];
            exposed = If((All(rule.Conditions, string.Create(CultureInfo.InvariantCulture, $"{place}.rules[{i}].conditions")), Serve(rule.Serve)), exposed);
        }

        return exposed;
    }

    private static JsonNode Serve(Serving serving) => serving.Variant is { } one ? one : Fraction(serving.By, serving.Salt, serving.Split);

    private static JsonObject Fraction(string by, string salt, ImmutableArray<Share> shares) => Operation(
        "fractional",
        [
            Operation("cat", [Var("$flagd.flagKey"), .. salt.Length == 0 ? Array.Empty<JsonNode?>() : [salt], Var(by)]),
            .. shares.Select(share => (JsonNode?)new JsonArray(share.Variant, share.Weight)),
        ]);

    private JsonNode All(ImmutableArray<Condition> conditions, string place) => conditions switch
    {
        [] => true,
        [var only] => Of(only, place),
        _ => Operation("and", [.. conditions.Select(condition => (JsonNode?)Of(condition, place))]),
    };

    private JsonNode Of(Condition condition, string place) => condition switch
    {
        Condition.All all => All(all.Conditions, place),
        Condition.Any any => Operation("or", [.. any.Conditions.Select(part => (JsonNode?)Of(part, place))]),
        Condition.Not not => Operation("!", Of(not.Condition, place)),
        Condition.InSegment member => new JsonObject { ["$ref"] = member.Segment },
        Condition.Clause clause => Of(clause, place),
        _ => throw new ArgumentOutOfRangeException(nameof(condition), condition, null),
    };

    private JsonNode Of(Condition.Clause clause, string place)
    {
        var attribute = clause.Attribute;
        switch (clause.Operator)
        {
            case ClauseOperator.In:
                return Operation("in", Var(attribute), new JsonArray([.. clause.Values.Select(value => (JsonNode?)value)]));
            case ClauseOperator.StartsWith or ClauseOperator.EndsWith or ClauseOperator.Contains:
                return OneOf(clause, value => clause.Operator switch
                {
                    ClauseOperator.StartsWith => Operation("starts_with", Var(attribute), value),
                    ClauseOperator.EndsWith => Operation("ends_with", Var(attribute), value),
                    _ => Operation("in", value, Var(attribute)),
                });
            case ClauseOperator.Exists:
                return Operation("!=", Var(attribute), null);
            case var number when number.IsNumber():
                return OneOf(clause, value => Operation(FlagdWords.Sign(number), Var(attribute), JsonNode.Parse(value)));
            case var version when version.IsVersion():
                return OneOf(clause, value => Operation("sem_ver", Var(attribute), FlagdWords.Sign(version) is "==" ? "=" : FlagdWords.Sign(version), value));
            default:
                faults.Add(new(place, $"asks whether {attribute} {clause.Operator.Words()}, which has no counterpart"));
                return false;
        }
    }

    private static JsonNode OneOf(Condition.Clause clause, Func<string, JsonObject> of) =>
        clause.Values is [var one] ? of(one) : Operation("or", [.. clause.Values.Select(value => (JsonNode?)of(value))]);

    private static JsonObject If((JsonNode Condition, JsonNode Then) when, JsonNode otherwise) => Operation("if", when.Condition, when.Then, otherwise);

    private static JsonObject Var(string name) => new() { ["var"] = name };

    private static JsonObject Operation(string name, params JsonNode?[] operands) => new() { [name] = new JsonArray(operands) };
}

internal static class FlagdWords
{
    /// <summary>The sign of a comparison of numbers or versions.</summary>
    public static string Sign(ClauseOperator with) => with switch
    {
        ClauseOperator.NumberEquals or ClauseOperator.VersionEquals => "==",
        ClauseOperator.NumberBelow or ClauseOperator.VersionBelow => "<",
        ClauseOperator.NumberAtMost or ClauseOperator.VersionAtMost => "<=",
        ClauseOperator.NumberAbove or ClauseOperator.VersionAbove => ">",
        ClauseOperator.NumberAtLeast or ClauseOperator.VersionAtLeast => ">=",
        _ => throw new ArgumentOutOfRangeException(nameof(with), with, null),
    };
}
