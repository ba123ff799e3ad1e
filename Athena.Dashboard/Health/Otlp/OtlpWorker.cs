using Athena.Dashboard.Platform.Storage;

namespace Athena.Dashboard.Health.Otlp;

/// <summary>Looks after each source that exports, on one node at a time, and lets go of series that ended.</summary>
public sealed partial class OtlpWorker(OtlpIngest ingest, Leases leases, TimeProvider clock, ILogger<OtlpWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(ingest.Feeds.Select(feed => leases.RunAsync("health-source:" + feed.Layout.Source, token => FollowAsync(feed, token), stoppingToken)));

    private async Task FollowAsync(OtlpFeed feed, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(feed.Layout.Export < Longest ? feed.Layout.Export : Longest, clock);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                await ingest.WatchAsync(feed, cancellationToken);
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                Log.WatchFailed(logger, failure, feed.Layout.Source);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Looking after the health source {Source} failed; the next look follows")]
        public static partial void WatchFailed(ILogger logger, Exception failure, string source);
    }
}
