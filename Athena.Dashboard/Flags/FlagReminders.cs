using System.Collections.Immutable;
using System.Net.Mail;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Flags;

/// <summary>What is known about reminders of a flag's removal.</summary>
/// <param name="Addresses">Where a reminder goes; empty when the owner has no address that is known.</param>
/// <param name="NextAt">Null while none is to come.</param>
public sealed record FlagReminderView(FlagReminder Reminder, ImmutableArray<string> Addresses, DateTimeOffset? NextAt);

/// <summary>
/// Reminds owners of release flags whose release is over. A reminder is an event, saved together with when it was: that
/// there is one for a moment is decided here, once, whoever sends the mail.
/// </summary>
public sealed class FlagReminders(Store store, IFlagReleases releases, IPeople people, IOptions<FlagOptions> options, TimeProvider clock)
{
    private static readonly Actor Reminder = Actor.System("flag reminders");

    private TimeSpan Period => TimeSpan.FromDays(options.Value.ReminderDays);

    /// <summary>Reminds of all flags that are due by now.</summary>
    /// <returns>How many were.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var known = await releases.ListAsync(cancellationToken);
        var (flags, reminders) = await store.ReadAsync(
            async (db, token) => (
                await db.Set<Flag>().Where(flag => flag.Kind == FlagKind.Release && flag.ReleaseId != null && flag.Owner != null).ToListAsync(token),
                await db.Set<FlagReminder>().ToDictionaryAsync(reminder => reminder.FlagKey, StringComparer.Ordinal, token)),
            cancellationToken);
        var everybody = await people.ListAsync(cancellationToken);
        var reminded = 0;
        foreach (var flag in flags)
        {
            if (known.GetValueOrDefault(flag.ReleaseId!) is not { } release) continue;
            var reminder = reminders.GetValueOrDefault(flag.Key) ?? new FlagReminder { FlagKey = flag.Key };
            if (reminder.Remind(flag, release, AddressesOf(flag.Owner, everybody), Period, clock.GetUtcNow()).Events.IsEmpty) continue;
            if (await RemindAsync(flag.Key, release, everybody, cancellationToken)) reminded++;
        }

        return reminded;
    }

    /// <returns>Null when there is no such flag.</returns>
    public async Task<FlagReminderView?> FindAsync(string key, CancellationToken cancellationToken)
    {
        var (flag, reminder) = await store.ReadAsync(
            async (db, token) => (await db.Set<Flag>().FirstOrDefaultAsync(row => row.Key == key, token), await db.Set<FlagReminder>().FirstOrDefaultAsync(row => row.FlagKey == key, token)),
            cancellationToken);
        if (flag is null) return null;
        reminder ??= new FlagReminder { FlagKey = key };
        var addresses = AddressesOf(flag.Owner, await people.ListAsync(cancellationToken));
        var release = flag.ReleaseId is { } id ? (await releases.ListAsync(cancellationToken)).GetValueOrDefault(id) : null;
        var isDue = !addresses.IsEmpty && FlagLifecycle.StageOf(flag, release) == FlagStage.DueForRemoval;
        return new FlagReminderView(reminder, addresses, isDue ? reminder.NextAt(release!, Period) : null);
    }

    /// <summary>Puts reminders off.</summary>
    /// <param name="days">1 to <see cref="FlagReminder.LongestSnoozeDays"/>.</param>
    public async Task<Outcome<FlagReminder>> SnoozeAsync(string key, int days, string reason, Actor actor, CancellationToken cancellationToken)
    {
        if (actor.Lacks(Permission.EditFlags, "put reminders off") is { } forbidden) return forbidden;
        return await store.WriteOrStaleAsync<FlagReminder>(
            $"The reminder of {key}",
            actor,
            async (write, token) =>
            {
                if (!await write.Db.Set<Flag>().AnyAsync(row => row.Key == key, token)) return Refusal.NotFound("flag", key);
                var row = await write.Db.Set<FlagReminder>().FirstOrDefaultAsync(row => row.FlagKey == key, token);
                return (row ?? new FlagReminder { FlagKey = key }).Snooze(days, reason, write.Now).Then<FlagReminder>(decided => Save(write, row, decided));
            },
            cancellationToken);
    }

    /// <summary>The people whom an owner's name means: one address, everybody of that name, or everybody of that role.</summary>
    internal static ImmutableArray<string> AddressesOf(string? owner, ImmutableArray<Person> people)
    {
        if (owner is null) return [];
        var named = people.Where(person => string.Equals(person.Name, owner, StringComparison.OrdinalIgnoreCase) || string.Equals(person.Email, owner, StringComparison.OrdinalIgnoreCase)).ToList();
        if (named.Count == 0) named = [.. people.Where(person => person.Roles.Any(role => string.Equals(role.Title(), owner, StringComparison.OrdinalIgnoreCase)))];
        return named.Count > 0 ? [.. named.Select(person => person.Email)]
            : owner.Contains('@', StringComparison.Ordinal) && MailAddress.TryCreate(owner, out var address) && address.Address == owner ? [owner]
            : [];
    }

    // Decided again in the transaction: another node may have been here.
    private async Task<bool> RemindAsync(string key, FlagRelease release, ImmutableArray<Person> everybody, CancellationToken cancellationToken)
    {
        var reminded = await store.WriteOrStaleAsync<bool>(
            $"The reminder of {key}",
            Reminder,
            async (write, token) =>
            {
                if (await write.Db.Set<Flag>().AsNoTracking().FirstOrDefaultAsync(row => row.Key == key, token) is not { } flag) return false;
                var row = await write.Db.Set<FlagReminder>().FirstOrDefaultAsync(row => row.FlagKey == key, token);
                var decided = (row ?? new FlagReminder { FlagKey = key }).Remind(flag, release, AddressesOf(flag.Owner, everybody), Period, write.Now);
                if (decided.Events.IsEmpty) return false;
                Save(write, row, decided);
                return true;
            },
            cancellationToken);
        return reminded is { IsAccepted: true, Value: true };
    }

    private static FlagReminder Save(Write write, FlagReminder? row, Decision<FlagReminder> decided)
    {
        var next = decided.State;
        if (row is null) write.Add(next);
        else next = next with { Version = write.Replace(row, next) };
        write.Append(decided);
        return next;
    }
}
