using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Hosting;

namespace Athena.Dashboard.Identity;

/// <summary>Reads people and keys before the first request.</summary>
internal sealed class IdentityStartup(PersonDirectory people, KeyRing keys) : IStartupStep
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await people.RefreshAsync(cancellationToken);
        await keys.RefreshAsync(cancellationToken);
    }
}

/// <summary>Reads people and keys again when another process changed them.</summary>
internal sealed partial class IdentityWatch(EventStream events, PersonDirectory people, KeyRing keys, ILogger<IdentityWatch> logger)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var arrivals = events.Subscribe(Matters);
        // What changed between the startup step and this line announced itself to nobody.
        await RefreshAsync(stoppingToken);
        while (await arrivals.Reader.WaitToReadAsync(stoppingToken))
        {
            while (arrivals.Reader.TryRead(out _))
            {
            }

            await RefreshAsync(stoppingToken);
        }
    }

    private static bool Matters(EventEnvelope envelope) =>
        envelope.Subject.Kind is PersonSubject.Kind or KeySubject.Kind
        && !envelope.Is<SignedIn>() && !envelope.Is<SignInFailed>() && !envelope.Is<AccessDenied>();

    private async Task RefreshAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await people.RefreshAsync(stoppingToken);
                await keys.RefreshAsync(stoppingToken);
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
        [LoggerMessage(Level = LogLevel.Error, Message = "People and keys could not be read again; trying until it works")]
        public static partial void ReadFailed(ILogger logger, Exception failure);
    }
}
