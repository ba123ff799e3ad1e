using Athena.Dashboard.Alerts.Domain;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Alerts;

/// <summary>Where alerts are written: what was found goes in, and what follows from the time is carried on.</summary>
public sealed class AlertBook(Store store, TimeProvider clock)
{
    internal static readonly Actor Alerts = Actor.System("alerts");

    /// <summary>Tells what a look found of some things, and leaves all others as they are.</summary>
    public Task NoteAsync(Signal signal, CancellationToken cancellationToken) => LookAsync([signal], _ => false, cancellationToken);

    /// <param name="signals">One for each thing that was looked at.</param>
    /// <param name="isGone">Whether an open alert without a signal is about something that is no more.</param>
    public async Task LookAsync(IReadOnlyCollection<Signal> signals, Func<Alert, bool> isGone, CancellationToken cancellationToken)
    {
        var open = await store.ReadAsync((db, token) => Open(db.Set<Alert>()).ToListAsync(token), cancellationToken);
        // Nearly every look changes nothing, and nothing is written for it.
        if (!Steps(open, signals, isGone, clock.GetUtcNow()).Any()) return;
        await store.WriteByItselfAsync<Done>(
            Alerts,
            async (write, token) =>
            {
                var current = await Open(write.Db.Set<Alert>()).ToListAsync(token);
                foreach (var (before, step) in Steps(current, signals, isGone, write.Now).ToList())
                {
                    if (before is null) write.Add(step.After!);
                    else if (step.After is null) write.Db.Remove(before);
                    else write.Replace(before, step.After);
                    if (step.Event is not null) write.Append(step.Event);
                }

                return Done.Yes;
            },
            cancellationToken);
    }

    private static IQueryable<Alert> Open(IQueryable<Alert> alerts) => alerts.Where(alert => alert.State != AlertState.Resolved);

    // Those from outside are resolved by whoever sent them.
    private static IEnumerable<(Alert? Before, AlertLife.Step Step)> Steps(List<Alert> open, IReadOnlyCollection<Signal> signals, Func<Alert, bool> isGone, DateTimeOffset now)
    {
        var left = signals.ToDictionary(signal => signal.Fingerprint, StringComparer.Ordinal);
        foreach (var alert in open.Where(alert => alert.Origin != AlertOrigin.Webhook))
        {
            var step = left.Remove(alert.Fingerprint, out var signal) ? AlertLife.Look(alert, signal, now)
                : isGone(alert) ? AlertLife.Advance(alert with { IsTrue = false }, now)
                : AlertLife.Advance(alert, now);
            if (step.After != alert) yield return (alert, step);
        }

        foreach (var signal in left.Values)
        {
            if (AlertLife.Look(null, signal, now) is { After: not null } step) yield return (null, step);
        }
    }
}
