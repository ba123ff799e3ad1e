using System.Text;
using Athena.Dashboard.Flags.Domain.Evaluation;

namespace Athena.Dashboard.Tests.Flags.Domain;

public sealed class ContextReadingTests
{
    private static readonly AttributeTable Table = AttributeTable.Initial.With(["userTier", "näme"]);

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"context":{}}""")]
    [InlineData(""" { "other" : [1,{"context":{"targetingKey":5}}], "context" : { } } """)]
    public void A_body_without_attributes_is_an_empty_context(string body)
    {
        var context = new EvaluationContext();
        context.Read(Encoding.UTF8.GetBytes(body), Table).ShouldBeNull();
        Enumerable.Range(0, Table.Count).ShouldAllBe(number => !context.Has(number));
    }

    [Theory]
    [InlineData("""{"context":{"userTier":"pro"}}""", "pro")]
    [InlineData("""{"context":{"userTier":"p\u0072o"}}""", "pro")]
    [InlineData("""{"context":{"user\u0054ier":"pro"}}""", "pro")]
    [InlineData("""{"context":{"userTier":"free","userTier":"pro"}}""", "pro")]
    [InlineData("""{"context":{"userTier":7}}""", "7")]
    [InlineData("""{"context":{"userTier":true}}""", "true")]
    [InlineData("""{"context":{"userTier":null}}""", "")]
    [InlineData("""{"context":{"userTier":{"name":"pro"}}}""", "")]
    [InlineData("""{"context":{"userTier":"pro"},"more":{"context":{"userTier":"x"}}}""", "pro")]
    public void A_value_counts_as_the_text_that_it_is(string body, string expected)
    {
        var context = new EvaluationContext();
        context.Read(Encoding.UTF8.GetBytes(body), Table).ShouldBeNull();
        Encoding.UTF8.GetString(context.TextOf(Table["userTier"])).ShouldBe(expected);
        context.Has(Table["userTier"]).ShouldBe(expected.Length > 0);
    }

    [Fact]
    public void Any_element_of_a_list_may_match()
    {
        var context = new EvaluationContext();
        context.Read("""{"context":{"userTier":["a",1,null,["b"],{"c":"c"},"d"]}}"""u8, Table).ShouldBeNull();
        foreach (var (value, holds) in new[] { ("a", true), ("1", true), ("d", true), ("b", false), ("c", false), ("", false) })
            context.IsAnyOf(Table["userTier"], new Utf8Set([value, "never"])).ShouldBe(holds && value.Length > 0, value);
    }

    [Fact]
    public void Nothing_of_the_last_user_is_left()
    {
        var context = new EvaluationContext();
        context.Read("""{"context":{"targetingKey":"u","userTier":["a"],"näme":"x"}}"""u8, Table).ShouldBeNull();
        context.Read("{}"u8, Table).ShouldBeNull();
        Enumerable.Range(0, Table.Count).ShouldAllBe(number => !context.Has(number));
    }

    [Theory]
    [InlineData("", "PARSE_ERROR")]
    [InlineData("null", "PARSE_ERROR")]
    [InlineData("[]", "PARSE_ERROR")]
    [InlineData("{", "PARSE_ERROR")]
    [InlineData("""{"context":{"a":1}} trailing""", "PARSE_ERROR")]
    [InlineData("""{"context":{"a":NaN}}""", "PARSE_ERROR")]
    [InlineData("""{"context":{"a":[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]}}""", "PARSE_ERROR")]
    [InlineData("""{"context":[]}""", "INVALID_CONTEXT")]
    [InlineData("""{"context":null}""", "INVALID_CONTEXT")]
    [InlineData("""{"context":{"targetingKey":5}}""", "INVALID_CONTEXT")]
    public void What_cannot_be_read_is_told_with_the_code_of_the_protocol(string body, string code)
    {
        var fault = new EvaluationContext().Read(Encoding.UTF8.GetBytes(body), Table);
        fault.ShouldNotBeNull().ErrorCode.ShouldBe(code);
        fault.Details.ShouldNotBeEmpty();
    }

    [Fact]
    public void Text_that_is_not_utf8_is_malformed() =>
        new EvaluationContext().Read([.. """{"context":{"userTier":" """u8, 0xC3, 0x28, .. "\"}}"u8], Table).ShouldNotBeNull().ErrorCode.ShouldBe("PARSE_ERROR");

    [Fact]
    public void Endless_lists_are_refused()
    {
        var body = $$$"""{"context":{"userTier":[{{{string.Join(',', Enumerable.Range(0, EvaluationContext.MaxElements + 1))}}}]}}""";
        new EvaluationContext().Read(Encoding.UTF8.GetBytes(body), Table).ShouldNotBeNull().ErrorCode.ShouldBe("INVALID_CONTEXT");
    }

    [Fact]
    public void Random_bytes_never_break_the_reader()
    {
        const int Seed = 42;
        var random = new Random(Seed);
        var good = """{"context":{"targetingKey":"user-1","userTier":["a","b"],"näme":"\u00fc","n":1.5e3,"o":{"x":[true,null]}}}"""u8.ToArray();
        var context = new EvaluationContext();
        for (var round = 0; round < 5_000; round++)
        {
            var body = good.ToArray();
            for (var change = random.Next(1, 4); change > 0; change--) body[random.Next(body.Length)] = (byte)random.Next(256);
            Should.NotThrow(() => context.Read(body.AsSpan(0, random.Next(body.Length + 1)), Table), $"seed {Seed}, round {round}");
        }
    }

    [Fact]
    public void Numbers_of_attributes_stay_when_the_table_grows()
    {
        var grown = Table.With(["another", "userTier", "more"]);
        foreach (var name in Table.Names) grown[name].ShouldBe(Table[name]);
        grown.Count.ShouldBe(Table.Count + 2);
        grown.With(["more"]).ShouldBeSameAs(grown);
    }

    [Fact]
    public void A_set_of_any_size_contains_what_was_put_in()
    {
        foreach (var size in new[] { 1, 6, 7, 500 })
        {
            var set = new Utf8Set(Enumerable.Range(0, size).Select(i => $"wert-ü-{i}"));
            for (var i = 0; i < size; i++) set.Contains(Encoding.UTF8.GetBytes($"wert-ü-{i}")).ShouldBeTrue();
            set.Contains("wert-ü-"u8).ShouldBeFalse();
            set.Contains(default).ShouldBeFalse();
        }
    }
}
