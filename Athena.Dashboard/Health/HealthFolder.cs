using Athena.Dashboard.Health.Storage;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Health;

/// <summary>
/// Folds what was flushed into counts, on one node at a time: what came within ten seconds is one change of a cell
/// and not one for each flush. Nothing waits for it: what is not folded is read from the flushes.
/// </summary>
public sealed partial class HealthFolder(HealthWriter writer, Contexts contexts, Leases leases, TimeProvider clock, ILogger<HealthFolder> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    /// <summary>Rollouts per transaction: a few milliseconds, so that other writers hardly wait.</summary>
    private const int MostPerTransaction = 5;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => leases.RunAsync("health-fold", RepeatAsync, stoppingToken);

    /// <summary>Folds everything that was flushed before the call, by whichever node.</summary>
    public async Task FoldAsync(CancellationToken cancellationToken)
    {
        Guid[] all;
        await using (var db = contexts.CreateRelaxed()) all = await HealthFold.Unfolded(db).Select(row => row.RolloutId).Distinct().ToArrayAsync(cancellationToken);
        foreach (var some in all.Chunk(MostPerTransaction))
        {
            IReadOnlyList<Guid> left = some;
            // Between two transactions a flush that is due has its turn.
            while (left.Count > 0) await writer.StandStillAsync(async () => left = await FoldAsync(left, cancellationToken));
        }
    }

    private async Task<IReadOnlyList<Guid>> FoldAsync(IReadOnlyList<Guid> some, CancellationToken cancellationToken)
    {
        using var turn = await contexts.TakeTurnAsync(cancellationToken);
        await using var db = contexts.CreateRelaxed();
        return await HealthFold.FoldAsync(db, some, clock.GetUtcNow(), cancellationToken);
    }

    private async Task RepeatAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await FoldAsync(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                Log.FoldFailed(logger, failure);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Folding health counts failed; the next time follows")]
        public static partial void FoldFailed(ILogger logger, Exception failure);
    }
}
