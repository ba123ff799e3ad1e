using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Hosting;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Process;

/// <summary>Reads the process before the first request; the first start of all makes the default process version 1.</summary>
internal sealed class ProcessStartup(ProcessCatalog catalog, ProcessService service) : IStartupStep
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (await catalog.RefreshAsync(cancellationToken)) return;
        await service.ApplyDefaultAsync(cancellationToken);
        await catalog.RefreshAsync(cancellationToken);
    }
}

/// <summary>Follows a version that another process applied.</summary>
internal sealed partial class ProcessWatch(EventStream events, ProcessCatalog catalog, ILogger<ProcessWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var arrivals = events.Subscribe(envelope => envelope.Is<ProcessApplied>());
        // A version applied between the startup step and this line announced itself to nobody.
        await RefreshAsync(stoppingToken);
        while (await arrivals.Reader.WaitToReadAsync(stoppingToken))
        {
            while (arrivals.Reader.TryRead(out _))
            {
            }

            await RefreshAsync(stoppingToken);
        }
    }

    private async Task RefreshAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await catalog.RefreshAsync(stoppingToken);
                return;
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                Log.ReadFailed(logger, failure);
                await Task.Delay(Pause, TimeProvider.System, stoppingToken);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "The process could not be read again; the version before stays in force until it works")]
        public static partial void ReadFailed(ILogger logger, Exception failure);
    }
}
