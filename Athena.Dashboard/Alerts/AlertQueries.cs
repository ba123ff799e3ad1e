using System.Collections.Immutable;
using Athena.Dashboard.Alerts.Domain;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Alerts;

/// <summary>Reads for screens and the API.</summary>
public sealed class AlertQueries(Store store, TimeProvider clock)
{
    private const int MostResolved = 50;

    private static readonly TimeSpan Lately = TimeSpan.FromDays(7);

    /// <summary>What is open, loudest first, what was resolved within a week, and the silences that are not over.</summary>
    public async Task<AlertBoard> BoardAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var since = now - Lately;
        var (open, resolved, silences) = await store.ReadAsync(
            async (db, token) => (
                await db.Set<Alert>().Where(alert => alert.State != AlertState.Resolved).ToListAsync(token),
                await db.Set<Alert>().Where(alert => alert.State == AlertState.Resolved && alert.ResolvedAt > since).OrderByDescending(alert => alert.ResolvedAt).Take(MostResolved).ToListAsync(token),
                await db.Set<Silence>().Where(silence => silence.EndsAt > now).OrderBy(silence => silence.EndsAt).ToListAsync(token)),
            cancellationToken);
        var shown = open.Select(alert => new ShownAlert(
            alert,
            silences.FirstOrDefault(silence => silence.IsActive(now) && silence.Covers(alert)),
            Inhibition.All.Any(inhibition => inhibition.Holds(alert, open))));
        return new AlertBoard(
            [.. shown.OrderByDescending(one => one.Alert.IsFiring && !one.IsQuiet).ThenByDescending(one => one.Alert.IsCritical).ThenByDescending(one => one.Alert.ActiveSince)],
            [.. resolved],
            [.. silences]);
    }
}

public sealed record AlertBoard(ImmutableArray<ShownAlert> Alerts, ImmutableArray<Alert> Resolved, ImmutableArray<Silence> Silences)
{
    public static readonly AlertBoard Empty = new([], [], []);

    /// <summary>What fires and is neither silenced nor spoken for by another.</summary>
    public IEnumerable<Alert> Loud => Alerts.Where(shown => shown.Alert.IsFiring && !shown.IsQuiet).Select(shown => shown.Alert);
}

/// <param name="Silence">What silences it; null when nothing does.</param>
/// <param name="IsInhibited">Another alert speaks for it.</param>
public sealed record ShownAlert(Alert Alert, Silence? Silence, bool IsInhibited)
{
    public bool IsQuiet => Silence is not null || IsInhibited;
}
