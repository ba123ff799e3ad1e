using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Identity.Domain;

/// <summary>What may be said about a person, and what must stay true of all of them together.</summary>
public static class PersonRules
{
    public const int LongestName = 100;
    public const int LongestEmail = 254;

    public static ImmutableArray<RefusalItem> CheckName(string? name) =>
        string.IsNullOrWhiteSpace(name) ? [new("name", "is missing", Expected: "the name that others see")]
        : name.Trim().Length > LongestName ? [new("name", "is too long", $"{name.Trim().Length} characters", $"at most {LongestName}")]
        : name.Any(char.IsControl) ? [new("name", "has control characters")]
        : [];

    public static ImmutableArray<RefusalItem> CheckEmail(string? email) =>
        string.IsNullOrWhiteSpace(email) ? [new("email", "is missing", Expected: "name@example.org")]
        : email.Trim().Length > LongestEmail || !IsAddress(email.Trim()) ? [new("email", "is not an address", email.Trim(), "name@example.org")]
        : [];

    public static ImmutableArray<RefusalItem> CheckRoles(ImmutableArray<Role> roles) =>
        roles.IsDefaultOrEmpty ? [new("roles", "are missing", Expected: "at least one of " + string.Join(", ", Enum.GetValues<Role>().Select(role => role.Title())))] : [];

    public static ImmutableArray<RefusalItem> CheckZone(string? zone) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(zone ?? "", out var found) && found.HasIanaId
            ? []
            : [new("zone", "is not a time zone", zone, "an IANA name such as Europe/Vienna")];

    /// <summary>Somebody has to be able to let people in.</summary>
    /// <param name="others">Administrators besides the one who is about to stop being one.</param>
    public static Refusal? WouldLockOut(int others) =>
        others > 0
            ? null
            : Refusal.Conflict("last_administrator", "This is the only Administrator left.", "Make somebody else Administrator first.");

    private static bool IsAddress(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        return at > 0 && at == text.LastIndexOf('@') && at < text.Length - 1
            && !text.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter) || letter is '<' or '>' or ',' or ';' or '"')
            && !text.EndsWith('.') && !text.Contains("..", StringComparison.Ordinal);
    }
}
