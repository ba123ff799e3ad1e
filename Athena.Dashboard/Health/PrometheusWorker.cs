using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Storage;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Health;

/// <summary>Asks each configured Prometheus server in turn, each on one node at a time.</summary>
public sealed partial class PrometheusWorker(
    IOptions<PrometheusOptions> options,
    PrometheusClient client,
    HealthMeters meters,
    HealthIngest ingest,
    IRolloutDirectory rollouts,
    Store store,
    Leases leases,
    TimeProvider clock,
    ILoggerFactory loggers) : BackgroundService
{
    private readonly ILogger logger = loggers.CreateLogger<PrometheusWorker>();

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(options.Value.Sources.Select(source =>
        leases.RunAsync("health-source:" + source.Name, token => FollowAsync(FeedOf(source), token), stoppingToken)));

    internal PrometheusFeed FeedOf(PrometheusSource source) =>
        new(source, client, meters, ingest, rollouts, store, clock, loggers.CreateLogger<PrometheusFeed>());

    private async Task FollowAsync(PrometheusFeed feed, CancellationToken cancellationToken)
    {
        await feed.RestoreAsync(cancellationToken);
        using var timer = new PeriodicTimer(feed.Interval, clock);
        do
        {
            try
            {
                await feed.AskAsync(cancellationToken);
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                Log.AskFailed(logger, failure, feed.Name);
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Asking the health source {Source} failed; the next asking follows")]
        public static partial void AskFailed(ILogger logger, Exception failure, string source);
    }
}
