using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;

namespace Athena.Dashboard.Tests.Platform.Api;

public sealed class JsonFaultsTests
{
    private static readonly JsonSerializerOptions Options = new(JsonColumn.Options) { MaxDepth = 8, AllowDuplicateProperties = false, TypeInfoResolver = new DefaultJsonTypeInfoResolver() };

    [Fact]
    public void Every_fault_is_told_with_place_found_and_expected_and_in_no_word_of_the_program()
    {
        var faults = Find("""
            { "name": 7, "kind": "odd", "day": "2026-13-01", "share": 130, "count": 1.5, "lines": [ { "text": "x" }, { "text": [], "more": 1 } ], "tags": { "a": 1 }, "colour": "red", "name": "twice" }
            """);
        faults.Select(fault => (fault.Place, fault.Found)).ShouldBe(
        [
            ("$.name", "7"), ("$.kind", "\"odd\""), ("$.day", "\"2026-13-01\""), ("$.share", "130"), ("$.count", "1.5"),
            ("$.lines[1].text", "[]"), ("$.lines[1].more", "more"), ("$.tags.a", "1"), ("$.colour", "colour"), ("$.name", "\"twice\""),
        ]);
        faults.ShouldAllBe(fault => fault.Expected != null && !fault.Message.Contains("Athena") && !fault.Message.Contains("System."));
        faults[1].Expected.ShouldBe("minor, major");
        faults[3].Message.ShouldBe("A percentage is 0 to 100 in steps of 0.001.");
    }

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("{\"name\":}")]
    [InlineData("[[[[[[[[[[]]]]]]]]]]")]
    public void What_is_not_json_or_too_deep_is_one_fault_with_line_and_column(string json) =>
        Find(json).ShouldHaveSingleItem().Place.ShouldContain("line 1");

    [Fact]
    public void What_can_be_read_has_no_fault() => Find("""{ "Name": "x", "kind": "major", "day": null, "lines": [] }""").ShouldBeEmpty();

    [Fact]
    public void What_is_required_and_absent_is_told() => Find("{}").ShouldHaveSingleItem().ShouldBe(new RefusalItem("$.name", "The field is missing.", null, "a text in quotes"));

    [Fact]
    public void Where_an_object_is_wanted_a_list_is_a_fault_of_the_whole() => Find("[]").ShouldHaveSingleItem().Expected.ShouldBe("an object in braces");

    private static IReadOnlyList<RefusalItem> Find(string json) => JsonFaults.Find(Encoding.UTF8.GetBytes(json), typeof(Sample), Options);

    private enum Kind
    {
        Minor,
        Major,
    }

    private sealed record Line(string Text);

    private sealed record Sample
    {
        public required string Name { get; init; }

        public Kind Kind { get; init; }

        public DateOnly? Day { get; init; }

        public Percentage Share { get; init; }

        public int Count { get; init; }

        public Line[] Lines { get; init; } = [];

        public Dictionary<string, string> Tags { get; init; } = [];
    }
}
