using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Storage;

namespace Athena.Dashboard.Communication;

/// <summary>Runs the outbox on one node: when something happens that concerns it, when something falls due, and every half minute.</summary>
internal sealed class OutboxWorker(Outbox outbox, Leases leases, EventStream stream, TimeProvider clock) : BackgroundService
{
    private static readonly string[] Kinds = ["communication", "release", "rollout", "notes", "person"];

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => leases.RunAsync("communication:outbox", WorkAsync, stoppingToken);

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        using var arrivals = stream.Subscribe(envelope => Kinds.Contains(envelope.Subject.Kind), capacity: 1);
        await outbox.RecoverAsync(cancellationToken);
        while (true)
        {
            var wait = await outbox.RunAsync(cancellationToken);
            await arrivals.WaitAsync(wait, clock, cancellationToken);
        }
    }
}
