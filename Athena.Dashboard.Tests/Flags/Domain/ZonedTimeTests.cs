using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Tests.Flags.Domain;

public sealed class ZonedTimeTests
{
    [Theory]
    [InlineData("2026-12-01T09:00", "Europe/Vienna", "2026-12-01T08:00:00Z")]
    [InlineData("2026-07-01T09:00:30", "Europe/Vienna", "2026-07-01T07:00:30Z")]
    [InlineData("2026-07-01 09:00", "America/New_York", "2026-07-01T13:00:00Z")]
    [InlineData("2026-12-01T09:00:00+01:00", null, "2026-12-01T08:00:00Z")]
    [InlineData("2026-12-01T09:00:00Z", "Europe/Vienna", "2026-12-01T09:00:00Z")]
    // The hour that comes twice: the first is meant.
    [InlineData("2026-10-25T02:30", "Europe/Vienna", "2026-10-25T00:30:00Z")]
    public void A_local_time_of_a_zone_is_an_instant(string text, string? zone, string instant)
    {
        var faults = new List<RefusalItem>();
        ZonedTime.Read(text, zone, "at", faults).ShouldBe(DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture));
        faults.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("2026-03-29T02:30", "Europe/Vienna", "does not exist")]
    [InlineData("2026-12-01T09:00", null, "neither offset nor zone")]
    [InlineData("tomorrow", "Europe/Vienna", "is not an instant")]
    [InlineData("2026-12-01", "Europe/Vienna", "is not an instant")]
    [InlineData("2026-13-01T09:00Z", null, "is not an instant")]
    public void What_is_none_is_told(string text, string? zone, string told)
    {
        var faults = new List<RefusalItem>();
        ZonedTime.Read(text, zone, "at", faults).ShouldBeNull();
        faults.ShouldHaveSingleItem().Message.ShouldContain(told);
    }

    [Fact]
    public void A_wrong_zone_is_told_once_where_it_stands()
    {
        var faults = new List<RefusalItem>();
        ZonedTime.Read("2026-12-01T09:00", "Vienna", "at", faults).ShouldBeNull();
        faults.ShouldBeEmpty();
        ZonedTime.Fault("Vienna", "zone")!.Place.ShouldBe("zone");
        ZonedTime.Fault("Europe/Vienna", "zone").ShouldBeNull();
    }
}
