using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Health.Domain.Feeds;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;

namespace Athena.Dashboard.Health;

/// <summary>
/// One Prometheus server and how far it has been read. What it answers becomes batches like those that applications
/// send; what it does not answer becomes nothing, so that rollouts find their reports stale and wait.
/// </summary>
public sealed class PrometheusFeed(
    PrometheusSource source, PrometheusClient client, HealthMeters meters, HealthIngest ingest, IRolloutDirectory rollouts, Store store, TimeProvider clock, ILogger<PrometheusFeed> logger)
{
    private readonly FeedLayout layout = source.Layout;
    private readonly ImmutableArray<(FeedCount Count, string Selector)> queries = [.. source.Queries()];
    private readonly Dictionary<(string Flag, string Instance), DateTimeOffset> taken = [];
    private readonly FeedStanding standing = new(FeedStatus.Unasked(source.Name, source.Url, source.Environment, clock.GetUtcNow()), meters, store, clock, logger);

    public string Name => source.Name;

    public TimeSpan Interval => TimeSpan.FromSeconds(source.IntervalSeconds);

    public FeedStatus Status => standing.Status;

    /// <summary>Goes on where this node, or another, has stopped.</summary>
    public Task RestoreAsync(CancellationToken cancellationToken)
    {
        taken.Clear();
        return standing.RestoreAsync(cancellationToken);
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
            standing.Trouble(next.State == FeedState.Down ? UndecidedCause.SourceDown : UndecidedCause.Stale, next.Detail, _ => true);
        await standing.SettleAsync(next, cancellationToken);
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
        standing.Untrouble();
        foreach (var fault in reading.Faults) standing.Trouble(fault.Cause, fault.Detail, meter => fault.Flag.Length == 0 || meter.Rollout?.FlagKey == fault.Flag);
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
}
