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
    HealthMeters meters, HealthBacklog backlog, Contexts contexts, IOptions<HealthOptions> options, TimeProvider clock, ILogger<HealthWriter> logger)
    : BackgroundService
{
    /// <summary>Batches per transaction: a few milliseconds, so that other writers hardly wait.</summary>
    private const int MostPerTransaction = 500;

    private readonly SemaphoreSlim one = new(1);
    private readonly Queue<Unwritten> waiting = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(options.Value.FlushMilliseconds), clock);
        while (await timer.WaitForNextTickAsync(stoppingToken)) await FlushAsync();
    }

    /// <summary>The server has stopped taking batches by now; what it acknowledged is still to be stored.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await FlushAsync();
    }

    /// <summary>Stores everything that was taken before the call.</summary>
    /// <returns>False when the database did not take it; it is tried again.</returns>
    public async Task<bool> FlushAsync()
    {
        await one.WaitAsync();
        try
        {
            Collect();
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

    private void Collect()
    {
        foreach (var meter in meters.All)
        {
            lock (meter.Gate)
            {
                if (meter.HasUnwritten) waiting.Enqueue(meter.TakeUnwritten());
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

        await using var db = contexts.CreateRelaxed();
        await HealthRowWriter.WriteAsync(db, some, CancellationToken.None);
        for (var i = 0; i < some.Count; i++) waiting.Dequeue();
        backlog.Stored(batches);
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
    }
}
