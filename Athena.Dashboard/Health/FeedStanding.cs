using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Health.Storage;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Health;

/// <summary>
/// How a source fares: what pages show of it, what the history tells, and what rollouts say that wait for its counts.
/// None of it is a verdict.
/// </summary>
public sealed partial class FeedStanding(FeedStatus unasked, HealthMeters meters, Store store, TimeProvider clock, ILogger logger)
{
    private static readonly Actor Health = Actor.System("health");
    private static readonly TimeSpan WriteEvery = TimeSpan.FromSeconds(30);

    private DateTimeOffset? writtenAt;

    public string Name => Status.Name;

    public FeedStatus Status { get; private set; } = unasked;

    /// <summary>Goes on where this node, or another, has stopped.</summary>
    public async Task RestoreAsync(CancellationToken cancellationToken)
    {
        if (await store.ReadAsync((db, token) => db.Set<HealthFeedRow>().FirstOrDefaultAsync(row => row.Name == Name, token), cancellationToken) is not { } row) return;
        Status = row.Status with { Url = Status.Url, Environment = Status.Environment, IsPushed = Status.IsPushed };
    }

    /// <summary>Takes over what was found out now, and tells the second failure in a row and its end.</summary>
    public async Task SettleAsync(FeedStatus asked, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var before = Status;
        var isSame = asked.State == before.State;
        var next = asked with { Since = isSame ? before.Since : now, InRow = isSame ? before.InRow + 1 : 1 };
        // One lost answer is no outage: the second in a row is told.
        HealthFeedFailed? failed = null;
        HealthFeedRecovered? recovered = null;
        if (next.IsFailing && !next.IsTold && before.IsFailing)
        {
            failed = new HealthFeedFailed(Name, Status.Environment, next.State, next.Detail);
            next = next with { IsTold = true };
        }
        else if (!next.IsFailing && next.IsTold)
        {
            recovered = new HealthFeedRecovered(Name, Status.Environment, before.UsedAt);
            next = next with { IsTold = false };
        }

        Status = next;
        if (isSame && failed is null && recovered is null && now - writtenAt < WriteEvery) return;
        try
        {
            await WriteAsync(next, failed, recovered, cancellationToken);
            writtenAt = now;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // It is told at the next asking.
            Status = next with { IsTold = before.IsTold };
            Log.NotWritten(logger, failure, Name);
        }
    }

    private Task WriteAsync(FeedStatus status, HealthFeedFailed? failed, HealthFeedRecovered? recovered, CancellationToken cancellationToken) =>
        store.WriteAsync<Done>(
            Health,
            async (write, token) =>
            {
                if (await write.Db.Set<HealthFeedRow>().FirstOrDefaultAsync(row => row.Name == Name, token) is { } row) row.Status = status;
                else write.Add(new HealthFeedRow { Name = Name, Status = status });
                if (failed is not null) write.Append(failed);
                if (recovered is not null) write.Append(recovered);
                return Done.Yes;
            },
            cancellationToken);

    /// <summary>Rollouts that count on the source say this while their reports are stale.</summary>
    public void Trouble(UndecidedCause cause, string detail, Func<RolloutMeter, bool> concerns)
    {
        foreach (var meter in meters.All)
        {
            lock (meter.Gate)
            {
                if (concerns(meter) && IsOurs(meter)) meter.Trouble = new FeedTrouble(Name, cause, detail);
            }
        }
    }

    public void Untrouble()
    {
        foreach (var meter in meters.All)
        {
            lock (meter.Gate)
            {
                if (meter.Trouble?.Source == Name) meter.Trouble = null;
            }
        }
    }

    private bool IsOurs(RolloutMeter meter) =>
        meter.Rollout?.Environment == Status.Environment && meter.Reporters.All.Any(reporter => reporter.Instance.StartsWith(Name + "/", StringComparison.Ordinal));

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "How the health source {Source} fares could not be written down; it is tried again")]
        public static partial void NotWritten(ILogger logger, Exception failure, string source);
    }
}
