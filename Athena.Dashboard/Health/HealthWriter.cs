using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Health.Storage;
using Athena.Dashboard.Platform.Storage;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Health;

/// <summary>
/// Stores what was taken, at least once a second and when the server stops; a flush is never cut short. What cannot be
/// stored stays in memory and is tried again; meanwhile <see cref="HealthBacklog"/> grows until further batches are
/// refused.
/// </summary>
public sealed partial class HealthWriter(
    HealthMeters meters,
    HealthBacklog backlog,
    HealthNode node,
    Contexts contexts,
    IOptions<HealthOptions> options,
    IOptions<StorageOptions> storage,
    TimeProvider clock,
    ILogger<HealthWriter> logger) : BackgroundService
{
    /// <summary>Batches per transaction: a few milliseconds, so that other writers hardly wait.</summary>
    private const int MostPerTransaction = 500;

    private readonly SemaphoreSlim one = new(1);
    private readonly Queue<Unwritten> waiting = new();
    private readonly HashSet<Guid> known = [];
    private readonly bool isShared = storage.Value.UsesPostgreSql;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(options.Value.FlushMilliseconds), clock);
        while (await timer.WaitForNextTickAsync(stoppingToken)) await FlushAsync();
    }

    /// <summary>The server has stopped taking batches by now; what it acknowledged is still to be stored, and is tried until the time to stop is over.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        while (!await FlushAsync())
        {
            if (cancellationToken.IsCancellationRequested)
            {
                Log.Lost(logger, backlog.Count);
                return;
            }

            // In real time: this is about the database, which may be busy with others that stop.
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken.None);
        }
    }

    /// <summary>Stores everything that was taken before the call.</summary>
    /// <returns>False when the database did not take it; it is tried again.</returns>
    public Task<bool> FlushAsync() => FlushAsync(meters.All);

    /// <summary>Stores what was taken of some rollouts before the call, and what waits of others.</summary>
    public async Task<bool> FlushAsync(IEnumerable<RolloutMeter> some)
    {
        await one.WaitAsync();
        try
        {
            Collect(some);
            while (waiting.Count > 0) await WriteSomeAsync();
            return true;
        }
        catch (Exception failure)
        {
            Log.FlushFailed(logger, failure, backlog.Count);
            return false;
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>Does something while nothing is stored: what is not stored when it begins is not when it ends.</summary>
    public async Task StandStillAsync(Func<Task> work)
    {
        await one.WaitAsync();
        try
        {
            await work();
        }
        finally
        {
            one.Release();
        }
    }

    private void Collect(IEnumerable<RolloutMeter> some)
    {
        foreach (var meter in some)
        {
            lock (meter.Gate)
            {
                if (meter.HasUnwritten || (meter.HasNewLook && (isShared || meter.Judge.Look?.Evidence is not null))) waiting.Enqueue(meter.TakeUnwritten());
            }
        }
    }

    private async Task WriteSomeAsync()
    {
        var some = new List<Unwritten>();
        var batches = 0;
        foreach (var next in waiting)
        {
            if (some.Count > 0 && batches + next.Batches.Count > MostPerTransaction) break;
            some.Add(next);
            batches += next.Batches.Count;
        }

        using var turn = await contexts.TakeTurnAsync(CancellationToken.None);
        await using var db = contexts.CreateRelaxed();
        var elsewhere = await HealthRowWriter.WriteAsync(db, some, node.Id, known, clock.GetUtcNow(), CancellationToken.None);
        foreach (var one in some)
        {
            if (one.Batches.Count > 0) known.Add(one.RolloutId);
        }

        for (var i = 0; i < some.Count; i++) Settle(waiting.Dequeue(), elsewhere[i]);
        backlog.Stored(batches);
    }

    private void Settle(Unwritten stored, IReadOnlySet<string> elsewhere)
    {
        if (meters.Find(stored.RolloutId) is not { } meter) return;
        lock (meter.Gate) meter.Settle(stored.Batches, elsewhere);
    }

    public override void Dispose()
    {
        one.Dispose();
        base.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Storing health counts failed; {Batches} batches wait in memory and are tried again")]
        public static partial void FlushFailed(ILogger logger, Exception failure, int batches);

        [LoggerMessage(Level = LogLevel.Critical, Message = "The server stops and {Batches} batches that it had taken could not be stored: they are lost")]
        public static partial void Lost(ILogger logger, int batches);
    }
}
