using System.ComponentModel.DataAnnotations;

namespace Athena.Dashboard.Identity;

/// <summary>Sessions and sign-in; section <c>Athena:Identity</c>.</summary>
public sealed class AccessOptions
{
    public const string Section = "Athena:Identity";

    /// <summary>Hours without a request after which a session ends. 1 to 720, default 168 (a week).</summary>
    [Range(1, 720)]
    public int SessionIdleHours { get; set; } = 168;

    /// <summary>Days after which one has to sign in again in any case. 1 to 365, default 30.</summary>
    [Range(1, 365)]
    public int SessionDays { get; set; } = 30;

    /// <summary>Wrong passwords or codes in a row after which an account is locked for a while. 3 to 100, default 8.</summary>
    [Range(3, 100)]
    public int TriesPerAccount { get; set; } = 8;

    /// <summary>Minutes that a locked account stays locked. 1 to 1440, default 15.</summary>
    [Range(1, 1440)]
    public int LockedMinutes { get; set; } = 15;

    /// <summary>Failed tries from one address within ten minutes after which it has to wait. 5 to 10000, default 30.</summary>
    [Range(5, 10_000)]
    public int TriesPerAddress { get; set; } = 30;

    /// <summary>Hours that a link to set a password stays good. 1 to 720, default 72.</summary>
    [Range(1, 720)]
    public int PasswordLinkHours { get; set; } = 72;

    /// <summary>Open pages (circuits) that one person may have at the same time. 1 to 1000, default 40.</summary>
    [Range(1, 1000)]
    public int CircuitsPerPerson { get; set; } = 40;
}
