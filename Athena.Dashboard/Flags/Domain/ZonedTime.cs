using System.Globalization;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Domain;

/// <summary>Instants as people write them: with an offset, or as local time of a named zone.</summary>
public static class ZonedTime
{
    private static readonly string[] Local = ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd HH:mm"];

    /// <param name="text"><c>2026-12-01T09:00:00+01:00</c>, or <c>2026-12-01T09:00</c> where <paramref name="zone"/> says what that means.</param>
    /// <param name="zone">An IANA zone: <c>Europe/Vienna</c>. Of an hour that comes twice the first is meant.</param>
    /// <returns>Null where nothing is given, or where it is wrong: then <paramref name="faults"/> says so.</returns>
    public static DateTimeOffset? Read(string? text, string? zone, string place, ICollection<RefusalItem> faults)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        if (DateTime.TryParseExact(text, Local, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)) return InZone(local, zone, place, text, faults);
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant) && HasOffset(text)) return instant.ToUniversalTime();
        faults.Add(new(place, "is not an instant", Shorten(text), "2026-12-01T09:00 with a zone, or 2026-12-01T09:00:00+01:00"));
        return null;
    }

    /// <returns>What is wrong with a zone's name; null when nothing is, or none is given.</returns>
    public static RefusalItem? Fault(string? zone, string place) =>
        zone is null || Find(zone) is not null ? null : new(place, "is not a time zone", Shorten(zone), "an IANA name such as Europe/Vienna");

    /// <returns>Null when there is no such zone.</returns>
    public static TimeZoneInfo? Find(string? zone) =>
        zone is { Length: > 0 and <= 64 } && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) && found.HasIanaId ? found : null;

    private static DateTimeOffset? InZone(DateTime local, string? zone, string place, string text, ICollection<RefusalItem> faults)
    {
        if (Find(zone) is not { } found)
        {
            // A wrong zone is told where it stands.
            if (zone is null) faults.Add(new(place, "says neither offset nor zone", text, "a zone such as Europe/Vienna beside it"));
            return null;
        }

        if (found.IsInvalidTime(local))
        {
            faults.Add(new(place, "does not exist: the clocks go forward then", $"{text} {zone}", "another time"));
            return null;
        }

        var offset = found.IsAmbiguousTime(local) ? found.GetAmbiguousTimeOffsets(local).Max() : found.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    private static bool HasOffset(string text) => text.EndsWith('Z') || text.EndsWith('z') || (text.IndexOf('T', StringComparison.OrdinalIgnoreCase) is > 0 and var time && text.LastIndexOfAny(['+', '-']) > time);

    private static string Shorten(string text) => text.Length <= 64 ? text : text[..64] + "…";
}
