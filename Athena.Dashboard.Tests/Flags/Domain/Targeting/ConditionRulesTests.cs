using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Evaluation;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using static Athena.Dashboard.Tests.Flags.FlagSamples;

namespace Athena.Dashboard.Tests.Flags.Domain.Targeting;

public sealed class ConditionRulesTests
{
    [Fact]
    public void All_that_is_wrong_is_told_at_once_with_its_place()
    {
        var faults = new List<RefusalItem>();
        var json = JsonSerializer.Deserialize<JsonElement>("""
            [
              {"attribute":"plan","operator":"like","values":["x"]},
              {"attribute":"age","operator":"numberAbove","values":["NaN"]},
              {"attribute":"age","operator":"numberAbove","values":["1","2"]},
              {"all":[{"attribute":"since","operator":"dateBefore","values":["2026-02-30"]},{"segment":"nowhere"}]},
              {"attribute":"mail","operator":"matches","values":["(a)\\1","(?=a)","(a{1000}){1000}","("]},
              {"attribute":"app","operator":"versionBelow","values":["1.2"]},
              {"any":[]},
              {"surprise":true}
            ]
            """);
        var conditions = ConditionJson.ReadList(json, "conditions", faults);
        faults.AddRange(ConditionRules.Faults(conditions, "conditions", new HashSet<string>(StringComparer.Ordinal)));
        faults.Select(fault => fault.Place).ShouldBe(
        [
            "conditions[0].operator", "conditions[7].surprise",
            "conditions[0].values[0]", "conditions[1].values", "conditions[2].all[0].values[0]", "conditions[2].all[1].segment",
            "conditions[3].values[0]", "conditions[3].values[1]", "conditions[3].values[2]", "conditions[3].values[3]", "conditions[4].values[0]", "conditions[5]",
        ]);
        faults.ShouldAllBe(fault => fault.Expected != null);
    }

    [Fact]
    public void Depth_and_number_have_limits()
    {
        Condition deep = Is("x", "y");
        for (var i = 0; i < ConditionRules.Deepest; i++) deep = new Condition.Not(deep);
        ConditionRules.Faults([deep], "conditions").ShouldHaveSingleItem().Message.ShouldContain("deep");
        ConditionRules.Faults([.. Enumerable.Range(0, 51).Select(i => Is($"x{i}", "y"))], "conditions").ShouldHaveSingleItem().Expected.ShouldBe("up to 50");
        var wide = new Condition.Any([.. Enumerable.Range(0, 40).Select(i => Is($"x{i}", "y"))]);
        ConditionRules.Faults([.. Enumerable.Repeat<Condition>(wide, 20)], "conditions").ShouldHaveSingleItem().Expected.ShouldBe("up to 500");
    }

    [Fact]
    public void Rows_of_the_first_version_are_read_and_written_as_they_were()
    {
        const string Old = """[{"attribute":"userRole","values":["admin"]}]""";
        var read = JsonSerializer.Deserialize<ImmutableArray<Condition>>(Old, JsonColumn.Options);
        read.ShouldBe([Is("userRole", "admin")]);
        JsonSerializer.Serialize(read, JsonColumn.Options).ShouldBe(Old);
    }

    [Fact]
    public void Conditions_survive_their_json()
    {
        var make = new RandomTargeting(new Random(77));
        for (var round = 0; round < 500; round++)
        {
            var rules = ImmutableArray.Create(new FlagRule("r", make.Conditions(["seg"], atLeast: 1), make.Serving(RandomTargeting.Colours("c"))));
            var json = JsonSerializer.Serialize(rules, JsonColumn.Options);
            JsonSerializer.Deserialize<ImmutableArray<FlagRule>>(json, JsonColumn.Options).ShouldBe(rules);
            var faults = new List<RefusalItem>();
            TargetingJson.ReadRules(JsonSerializer.Deserialize<JsonElement>(json), "rules", faults).ShouldBe(rules);
            faults.ShouldBeEmpty();
        }
    }

    [Theory]
    [InlineData("1.0.0-alpha", "1.0.0-alpha.1")]
    [InlineData("1.0.0-alpha.1", "1.0.0-alpha.beta")]
    [InlineData("1.0.0-beta.2", "1.0.0-beta.11")]
    [InlineData("1.0.0-rc.1", "1.0.0")]
    [InlineData("1.9.9", "1.10.0")]
    public void Versions_stand_in_the_order_of_SemVer(string lower, string higher)
    {
        Utf8Version.TryParse(Encoding.UTF8.GetBytes(lower), out var left).ShouldBeTrue();
        Utf8Version.TryParse(Encoding.UTF8.GetBytes(higher), out var right).ShouldBeTrue();
        left.PrecedenceOver(right).ShouldBeLessThan(0);
        right.PrecedenceOver(left).ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData("1.2")]
    [InlineData("01.2.3")]
    [InlineData("1.2.3-")]
    [InlineData("1.2.3-01")]
    [InlineData("1.2.3+")]
    [InlineData("1.2.99999999999999999999")]
    [InlineData("")]
    public void What_is_no_version_is_none(string text) => Utf8Version.TryParse(Encoding.UTF8.GetBytes(text), out _).ShouldBeFalse();

    [Theory]
    [InlineData("2026-01-31T10:00:00")]
    [InlineData("2026-01-31T25:00:00Z")]
    [InlineData("2026-01-31T10:00:00.Z")]
    [InlineData("2026-13-01")]
    [InlineData("0000-01-01")]
    [InlineData("2026-01-31T10:00:00+1:00")]
    [InlineData("2026-01-31T10")]
    [InlineData("31.01.2026")]
    public void What_is_no_instant_is_none(string text) => IsoInstant.TryParse(Encoding.UTF8.GetBytes(text), out _).ShouldBeFalse();

    /// <summary>
    /// The first two take as long as they may on this value, and nobody else's flag pays for it: as automata they would
    /// take minutes, whatever limit they were given. Of the third every engine that backtracks takes for ever.
    /// </summary>
    [Theory]
    [InlineData("([ab]*a[ab]{900}c|[ab]*b[ab]{900}c|[ab]*a[ab]{890}c)", true)]
    [InlineData("([ab]{1,30}){30}c", true)]
    [InlineData("^(([ab])+.)+c$", false)]
    public void An_expression_that_takes_too_long_fails_its_flag_alone(string pattern, bool fails)
    {
        var slow = On with { FlagKey = "slow", Conditions = [new Condition.Clause("text", ClauseOperator.Matches, [pattern])] };
        ConditionRules.Faults(slow.Conditions, "conditions").ShouldBeEmpty();
        var snapshot = FlagSnapshot.Empty("production").With((RandomTargeting.Boolean("slow"), slow), (RandomTargeting.Boolean("fast"), On with { FlagKey = "fast" }));
        var context = new EvaluationContext();
        context.Begin(snapshot.Attributes);
        context.Set("text", string.Concat(Enumerable.Repeat("abaab", 8_000)));
        var answers = new Answer[2];
        snapshot.EvaluateAll(context, answers);
        answers[0].IsTrue.ShouldBeTrue();
        (answers[1].Decider == Decider.Failed, answers[1].ErrorCode).ShouldBe(fails ? (true, "GENERAL") : (false, null));
    }
}
