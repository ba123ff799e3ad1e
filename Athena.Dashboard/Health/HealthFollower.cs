using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Health.Storage;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Health;

/// <summary>
/// Takes over what other nodes stored, so that whichever node judges a rollout has seen every batch: within a second of
/// its being taken. On SQLite there is no other node.
/// </summary>
public sealed partial class HealthFollower(
    HealthMeters meters,
    HealthNode node,
    HealthLoader loader,
    HealthWriter writer,
    HealthSuspicions suspicions,
    Store store,
    DatabaseNotices notices,
    IOptions<StorageOptions> storage,
    TimeProvider clock,
    ILogger<HealthFollower> logger) : BackgroundService
{
    private const int MostAtOnce = 200;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly EventBell bell = new();
    private DateTimeOffset readAt = clock.GetUtcNow();

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        storage.Value.UsesPostgreSql
            ? Task.WhenAll(FollowAsync(stoppingToken), notices.ListenAsync(HealthFlushRow.Channel, bell.Ring, stoppingToken))
            : Task.CompletedTask;

    /// <summary>Takes over everything that is stored by now.</summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (now - readAt > HealthFlushRow.Kept / 2)
        {
            // Asleep for minutes: what was to be followed may be deleted by now.
            Log.Reloads(logger, readAt);
            await writer.StandStillAsync(() => loader.RunAsync(cancellationToken));
        }

        while (await ReadSomeAsync(cancellationToken) == MostAtOnce)
        {
        }

        readAt = now;
    }

    private async Task FollowAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await CatchUpAsync(stoppingToken);
                await bell.WaitAsync(Look, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                Log.FollowFailed(logger, failure);
                await Task.Delay(Look, TimeProvider.System, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<int> ReadSomeAsync(CancellationToken cancellationToken)
    {
        var position = node.Position;
        var rows = await store.ReadAsync(
            (db, token) => db.Set<HealthFlushRow>().Where(row => row.Sequence > position).OrderBy(row => row.Sequence).Take(MostAtOnce).ToListAsync(token),
            cancellationToken);
        foreach (var row in rows)
        {
            if (row.Node != node.Id) Merge(row.RolloutId, FlushedRollout.Read(row.Content));
            node.Position = row.Sequence;
        }

        return rows.Count;
    }

    private void Merge(Guid rolloutId, FlushedRollout flushed)
    {
        var meter = meters.GetOrAdd(rolloutId);
        lock (meter.Gate)
        {
            if (flushed.Rollout is { } rollout) meter.Merge(rollout, flushed.Batches, flushed.InTime(), clock.GetUtcNow());
            if (flushed.Look is { } look) meter.Tell(look);
            if (meter.TakeSuspicion()) suspicions.Note(rolloutId);
        }
    }

    public override void Dispose()
    {
        bell.Dispose();
        base.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Other nodes' health counts were not read since {Since}; loading all windows anew")]
        public static partial void Reloads(ILogger logger, DateTimeOffset since);

        [LoggerMessage(Level = LogLevel.Error, Message = "Reading other nodes' health counts failed; trying again")]
        public static partial void FollowFailed(ILogger logger, Exception failure);
    }
}
