using System.Collections.Immutable;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Flags;

public enum FlagMomentKind
{
    SwitchesOn,
    SwitchesOff,
    Changes,
}

/// <summary>Something that happens to a flag by itself.</summary>
/// <param name="Zone">The zone in which it was chosen; null where it was given by offset.</param>
/// <param name="QueuedId">The queued change; null for a switch's own schedule.</param>
/// <param name="State">Waiting, unless it is a queued change that is over.</param>
public sealed record FlagMoment(
    DateTimeOffset At, string? Zone, FlagMomentKind Kind, string FlagKey, string Environment, string Text, Guid? QueuedId = null, QueuedChangeState State = QueuedChangeState.Waiting);

/// <summary>What flags do by themselves, by time.</summary>
public sealed class FlagCalendar(Store store)
{
    public const int Most = 1_000;

    /// <summary>In ascending order; queued changes also when they are over.</summary>
    public async Task<ImmutableArray<FlagMoment>> ListAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var (settings, queued) = await store.ReadAsync(
            async (db, token) => (
                await db.Set<FlagEnvironment>().Where(row => (row.EnableAt >= from && row.EnableAt < to) || (row.DisableAt >= from && row.DisableAt < to)).Take(Most).ToListAsync(token),
                await db.Set<QueuedChange>().Where(row => row.At >= from && row.At < to).OrderBy(row => row.At).Take(Most).ToListAsync(token)),
            cancellationToken);
        return
        [
            .. settings.SelectMany(Switches).Where(moment => moment.At >= from && moment.At < to).Concat(queued.Select(Of))
                .OrderBy(moment => moment.At).ThenBy(moment => moment.FlagKey, StringComparer.Ordinal),
        ];
    }

    /// <summary>Changes of one flag that wait for their time.</summary>
    public async Task<ImmutableArray<QueuedChange>> WaitingAsync(string key, CancellationToken cancellationToken) => [.. await store.ReadAsync(
        (db, token) => db.Set<QueuedChange>().Where(row => row.State == QueuedChangeState.Waiting && row.FlagKey == key).OrderBy(row => row.At).ThenBy(row => row.CreatedAt).ToListAsync(token),
        cancellationToken)];

    /// <summary>Those whose time has come, the earliest first.</summary>
    public Task<List<QueuedChange>> DueAsync(DateTimeOffset now, CancellationToken cancellationToken) => store.ReadAsync(
        (db, token) => db.Set<QueuedChange>().Where(row => row.State == QueuedChangeState.Waiting && row.At <= now).OrderBy(row => row.At).ThenBy(row => row.CreatedAt).Take(Most).ToListAsync(token),
        cancellationToken);

    private static IEnumerable<FlagMoment> Switches(FlagEnvironment setting)
    {
        if (setting.EnableAt is { } on) yield return new(on, setting.ScheduleZone, FlagMomentKind.SwitchesOn, setting.FlagKey, setting.Environment, "Switches itself on");
        if (setting.DisableAt is { } off) yield return new(off, setting.ScheduleZone, FlagMomentKind.SwitchesOff, setting.FlagKey, setting.Environment, "Switches itself off");
    }

    private static FlagMoment Of(QueuedChange queued) => new(
        queued.At,
        queued.Zone,
        (queued.Before.Enabled, queued.After.Enabled) switch
        {
            (false, true) => FlagMomentKind.SwitchesOn,
            (true, false) => FlagMomentKind.SwitchesOff,
            _ => FlagMomentKind.Changes,
        },
        queued.FlagKey,
        queued.Environment,
        queued.State == QueuedChangeState.Refused ? queued.Against! : queued.Reason,
        queued.Id,
        queued.State);
}
