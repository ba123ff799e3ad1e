using NodaTime;

namespace Athena.Dashboard.Releases.Contracts;

/// <summary>Turns days of a release's calendar into instants, by the rules of its zone.</summary>
public static class ReleaseDay
{
    /// <summary>IANA names only: they mean the same on every machine.</summary>
    public static bool IsZone(string? zone) => zone is not null && DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) is not null;

    /// <summary>
    /// A local time that daylight saving skips moves forward by the length of the gap; of one that it repeats, the
    /// earlier is meant.
    /// </summary>
    /// <exception cref="ArgumentException"><paramref name="zone"/> is no IANA zone.</exception>
    public static DateTimeOffset At(DateOnly day, TimeOnly time, string zone)
    {
        var rules = DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) ?? throw new ArgumentException($"'{zone}' is no IANA zone.", nameof(zone));
        return LocalDate.FromDateOnly(day).At(LocalTime.FromTimeOnly(time)).InZoneLeniently(rules).ToInstant().ToDateTimeOffset();
    }

    /// <summary>The first instant of the day.</summary>
    public static DateTimeOffset StartOf(DateOnly day, string zone) => At(day, TimeOnly.MinValue, zone);

    /// <summary>The day that it is in the zone at an instant.</summary>
    /// <exception cref="ArgumentException"><paramref name="zone"/> is no IANA zone.</exception>
    public static DateOnly Of(DateTimeOffset instant, string zone)
    {
        var rules = DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) ?? throw new ArgumentException($"'{zone}' is no IANA zone.", nameof(zone));
        return Instant.FromDateTimeOffset(instant).InZone(rules).Date.ToDateOnly();
    }
}
