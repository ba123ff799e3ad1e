using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Tests.Infrastructure;
using Bunit;

namespace Athena.Dashboard.Tests.Platform.Ui;

public sealed class TimeTextTests : ComponentTest
{
    [Theory]
    [InlineData(0, "just now")]
    [InlineData(-4, "just now")]
    [InlineData(-12, "12 s ago")]
    [InlineData(-59.9, "59 s ago")]
    [InlineData(-60, "1 min ago")]
    [InlineData(-7199, "1 h ago")]
    [InlineData(-86400 * 2.5, "2 d ago")]
    [InlineData(3600 * 3, "in 3 h")]
    [InlineData(-86400 * 14, null)]
    public void A_distance_is_written_in_its_largest_unit(double seconds, string? words) =>
        InstantText.Relative(Clock.GetUtcNow().AddSeconds(seconds), Clock.GetUtcNow()).ShouldBe(words);

    [Fact]
    public void A_moment_is_shown_in_the_persons_zone_and_exactly_in_its_title()
    {
        var time = Render<Instant>(with => with
            .Add(it => it.Value, new DateTimeOffset(2025, 3, 1, 23, 30, 5, 250, TimeSpan.Zero))
            .Add(it => it.Format, InstantFormat.DateTime)
            .AddCascadingValue(PersonZone.Named("Europe/Berlin"))).Find("time");

        time.TextContent.ShouldBe("2 Mar, 00:30");
        time.GetAttribute("datetime").ShouldBe("2025-03-01T23:30:05.250Z");
        time.GetAttribute("title").ShouldBe("Sun 2 Mar 2025, 00:30:05 +01:00 Europe/Berlin\n2025-03-01 23:30:05.250 UTC");
    }

    [Fact]
    public void Only_a_relative_text_is_kept_fresh_by_the_browser()
    {
        Render<Instant>(with => with.Add(it => it.Value, Clock.GetUtcNow())).Find("time").HasAttribute("data-relative").ShouldBeTrue();
        Render<Instant>(with => with.Add(it => it.Value, Clock.GetUtcNow().AddDays(-30))).Find("time").HasAttribute("data-relative").ShouldBeFalse();
    }

    [Theory]
    [InlineData("Mars/Olympus")]
    [InlineData("")]
    [InlineData(null)]
    public void An_unknown_zone_is_UTC(string? id) => PersonZone.Named(id).ShouldBe(PersonZone.Utc);

    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(0.4, "0.4 s")]
    [InlineData(200, "3 min 20 s")]
    [InlineData(3600, "1 h")]
    [InlineData(86400 + 5, "1 d")]
    [InlineData(-90, "−1 min 30 s")]
    public void A_duration_is_written_in_its_two_largest_units(double seconds, string words) =>
        DurationText.Write(TimeSpan.FromSeconds(seconds)).ShouldBe(words);
}
