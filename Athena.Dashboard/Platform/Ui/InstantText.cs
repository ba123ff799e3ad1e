using System.Globalization;

namespace Athena.Dashboard.Platform.Ui;

/// <summary>Instants in words. The relative form is written again in <c>wwwroot-assets/src/time.ts</c>, which keeps it fresh.</summary>
public static class InstantText
{
    private static readonly CultureInfo English = CultureInfo.InvariantCulture;

    /// <summary>Beyond this distance a date says more than a distance does.</summary>
    public static readonly TimeSpan RelativeLimit = TimeSpan.FromDays(14);

    /// <summary><c>just now</c>, <c>12 s ago</c>, <c>in 3 h</c>, <c>2 d ago</c>; null beyond <see cref="RelativeLimit"/>.</summary>
    public static string? Relative(DateTimeOffset value, DateTimeOffset now)
    {
        var distance = value - now;
        var size = distance.Duration();
        if (size >= RelativeLimit) return null;
        if (size < TimeSpan.FromSeconds(5)) return "just now";
        var (amount, unit) = size switch
        {
            { TotalMinutes: < 1 } => (size.TotalSeconds, "s"),
            { TotalHours: < 1 } => (size.TotalMinutes, "min"),
            { TotalDays: < 1 } => (size.TotalHours, "h"),
            _ => (size.TotalDays, "d"),
        };
        var text = string.Create(English, $"{Math.Floor(amount)} {unit}");
        return distance > TimeSpan.Zero ? "in " + text : text + " ago";
    }

    /// <summary><c>4 Mar 2026, 14:05</c> in the zone; the year is left out when it is this year.</summary>
    public static string DateTime(DateTimeOffset value, DateTimeOffset now, TimeZoneInfo zone) =>
        Date(value, now, zone) + ", " + Time(value, zone);

    /// <summary><c>4 Mar 2026</c> in the zone.</summary>
    public static string Date(DateTimeOffset value, DateTimeOffset now, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(value, zone);
        return local.ToString(local.Year == TimeZoneInfo.ConvertTime(now, zone).Year ? "d MMM" : "d MMM yyyy", English);
    }

    /// <summary><c>14:05</c> in the zone.</summary>
    public static string Time(DateTimeOffset value, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(value, zone).ToString("HH:mm", English);

    /// <summary>To the millisecond, with the zone and in UTC: what a title shows.</summary>
    public static string Exact(DateTimeOffset value, TimeZoneInfo zone)
    {
        var utc = value.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss.fff 'UTC'", English);
        if (zone.BaseUtcOffset == TimeSpan.Zero && !zone.SupportsDaylightSavingTime) return utc;
        var local = TimeZoneInfo.ConvertTime(value, zone);
        return local.ToString("ddd d MMM yyyy, HH:mm:ss zzz", English) + " " + zone.Id + "\n" + utc;
    }
}
