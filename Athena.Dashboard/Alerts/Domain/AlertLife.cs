using System.Collections.Immutable;
using Athena.Dashboard.Alerts.Contracts;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Alerts.Domain;

/// <summary>
/// pending → firing → kept firing → resolved, as Prometheus has it: a pending alert that is not true any more never
/// was, and one that is kept firing fires on when it is true again. All times are stored, so a restart changes nothing.
/// </summary>
public static class AlertLife
{
    /// <param name="After">Null when there is nothing to keep: it never fired.</param>
    /// <param name="Event">Null when nothing is to be told.</param>
    public sealed record Step(Alert? After, IDomainEvent? Event);

    /// <summary>A look at something that has no alert, or an open one.</summary>
    public static Step Look(Alert? open, Signal signal, DateTimeOffset now)
    {
        if (open is null)
        {
            return signal.IsTrue is not true
                ? new Step(null, null)
                : Advance(new Alert
                {
                    Id = Guid.CreateVersion7(now),
                    Fingerprint = signal.Fingerprint,
                    Labels = signal.Labels,
                    Summary = signal.Summary,
                    Href = signal.Href,
                    Origin = signal.Origin,
                    State = AlertState.Pending,
                    IsTrue = true,
                    For = signal.For,
                    KeepFor = signal.KeepFor,
                    ActiveSince = now,
                }, now);
        }

        return Advance(
            signal.IsTrue switch
            {
                true => open with { IsTrue = true, Summary = signal.Summary },
                false => open with { IsTrue = false },
                null => open,
            },
            now);
    }

    /// <summary>Time went by.</summary>
    public static Step Advance(Alert alert, DateTimeOffset now)
    {
        switch (alert.State)
        {
            case AlertState.Pending when !alert.IsTrue:
                return new Step(null, null);
            case AlertState.Pending when now - alert.ActiveSince >= alert.For:
                var fired = alert with { State = AlertState.Firing, FiringSince = now };
                return new Step(fired, new AlertFired(fired.Id, fired.Name, fired.Summary, fired.IsCritical));
            case AlertState.Firing when !alert.IsTrue && alert.KeepFor > TimeSpan.Zero:
                return new Step(alert with { State = AlertState.KeptFiring, ClearedSince = now }, null);
            case AlertState.Firing when !alert.IsTrue:
                return Resolve(alert, now);
            case AlertState.KeptFiring when alert.IsTrue:
                return new Step(alert with { State = AlertState.Firing, ClearedSince = null }, null);
            case AlertState.KeptFiring when now - alert.ClearedSince >= alert.KeepFor:
                return Resolve(alert, now);
            default:
                return new Step(alert, null);
        }
    }

    public static Step Resolve(Alert alert, DateTimeOffset now) => new(
        alert with { State = AlertState.Resolved, IsTrue = false, ClearedSince = alert.ClearedSince ?? now, ResolvedAt = now },
        new AlertResolved(alert.Id, alert.Name, alert.Summary));
}
