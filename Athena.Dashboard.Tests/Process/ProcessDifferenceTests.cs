using Athena.Dashboard.Process.Domain;

namespace Athena.Dashboard.Tests.Process;

public sealed class ProcessDifferenceTests
{
    [Fact]
    public void Comments_quotes_and_the_order_of_fields_are_no_difference() =>
        ProcessDifferences.Between("a: 1 # one\nb: \"x\"\n", "b: 'x'\na: 1\n").ShouldBeEmpty();

    [Fact]
    public void An_item_is_followed_by_its_key()
    {
        const string Before = "gates: [{key: a, title: A}, {key: b, title: B}, {key: c, title: C}]";
        const string After = "gates: [{key: c, title: C}, {key: a, title: Alpha}, {key: d, title: D}]";
        ProcessDifferences.Between(Before, After).ShouldBe(
        [
            new ProcessDifference("gates[a].title", DifferenceKind.Changed, "A", "Alpha"),
            new ProcessDifference("gates[b]", DifferenceKind.Removed, "{key: b, title: B}", null),
            new ProcessDifference("gates[d]", DifferenceKind.Added, null, "{key: d, title: D}"),
            new ProcessDifference("gates", DifferenceKind.Reordered, "a, c", "c, a"),
        ]);
    }

    [Fact]
    public void Lists_that_cannot_be_told_apart_by_name_are_compared_by_place() =>
        ProcessDifferences.Between("x: [1, 1, 2]", "x: [1, 3, 2, {a: 4}]").ShouldBe(
        [
            new ProcessDifference("x[1]", DifferenceKind.Changed, "1", "3"),
            new ProcessDifference("x[3]", DifferenceKind.Added, null, "{a: 4}"),
        ]);

    [Fact]
    public void A_short_list_of_words_is_read_as_one_value() =>
        ProcessDifferences.Between("percentage: [25, 50, 100]", "percentage: [20, 50, 100]").ShouldBe(
            [new ProcessDifference("percentage", DifferenceKind.Changed, "[25, 50, 100]", "[20, 50, 100]")]);

    [Fact]
    public void A_value_that_became_another_kind_is_one_change() =>
        ProcessDifferences.Between("percentage: 25", "percentage: [25, 50]").ShouldBe(
            [new ProcessDifference("percentage", DifferenceKind.Changed, "25", "[25, 50]")]);

    [Fact]
    public void The_same_process_has_no_differences_from_itself() =>
        ProcessDifferences.Between(DefaultProcess.Source, DefaultProcess.Source).ShouldBeEmpty();
}
