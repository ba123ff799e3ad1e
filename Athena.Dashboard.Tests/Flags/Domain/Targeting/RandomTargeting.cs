using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Kernel;
using static Athena.Dashboard.Tests.Flags.FlagSamples;

namespace Athena.Dashboard.Tests.Flags.Domain.Targeting;

/// <summary>Random flags, segments and users over so few values that conditions often meet.</summary>
internal sealed class RandomTargeting(Random random)
{
    private static readonly string[] Attributes = ["plan", "age", "since", "app", "mail", "userRole"];
    private static readonly string[] Texts = ["a", "ab", "abc", "b", "", "ü", "5"];
    private static readonly string[] Numbers = ["0", "5", "5.5", "-3", "1e3"];
    private static readonly string[] Dates = ["2026-01-31", "2026-01-31T10:00:00Z", "2026-01-31T11:00:00.5+01:00", "2026-01-31T10:00:00.4-01:00"];
    private static readonly string[] Versions = ["1.2.0", "v1.2.0", "1.2.0-rc.1", "1.2.0-rc.11", "1.2.0-alpha", "1.10.0", "2.0.0+build"];
    private static readonly string[] Patterns = ["^a", "b$", "^[ab]+$", "(a|b)c", "."];

    public static Flag Boolean(string key) => new() { Key = key, Name = key, Kind = FlagKind.Release, CreatedAt = Now };

    public static Flag Colours(string key) => Boolean(key) with
    {
        Variants = [.. new[] { "on", "off", "red" }.Select(name => new Variant(name, Athena.Dashboard.Flags.Domain.JsonValue.TryParse($"\"{name}\"", out var value) ? value : default))],
    };

    public static Flag WithoutOff(string key) => Colours(key) with { Variants = [.. Colours(key).Variants.Where(variant => variant.Name != "off")] };

    public T Pick<T>(params ReadOnlySpan<T> from) => from[random.Next(from.Length)];

    public Condition Condition(IReadOnlyList<string> segments, int depth = 0) => random.Next(depth < 3 ? 8 : 5) switch
    {
        5 => new Condition.All(Conditions(segments, depth + 1, atLeast: 1)),
        6 => new Condition.Any(Conditions(segments, depth + 1, atLeast: 1)),
        7 => new Condition.Not(Condition(segments, depth + 1)),
        4 when segments.Count > 0 => new Condition.InSegment(segments[random.Next(segments.Count)]),
        _ => Clause(),
    };

    public ImmutableArray<Condition> Conditions(IReadOnlyList<string> segments, int depth = 0, int atLeast = 0) =>
        [.. Enumerable.Range(0, random.Next(atLeast, 3)).Select(_ => Condition(segments, depth))];

    public Serving Serving(Flag flag) => random.Next(3) == 0
        ? new Serving { Split = [.. flag.Variants.Select(variant => new Share(variant.Name, random.Next(1, 4)))], By = Pick("targetingKey", "plan") }
        : Athena.Dashboard.Flags.Domain.Targeting.Serving.Of(Pick([.. flag.Variants.Select(variant => variant.Name)]));

    public FlagEnvironment Setting(Flag flag, IReadOnlyList<string> segments, IReadOnlyList<Flag> others) => On with
    {
        FlagKey = flag.Key,
        Enabled = random.Next(8) > 0,
        Prerequisites = others.Count > 0 && random.Next(3) == 0 ? [new Prerequisite(others[random.Next(others.Count)].Key, Pick("on", "red"))] : [],
        Rules = [.. Enumerable.Range(0, random.Next(4)).Select(i => new FlagRule($"r{i}", Conditions(segments), Serving(flag)))],
        Conditions = Conditions(segments),
        Percentage = Percentage.From(random.Next(5) * 25),
        Audience = random.Next(3) == 0 ? [Pick("a", "ab", segments.Count > 0 ? segments[0] : "b")] : [],
        Fallback = random.Next(4) == 0 ? flag.Variants[0].Name : Variant.Off,
        BucketBy = random.Next(4) == 0 ? "plan" : "targetingKey",
        Serve = random.Next(3) == 0 ? Serving(flag) : null,
    };

    /// <summary>A setting that differs from another in one place.</summary>
    public FlagEnvironment Nudge(Flag flag, FlagEnvironment setting, IReadOnlyList<string> segments)
    {
        var rules = setting.Rules;
        var at = random.Next(rules.Length + 1);
        var some = random.Next(rules.Length);
        return random.Next(12) switch
        {
            0 => setting with { Percentage = Percentage.From(random.Next(5) * 25) },
            1 => setting with { Audience = [.. setting.Audience.Where(_ => random.Next(2) == 0)] },
            2 => setting with { Conditions = setting.Conditions.Add(Condition(segments)) },
            3 => setting with { Conditions = Narrowed(setting.Conditions) },
            4 => setting with { Rules = rules.Insert(at, new FlagRule("off", Conditions(segments), Athena.Dashboard.Flags.Domain.Targeting.Serving.Of(Variant.Off))) },
            5 when rules.Length > 0 => setting with { Rules = rules.RemoveAt(some) },
            6 when rules.Length > 0 => setting with { Rules = rules.SetItem(some, rules[some] with { Conditions = rules[some].Conditions.Add(Condition(segments)) }) },
            7 when rules.Length > 0 => setting with { Rules = rules.SetItem(some, rules[some] with { Conditions = [.. rules[some].Conditions.Skip(1)] }) },
            8 when rules.Length > 0 => setting with { Rules = rules.SetItem(some, rules[some] with { Conditions = Narrowed(rules[some].Conditions) }) },
            9 when rules.Length > 1 => setting with { Rules = [rules[^1], .. rules.Take(rules.Length - 1)] },
            10 => setting with { Prerequisites = setting.Prerequisites.IsEmpty ? [new Prerequisite("needed")] : [] },
            _ => setting with { Fallback = Variant.Off, Enabled = random.Next(3) > 0 },
        };
    }

    public JsonElement Context()
    {
        var context = new JsonObject();
        if (random.Next(4) > 0) context["targetingKey"] = $"u{random.Next(50)}";
        foreach (var attribute in Attributes.Where(_ => random.Next(3) > 0)) context[attribute] = random.Next(5) == 0 ? new JsonArray(Value(), Value(), null) : Value();
        if (random.Next(4) == 0) context["cohorts"] = new JsonArray("a", "seg0");
        return JsonSerializer.Deserialize<JsonElement>(context.ToJsonString());
    }

    private Condition.Clause Clause()
    {
        var with = (ClauseOperator)random.Next(Enum.GetValues<ClauseOperator>().Length);
        var from = with == ClauseOperator.Matches ? Patterns : with.IsNumber() ? Numbers : with.IsDate() ? Dates : with.IsVersion() ? Versions : [.. Texts.Where(text => text.Length > 0)];
        var count = with == ClauseOperator.Exists ? 0 : with.TakesSeveral() ? random.Next(1, 4) : 1;
        return new Condition.Clause(Pick(Attributes), with, [.. Enumerable.Range(0, count).Select(_ => Pick(from))]);
    }

    // Takes values away, and makes bounds tighter or wider: the implication has to tell which.
    private ImmutableArray<Condition> Narrowed(ImmutableArray<Condition> conditions) => [.. conditions.Select(Narrowed)];

    private Condition Narrowed(Condition condition) => condition switch
    {
        Condition.Clause clause when clause.Values.Length > 1 => clause with { Values = clause.Values.RemoveAt(0) },
        Condition.Clause clause when clause.Operator.IsNumber() => clause with { Operator = (ClauseOperator)random.Next((int)ClauseOperator.NumberEquals, (int)ClauseOperator.NumberAtLeast + 1), Values = [Pick(Numbers)] },
        Condition.Clause clause when clause.Operator.IsVersion() => clause with { Operator = (ClauseOperator)random.Next((int)ClauseOperator.VersionEquals, (int)ClauseOperator.VersionAtLeast + 1), Values = [Pick(Versions)] },
        Condition.Clause clause when clause.Operator.IsDate() => clause with { Values = [Pick(Dates)] },
        Condition.Any any when any.Conditions.Length > 1 => new Condition.Any(any.Conditions.RemoveAt(0)),
        Condition.All all => new Condition.All(all.Conditions.Add(Clause())),
        Condition.Not not => new Condition.Not(Narrowed(not.Condition)),
        _ => condition,
    };

    private JsonNode? Value() => random.Next(7) switch
    {
        0 => System.Text.Json.Nodes.JsonValue.Create(Pick(0.0, 5, 5.5, -3, 1000)),
        1 => System.Text.Json.Nodes.JsonValue.Create(Pick(Dates)),
        2 => System.Text.Json.Nodes.JsonValue.Create(Pick(Versions)),
        3 => System.Text.Json.Nodes.JsonValue.Create(true),
        4 when random.Next(4) == 0 => new JsonObject { ["plan"] = "a" },
        _ => System.Text.Json.Nodes.JsonValue.Create(Pick(Texts)),
    };
}
