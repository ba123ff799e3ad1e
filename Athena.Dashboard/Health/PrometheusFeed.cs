using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Health.Domain.Feeds;
using Athena.Dashboard.Health.Storage;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Health;

/// <summary>
/// One Prometheus server and how far it has been read. What it answers becomes batches like those that applications
/// send; what it does not answer becomes nothing, so that rollouts find their reports stale and wait.
/// </summary>
public sealed partial class PrometheusFeed(
    PrometheusSource source, PrometheusClient client, HealthMeters meters, HealthIngest ingest, IRolloutDirectory rollouts, Store store, TimeProvider clock, ILogger<PrometheusFeed> logger)
{
    private static readonly Actor Health = Actor.System("health");
    private static readonly TimeSpan WriteEvery = TimeSpan.FromSeconds(30);

    private readonly FeedLayout layout = source.Layout;
    private readonly ImmutableArray<(FeedCount Count, string Selector)> queries = [.. source.Queries()];
    private readonly Dictionary<(string Flag, string Instance), DateTimeOffset> taken = [];
    private DateTimeOffset? writtenAt;

    public string Name => source.Name;

    public TimeSpan Interval => TimeSpan.FromSeconds(source.IntervalSeconds);

    public FeedStatus Status { get; private set; } = FeedStatus.Unasked(source.Name, source.Url, source.Environment, clock.GetUtcNow());

    /// <summary>Goes on where this node, or another, has stopped.</summary>
    public async Task RestoreAsync(CancellationToken cancellationToken)
    {
        taken.Clear();
        if (await store.ReadAsync((db, token) => db.Set<HealthFeedRow>().FirstOrDefaultAsync(row => row.Name == Name, token), cancellationToken) is not { } row) return;
        Status = row.Status with { Url = source.Url, Environment = source.Environment };
    }

    /// <summary>Asks once and takes what is new.</summary>
    public async Task AskAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var answers = new List<FeedAnswer>();
        (FeedState State, string Detail)? trouble = null;
        foreach (var (count, selector) in queries)
        {
            var answer = await client.AskAsync(source, selector, WindowAt(now), now, cancellationToken);
            if (answer.Trouble is { } told) trouble = (told.State, told.State == FeedState.Down ? told.Detail : $"{count.Name}: {told.Detail}");
            if (trouble is not null) break;
            answers.Add(new FeedAnswer(count, answer.Series));
        }

        var next = trouble is { } why
            ? Status with { State = why.State, Detail = why.Detail, AskedAt = now }
            : await TakeAsync(CounterFeed.Read(layout, answers, TakenTo, ingest.IsOwnCount, meters.Limits, now), now, cancellationToken);
        if (trouble is not null || next.State is FeedState.Empty or FeedState.Stale)
            Trouble(next.State == FeedState.Down ? UndecidedCause.SourceDown : UndecidedCause.Stale, next.Detail, _ => true);
        await SettleAsync(next, now, cancellationToken);
    }

    // As far back as anything can be new, and two scrapes more to begin from.
    private TimeSpan WindowAt(DateTimeOffset now)
    {
        var least = (layout.Scrape * 4) + Interval;
        var unread = Status.UsedAt is { } used ? now - used + least : least;
        var most = meters.Limits.Oldest + layout.Longest;
        return unread < least ? least : unread < most ? unread : most;
    }

    private DateTimeOffset? TakenTo(string flag, string instance) => taken.TryGetValue((flag, instance), out var to) ? to : null;

    private async Task<FeedStatus> TakeAsync(FeedReading reading, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var batches = 0;
        foreach (var batch in reading.Batches)
        {
            if (await rollouts.FindByFlagAsync(source.Environment, batch.FlagKey!, cancellationToken) is { } rollout)
            {
                // Refused for want of room: it is asked for again.
                if (ingest.Take(batch, rollout, now) is not { } receipt) break;
                if (receipt != BatchReceipt.Duplicate) batches++;
            }

            taken[(batch.FlagKey!, batch.Instance)] = batch.To;
        }

        var (state, detail) = reading switch
        {
            { Series: 0 } => (FeedState.Empty, "It answers, and no series matches."),
            { Faults: [var fault, ..] } => (FeedState.Refused, fault.Flag.Length == 0 ? fault.Detail : $"{fault.Flag} at {fault.Instance}: {fault.Detail}"),
            { Newest: null } => (FeedState.Empty, "It answers, and no series names a flag."),
            { Newest: { } newest } when now - newest > layout.Longest => (FeedState.Stale, $"Its newest sample is {Durations.Format(TimeSpan.FromSeconds(Math.Round((now - newest).TotalSeconds)))} old."),
            _ => (FeedState.Answering, ""),
        };
        Untrouble();
        foreach (var fault in reading.Faults) Trouble(fault.Cause, fault.Detail, meter => fault.Flag.Length == 0 || meter.Rollout?.FlagKey == fault.Flag);
        return Status with
        {
            State = state,
            Detail = detail,
            AskedAt = now,
            UsedAt = state == FeedState.Answering ? now : Status.UsedAt,
            NewestSampleAt = reading.Newest ?? Status.NewestSampleAt,
            Series = reading.Series,
            Unlabelled = reading.Unlabelled,
            Batches = Status.Batches + batches,
        };
    }

    private async Task SettleAsync(FeedStatus asked, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var before = Status;
        var isSame = asked.State == before.State;
        var next = asked with { Since = isSame ? before.Since : now, InRow = isSame ? before.InRow + 1 : 1 };
        // One lost answer is no outage: the second in a row is told.
        HealthFeedFailed? failed = null;
        HealthFeedRecovered? recovered = null;
        if (next.IsFailing && !next.IsTold && before.IsFailing)
        {
            failed = new HealthFeedFailed(Name, source.Environment, next.State, next.Detail);
            next = next with { IsTold = true };
        }
        else if (!next.IsFailing && next.IsTold)
        {
            recovered = new HealthFeedRecovered(Name, source.Environment, before.UsedAt);
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

    private void Trouble(UndecidedCause cause, string detail, Func<RolloutMeter, bool> concerns)
    {
        foreach (var meter in meters.All)
        {
            lock (meter.Gate)
            {
                if (concerns(meter) && IsOurs(meter)) meter.Trouble = new FeedTrouble(Name, cause, detail);
            }
        }
    }

    private void Untrouble()
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
        meter.Rollout?.Environment == source.Environment && meter.Reporters.All.Any(reporter => reporter.Instance.StartsWith(Name + "/", StringComparison.Ordinal));

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "How the health source {Source} fares could not be written down; it is tried again")]
        public static partial void NotWritten(ILogger logger, Exception failure, string source);
    }
}
