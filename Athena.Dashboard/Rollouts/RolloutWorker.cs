using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using Athena.Dashboard.Rollouts.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Rollouts;

/// <summary>
/// On one node at a time: finishes what was intended when it begins, carries out intents as they come, and looks at
/// every rollout whose rules are judged at its tick.
/// </summary>
internal sealed partial class RolloutWorker(
    Store store,
    EventStream stream,
    Leases leases,
    RolloutJournal journal,
    RolloutTicker ticker,
    RolloutSurroundings surroundings,
    HealthSuspicions suspicions,
    TimeProvider clock,
    ILogger<RolloutWorker> logger) : BackgroundService
{
    // Events tell of every change; this is for what an event could not tell, as when the stream dropped some.
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(10);

    // Between two ticks a rollout is looked at no more often than this, whatever is reported.
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => leases.RunAsync("rollouts", WorkAsync, stoppingToken);

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ticker.Forget();
        var first = await Task.WhenAny(JournalLoopAsync(stopping.Token), TickLoopAsync(stopping.Token));
        await stopping.CancelAsync();
        await journal.StopAsync();
        await first;
    }

    private async Task JournalLoopAsync(CancellationToken cancellationToken)
    {
        using var arrivals = stream.Subscribe(IsOurs);
        while (true)
        {
            await journal.StartPendingAsync(cancellationToken);
            await arrivals.WaitAsync(Refresh, clock, cancellationToken);
        }
    }

    private async Task TickLoopAsync(CancellationToken cancellationToken)
    {
        using var arrivals = stream.Subscribe(envelope => IsOurs(envelope) || ChangesGates(envelope));
        var due = new Dictionary<Guid, long>();
        var early = new EarlyLooks(suspicions, ShortestPause, clock);
        var refreshAt = long.MinValue;
        while (true)
        {
            var now = clock.GetTimestamp();
            if (now >= refreshAt)
            {
                foreach (var id in await FindJudgedAsync(cancellationToken)) due.TryAdd(id, now);
                refreshAt = After(now, Refresh);
            }

            await RoundAsync(due, now, cancellationToken);
            await LookEarlyAsync(early.Take(due), cancellationToken);
            var next = Math.Min(refreshAt, Math.Min(due.Count == 0 ? refreshAt : due.Values.Min(), early.NextAt));
            foreach (var envelope in await arrivals.WaitAsync(Until(next), clock, cancellationToken, suspicions.WaitAsync)) Note(envelope, due);
        }
    }

    private async Task RoundAsync(Dictionary<Guid, long> due, long now, CancellationToken cancellationToken)
    {
        var ids = due.Where(entry => entry.Value <= now).Select(entry => entry.Key).ToList();
        if (ids.Count == 0) return;
        try
        {
            var next = await ticker.RoundAsync(ids, cancellationToken);
            foreach (var id in ids)
            {
                if (next.TryGetValue(id, out var tick)) due[id] = After(now, tick);
                else due.Remove(id);
            }
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            Log.RoundFailed(logger, failure);
            foreach (var id in ids) due[id] = After(now, TimeSpan.FromSeconds(1));
        }
    }

    private async Task LookEarlyAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0) return;
        try
        {
            await ticker.LookEarlyAsync(ids, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // The next tick looks anyway.
            Log.RoundFailed(logger, failure);
        }
    }

    // A stage that began, a person who let it run or ticked something: the look is now, not at the next tick.
    private void Note(EventEnvelope envelope, Dictionary<Guid, long> due)
    {
        if (ChangesGates(envelope))
        {
            surroundings.ForgetGates(envelope.Subject.Id);
            foreach (var id in due.Keys.ToList()) due[id] = Math.Min(due[id], clock.GetTimestamp());
        }
        else if (envelope.Is<StageEntered>() || envelope.Is<RolloutResumed>() || envelope.Is<CriterionTicked>())
        {
            due[Guid.Parse(envelope.Subject.Id)] = clock.GetTimestamp();
        }
    }

    private Task<List<Guid>> FindJudgedAsync(CancellationToken cancellationToken) =>
        store.ReadAsync(
            (db, token) => db.Set<Rollout>()
                .Where(row => row.State == RolloutState.Running || row.State == RolloutState.Held || row.State == RolloutState.Paused || row.State == RolloutState.RollingBack)
                .Select(row => row.Id).ToListAsync(token),
            cancellationToken);

    private static bool IsOurs(EventEnvelope envelope) => envelope.Subject.Kind == RolloutSubject.Kind && envelope.Event is RolloutEvent;

    // A check that only says its reason in other words moves nothing; asking it again for that would never end.
    private static bool ChangesGates(EventEnvelope envelope) =>
        envelope.Subject.Kind == ReleaseSubject.Kind
        && envelope.Event switch
        {
            GateCheckReported report => report.From != report.To,
            IGateItemEvent => true,
            _ => false,
        };

    private long After(long timestamp, TimeSpan time) => timestamp + (long)(time.TotalSeconds * clock.TimestampFrequency);

    private TimeSpan Until(long timestamp)
    {
        var left = clock.GetElapsedTime(clock.GetTimestamp(), timestamp);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "A round of looks at rollouts failed; the next one follows")]
        public static partial void RoundFailed(ILogger logger, Exception failure);
    }
}
