using Athena.Dashboard.Gates.Domain;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Gates;

/// <summary>Records the end of waivers. Verdicts do not wait for it: they look at the clock themselves.</summary>
internal sealed class GateWorker(Store store, GateService service, Leases leases, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(10);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        leases.RunAsync("gates", FollowAsync, stoppingToken);

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var now = clock.GetUtcNow();
            var over = await store.ReadAsync(
                (db, token) => db.Set<GateWaiver>()
                    .Where(waiver => (waiver.State == GateWaiverState.Asked || waiver.State == GateWaiverState.Approved) && waiver.Until <= now)
                    .Select(waiver => waiver.Id).ToListAsync(token),
                cancellationToken);
            foreach (var waiverId in over) await service.EndWaiverAsync(waiverId, cancellationToken);
            await Task.Delay(Look, clock, cancellationToken);
        }
    }
}
