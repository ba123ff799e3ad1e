using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using Athena.Dashboard.Rollouts.Domain.Rehearsals;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Rollouts.Rehearsals;

/// <summary>
/// On one node at a time, one rehearsal at a time, on a thread of its own that gives way to everything else. One that
/// it finds under way when it begins was interrupted by the end of another server, and is begun again.
/// </summary>
internal sealed partial class RehearsalWorker(
    Store store,
    EventStream stream,
    Leases leases,
    RehearsalService service,
    IHealthBench bench,
    IHealthRecordings recordings,
    IProcessCatalog processes,
    IOptions<RolloutOptions> options,
    TimeProvider clock,
    ILogger<RehearsalWorker> logger) : BackgroundService
{
    private static readonly Actor Player = Actor.System("rehearsal");
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Told = TimeSpan.FromSeconds(1);

    // After some ten milliseconds of work; on a machine with something else to do that is what it needs.
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(1);

    /// <summary>Of recorded minutes: two weeks.</summary>
    private const int MostMinutes = 14 * 24 * 60;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => leases.RunAsync("rehearsals", WorkAsync, stoppingToken);

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        using var arrivals = stream.Subscribe(envelope => envelope.Is<RehearsalAsked>());
        while (true)
        {
            while (await NextAsync(cancellationToken) is { } rehearsal) await TryAsync(rehearsal, cancellationToken);
            await arrivals.WaitAsync(Refresh, clock, cancellationToken);
        }
    }

    private async Task TryAsync(Rehearsal rehearsal, CancellationToken cancellationToken)
    {
        if (await service.FindAsync(rehearsal.RolloutId, cancellationToken) is not { } rollout) return;
        try
        {
            var begun = await service.ChangeAsync(rehearsal.Id, Player, WhyNot, (current, now) => current.Begin(rollout.Name, now), cancellationToken);
            if (!begun.IsAccepted || begun.Value.IsOver) return;
            var (result, played) = await PlayAsync(begun.Value, rollout, cancellationToken);
            if (result is null && played is null) return;
            await service.ChangeAsync(rehearsal.Id, Player, WhyNot, (current, now) => current.Finish(rollout.Name, result, played, now), cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            Log.RehearsalFailed(logger, failure, rehearsal.Id);
            await service.ChangeAsync(rehearsal.Id, Player, WhyNot, (current, now) => current.Fail(rollout.Name, "It failed on our side; the log has the details.", now), cancellationToken);
        }
    }

    /// <summary>Both null when it was cancelled.</summary>
    private async Task<(RehearsalResult? Result, PlayedRecording? Played)> PlayAsync(Rehearsal rehearsal, Rollout rollout, CancellationToken cancellationToken)
    {
        var (wish, metrics) = (rehearsal.Wish, processes.Current.Document.Metrics);
        var minutes = wish.Recording is { } id ? await recordings.ReadAsync(id, MostMinutes, cancellationToken) : [];
        var bounds = PlanRehearsal.NeedsBuckets(rollout.Terms, metrics) ? bench.LatencyBounds : [];
        IRehearsalTraffic? traffic = wish.Data switch
        {
            RehearsalData.Simulated => new SimulatedTraffic(wish.Figures, bounds, PlanRehearsal.OwnCounts(rollout.Terms, metrics)),
            RehearsalData.Recorded => RecordedTraffic.From(minutes, await IsHarmlessAsync(wish.Recording!.Value, cancellationToken), wish.Figures.ResponseSpread, bounds)
                ?? throw new InvalidOperationException("The recording became too short."),
            _ => null,
        };
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var progress = new Progress(options.Value.LongestRehearsal, stopped.Token);
        var playing = OnItsOwnThreadAsync<(RehearsalResult?, PlayedRecording?)>(() => traffic is null
            ? (null, PlayedRecording.Play(rollout.Terms, metrics, minutes, bench, () => progress.GoOn(0)))
            : (new PlanRehearsal(new RehearsalTask(rollout.Terms, metrics, traffic, wish.Seed, wish.Runs), bench, progress.GoOn).Run(), null));
        while (await Task.WhenAny(playing, Task.Delay(Told, TimeProvider.System, cancellationToken)) != playing)
        {
            // Whoever cancelled it wrote so into the row, on whichever node.
            if (cancellationToken.IsCancellationRequested || !await TellAsync(rehearsal.Id, progress.Runs, cancellationToken)) await stopped.CancelAsync();
            if (stopped.IsCancellationRequested) break;
        }

        var (result, played) = await playing;
        cancellationToken.ThrowIfCancellationRequested();
        return stopped.IsCancellationRequested ? (null, null) : (result is null ? null : result with { Seconds = Math.Round(progress.Seconds, 1) }, played);
    }

    private async Task<bool> IsHarmlessAsync(Guid recording, CancellationToken cancellationToken) =>
        await service.FindAsync(recording, cancellationToken) is { Rollback: null };

    private static Task<T> OnItsOwnThreadAsync<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception failure)
            {
                done.SetException(failure);
            }
        })
        {
            Name = "rehearsal",
            IsBackground = true,
            Priority = ThreadPriority.BelowNormal,
        };
        thread.Start();
        return done.Task;
    }

    private Task<Rehearsal?> NextAsync(CancellationToken cancellationToken) =>
        store.ReadAsync(
            (db, token) => db.Set<Rehearsal>()
                .Where(row => row.State == RehearsalState.Running || row.State == RehearsalState.Waiting)
                .OrderByDescending(row => row.State == RehearsalState.Running).ThenBy(row => row.RequestedAt).FirstOrDefaultAsync(token),
            cancellationToken);

    /// <returns>False when it is not under way any more.</returns>
    private async Task<bool> TellAsync(Guid id, int runs, CancellationToken cancellationToken)
    {
        var told = await store.WriteAsync<int>(
            Player,
            async (write, token) => await write.Db.Set<Rehearsal>()
                .Where(row => row.Id == id && row.State == RehearsalState.Running)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.Runs, runs), token),
            cancellationToken);
        return told.IsAccepted && told.Value > 0;
    }

    private static Refusal? WhyNot(Rehearsal rehearsal) => rehearsal.IsOver ? Rehearsal.Over(rehearsal) : null;

    /// <summary>Between the thread that rehearses and the one that tells. In real time: this is about a processor.</summary>
    private sealed class Progress(TimeSpan longest, CancellationToken stopped)
    {
        private readonly long began = TimeProvider.System.GetTimestamp();
        private int runs;

        public int Runs => Volatile.Read(ref runs);

        public double Seconds => TimeProvider.System.GetElapsedTime(began).TotalSeconds;

        public bool GoOn(int done)
        {
            Volatile.Write(ref runs, done);
            return !stopped.WaitHandle.WaitOne(Breath) && TimeProvider.System.GetElapsedTime(began) < longest;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Rehearsal {RehearsalId} failed")]
        public static partial void RehearsalFailed(ILogger logger, Exception failure, Guid rehearsalId);
    }
}
