using Athena.Dashboard.Platform.Storage;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Alerts;

/// <summary>On one node at a time: looks, does what was asked from outside and is not done yet, and tells who is to be told.</summary>
internal sealed partial class AlertWorker(
    AlertBook book, AlertSignals signals, AlertReceiver receiver, AlertSender sender, Leases leases, IOptions<AlertOptions> options, TimeProvider clock, ILogger<AlertWorker> logger)
    : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => leases.RunAsync("alerts", LoopAsync, stoppingToken);

    private async Task LoopAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.LookSeconds), clock);
        do
        {
            try
            {
                var (found, isGone) = await signals.GatherAsync(cancellationToken);
                await book.LookAsync(found, isGone, cancellationToken);
                await receiver.TriggerAsync(cancellationToken);
                await sender.SendAsync(cancellationToken);
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                Log.LookFailed(logger, failure);
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "A look for alerts failed; the next one follows")]
        public static partial void LookFailed(ILogger logger, Exception failure);
    }
}
