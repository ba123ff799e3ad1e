using Athena.Dashboard.Platform.Storage;

namespace Athena.Dashboard.Tests.Platform.Storage;

public sealed class RecentTextsTests
{
    private readonly List<string> reads = [];

    [Fact]
    public void A_text_that_comes_again_is_not_read_again()
    {
        var texts = Remembering(2);

        foreach (var text in (string[])["1", "2", "1", "2", "1"]) texts.Read(text).ShouldBe(int.Parse(text, System.Globalization.CultureInfo.InvariantCulture));

        reads.ShouldBe(["1", "2"]);
    }

    [Fact]
    public void No_more_than_twice_the_number_are_remembered_and_those_in_use_are_among_them()
    {
        var texts = Remembering(10);

        for (var i = 0; i < 100; i++)
        {
            texts.Read("7777");
            texts.Read(i.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        reads.Count(text => text == "7777").ShouldBe(1, "it was asked for all the time");
        reads.Clear();
        for (var i = 0; i < 100; i++) texts.Read(i.ToString(System.Globalization.CultureInfo.InvariantCulture));
        reads.Count.ShouldBeGreaterThanOrEqualTo(80);
    }

    private RecentTexts<int> Remembering(int most) => new(
        most,
        text =>
        {
            reads.Add(text);
            return int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        });
}
