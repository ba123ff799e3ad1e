using System.Collections.Immutable;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Domain;

/// <summary>When somebody was reminded that a flag is to go, and until when nobody wants to be.</summary>
public sealed record FlagReminder : IVersioned
{
    public const int LongestSnoozeDays = 365;

    public required string FlagKey { get; init; }

    /// <summary>Null when nobody was yet.</summary>
    public DateTimeOffset? RemindedAt { get; init; }

    /// <summary>How often in all.</summary>
    public int Count { get; init; }

    /// <summary>Null when nobody put it off.</summary>
    public DateTimeOffset? SnoozedUntil { get; init; }

    public long Version { get; init; } = 1;

    /// <summary>When the next reminder is due: at once where there was none since the release was over.</summary>
    /// <param name="period">From one reminder to the next.</param>
    public DateTimeOffset NextAt(FlagRelease release, TimeSpan period)
    {
        var next = RemindedAt is { } last && last >= release.Since ? last + period : release.Since;
        return SnoozedUntil is { } until && until > next ? until : next;
    }

    /// <param name="addresses">The owner's.</param>
    /// <returns>Without events while it is not due, or there is nobody to be reminded.</returns>
    public Decision<FlagReminder> Remind(Flag flag, FlagRelease release, ImmutableArray<string> addresses, TimeSpan period, DateTimeOffset now)
    {
        if (FlagLifecycle.StageOf(flag, release) != FlagStage.DueForRemoval || addresses.IsEmpty || NextAt(release, period) > now) return new(this, []);
        var next = this with { RemindedAt = now, Count = Count + 1, SnoozedUntil = null };
        return new(next, [new FlagRemovalReminded(flag.Key, flag.Name, release.Id, release.Since, flag.Owner!, addresses, next.Count)]);
    }

    /// <summary>Nobody is reminded before that day.</summary>
    /// <param name="days">1 to <see cref="LongestSnoozeDays"/>.</param>
    public Outcome<Decision<FlagReminder>> Snooze(int days, string reason, DateTimeOffset now)
    {
        var faults = new List<RefusalItem>();
        if (days is < 1 or > LongestSnoozeDays) faults.Add(new("days", "is out of range", $"{days}", $"1 to {LongestSnoozeDays}"));
        if (reason.Length > FlagDecisions.LongestReason) faults.Add(new("reason", "is too long", $"{reason.Length} characters", $"up to {FlagDecisions.LongestReason} characters"));
        if (faults.Count > 0) return Refusal.Invalid("snooze_invalid", "Reminders cannot be put off like that.", [.. faults]);
        var next = this with { SnoozedUntil = now.AddDays(days) };
        return new Decision<FlagReminder>(next, [new FlagReminderSnoozed(FlagKey, next.SnoozedUntil.Value, reason.Trim())]);
    }
}
