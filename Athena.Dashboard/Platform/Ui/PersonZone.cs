namespace Athena.Dashboard.Platform.Ui;

/// <summary>The time zone of the person who looks; cascades from the root of every page, UTC until the browser has told.</summary>
public sealed record PersonZone(TimeZoneInfo Zone)
{
    public static PersonZone Utc { get; } = new(TimeZoneInfo.Utc);

    /// <param name="id">An IANA name as the browser gives it; unknown or missing gives UTC.</param>
    public static PersonZone Named(string? id) =>
        id is { Length: > 0 and < 64 } && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) ? new(zone) : Utc;
}
