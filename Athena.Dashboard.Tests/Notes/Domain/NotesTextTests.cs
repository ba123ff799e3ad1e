using Athena.Dashboard.Notes.Domain;
using static Athena.Dashboard.Tests.Notes.NoteSamples;

namespace Athena.Dashboard.Tests.Notes.Domain;

public sealed class NotesTextTests
{
    private static readonly string Example = SpecNotes.Text.ReplaceLineEndings("\n");

    [Fact]
    public void Notes_begin_with_the_header_sections_and_footer_of_the_template()
    {
        NotesText.Split(Started).Select(part => part.Title).ShouldBe(NotesText.Split(Example).Select(part => part.Title));
        Started.ShouldStartWith("# Athena v1.2.0 - Enhanced Database Views\n\n**Release Date**: August 15, 2025  \n**Release Type**: Minor Feature Release");
        foreach (var part in (string[])["## 📋 Breaking Changes\n\nNone in this release.\n", "### New Endpoints\n", "**Support**: Contact support@athena.app for any issues."])
            Started.ShouldContain(part);
        Started.ShouldNotContain("{");
    }

    [Fact]
    public void The_parts_joined_again_are_the_text()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        string[] pieces = ["## A\n", "## B", "\n", "---\n", "```\n", "~~~~\n", "text\n", "### C\n", "# D\n", "    ```\n", "```x\n", "None in this release.\n", "## \n", "> ## E\n"];
        for (var round = 0; round < 2000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => pieces[random.Next(pieces.Length)]));
            string.Concat(NotesText.Split(text).Select(part => part.Heading + part.Body)).ShouldBe(text, $"seed {seed}, round {round}");
        }
    }

    [Fact]
    public void A_heading_inside_a_code_block_begins_no_section() =>
        NotesText.Split("## A\n```\n## no\n---\n```\n## B\n").Select(part => part.Title).ShouldBe(["", "A", "B"]);

    [Fact]
    public void Sections_left_empty_do_not_show_in_what_is_published()
    {
        var printed = NotesText.Printed(With("Bug Fixes", "- Sorting persists"), Template);
        NotesText.Split(printed).Select(part => part.Name).ShouldBe(["Header", "🐛 Bug Fixes", "📋 Breaking Changes", "Footer"]);
        printed.ShouldContain("None in this release.");
    }

    [Fact]
    public void A_section_emptied_by_its_writer_says_what_the_template_says_then() =>
        NotesText.Printed(With("Breaking Changes", ""), Template).ShouldContain("## 📋 Breaking Changes\n\nNone in this release.\n");

    [Fact]
    public void The_process_s_own_example_is_published_as_it_stands()
    {
        NotesText.Printed(Example, Template).ShouldBe(Example);
        NotesText.MissingLinks(Example, Template).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("None in this release.")]
    [InlineData("none in this release")]
    [InlineData("None.")]
    [InlineData("")]
    [InlineData("The old export is gone, see [the guide](https://docs.example.org/migrate).")]
    [InlineData("The old export is gone: https://docs.example.org/migrate")]
    public void Breaking_changes_need_no_more(string words) => NotesText.MissingLinks(With("Breaking Changes", words), Template).ShouldBeEmpty();

    [Theory]
    [InlineData("The old export is gone.")]
    [InlineData("None in this release but one.")]
    [InlineData("### Export\n\nGone.")]
    public void Breaking_changes_that_say_something_need_a_link(string words) =>
        NotesText.MissingLinks(With("Breaking Changes", words), Template).ShouldHaveSingleItem().Place.ShouldBe("📋 Breaking Changes");

    [Fact]
    public void What_changed_is_told_by_section()
    {
        NotesText.ChangedParts(Started, With("Bug Fixes", "- One")).ShouldBe(["🐛 Bug Fixes"]);
        NotesText.ChangedParts(Started, Started.Replace("August 15", "August 20", StringComparison.Ordinal)).ShouldBe(["Header"]);
        NotesText.ChangedParts("## A\nx\n## B\n", "## A\nx\n").ShouldBe(["B"]);
        NotesText.ChangedParts(Started, Started).ShouldBeEmpty();
    }

    [Fact]
    public void A_header_that_names_another_day_than_the_target_is_noticed()
    {
        NotesText.MissingDate(Started, new DateOnly(2025, 8, 15)).ShouldBeNull();
        NotesText.MissingDate(Started, new DateOnly(2025, 8, 20)).ShouldBe("August 20, 2025");
    }

    [Fact]
    public void A_block_below_the_header_stands_before_the_first_section()
    {
        var corrected = NotesText.InsertBelowHeader(Started, "> Correction");
        NotesText.Split(corrected)[0].Body.ShouldEndWith("Minor Feature Release\n\n> Correction\n\n");
        corrected.Replace("> Correction\n\n", "", StringComparison.Ordinal).ShouldBe(Started);
    }
}
