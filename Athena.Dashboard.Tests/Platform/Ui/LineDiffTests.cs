using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Tests.Infrastructure;
using Bunit;

namespace Athena.Dashboard.Tests.Platform.Ui;

public sealed class LineDiffTests : ComponentTest
{
    [Fact]
    public void A_changed_line_is_a_removal_and_an_addition() =>
        LineDiff.Compare("a\nb\nc", "a\nx\nc").ShouldBe(
        [
            new(LineChange.Same, "a"),
            new(LineChange.Removed, "b"),
            new(LineChange.Added, "x"),
            new(LineChange.Same, "c"),
        ]);

    [Fact]
    public void The_difference_turns_one_text_into_the_other_and_back()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < 500; round++)
        {
            var (before, after) = (Lines(random), Lines(random));
            var diff = LineDiff.Compare(string.Join('\n', before), string.Join('\n', after));

            diff.Where(line => line.Change != LineChange.Added).Select(line => line.Text).ShouldBe(before, $"seed {seed}, round {round}");
            diff.Where(line => line.Change != LineChange.Removed).Select(line => line.Text).ShouldBe(after, $"seed {seed}, round {round}");
            diff.Count(line => line.Change != LineChange.Same).ShouldBe(before.Length + after.Length - 2 * CommonLength(before, after), $"seed {seed}, round {round}");
        }
    }

    [Fact]
    public void A_text_that_is_all_different_is_replaced_and_not_searched_for_ever()
    {
        var diff = LineDiff.Compare(
            string.Join('\n', Enumerable.Range(0, 4000).Select(i => $"old {i}")),
            string.Join('\n', Enumerable.Range(0, 4000).Select(i => $"new {i}")));

        diff.Count(line => line.Change is LineChange.Removed).ShouldBe(4000);
        diff.Count(line => line.Change is LineChange.Added).ShouldBe(4000);
    }

    [Fact]
    public void Long_unchanged_stretches_are_folded()
    {
        var lines = Enumerable.Range(0, 40).Select(i => $"line {i}").ToArray();
        var diff = Render<Diff>(with => with
            .Add(it => it.Before, string.Join('\n', lines))
            .Add(it => it.After, string.Join('\n', lines[..^1].Append("changed")))
            .Add(it => it.Context, 2));

        diff.Find(".diff-gap").TextContent.ShouldBe("37 unchanged lines");
        diff.FindAll(".diff-line").Count.ShouldBe(4);
    }

    // At least one line each, because an empty text has none and cannot be told from one empty line.
    private static string[] Lines(Random random) => [.. Enumerable.Range(0, random.Next(1, 14)).Select(_ => "abcd"[random.Next(4)].ToString())];

    private static int CommonLength(string[] left, string[] right)
    {
        var table = new int[left.Length + 1, right.Length + 1];
        for (var i = 1; i <= left.Length; i++)
        {
            for (var j = 1; j <= right.Length; j++)
                table[i, j] = left[i - 1] == right[j - 1] ? table[i - 1, j - 1] + 1 : Math.Max(table[i - 1, j], table[i, j - 1]);
        }

        return table[left.Length, right.Length];
    }
}
