using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Health.Domain.Otlp;
using Athena.Dashboard.Health.Storage;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Health.Otlp;

/// <summary>
/// Takes exports. How far a series was counted is stored before its counts are: whatever is sent again, to whichever
/// node, is counted once, and a kill between the two loses no more than a batch that was not flushed would.
/// </summary>
public sealed class OtlpIngest : IDisposable
{
    private readonly HealthIngest ingest;
    private readonly HealthMeters meters;
    private readonly HealthBacklog backlog;
    private readonly IRolloutDirectory rollouts;
    private readonly Contexts contexts;
    private readonly TimeProvider clock;
    private readonly int mostUnwritten;
    private readonly OtlpFeed[] feeds;

    // Exports take turns: each is read, added to and written back.
    private readonly SemaphoreSlim one = new(1);

    public OtlpIngest(
        HealthIngest ingest, HealthMeters meters, HealthBacklog backlog, IRolloutDirectory rollouts, Contexts contexts, Store store, TimeProvider clock, IOptions<OpenTelemetryOptions> options, IOptions<HealthOptions> health, ILogger<OtlpIngest> logger)
    {
        (this.ingest, this.meters, this.backlog, this.rollouts, this.contexts, this.clock) = (ingest, meters, backlog, rollouts, contexts, clock);
        mostUnwritten = health.Value.MostUnwritten;
        feeds = [.. options.Value.Sources.Select(source => new OtlpFeed(source, meters, store, clock, logger))];
    }

    public IReadOnlyList<OtlpFeed> Feeds => feeds;

    /// <summary>Whether any source of an environment counts a metric.</summary>
    public bool Names(string environment, string metric) => feeds.Any(feed => feed.Environment == environment && feed.Layout.Names(metric));

    /// <returns>What was not counted of it; null when there is no room, and it has to be sent again.</returns>
    public async Task<OtlpTaken?> TakeAsync(IReadOnlyList<OtlpPoint> points, string environment, CancellationToken cancellationToken)
    {
        if (backlog.Count > mostUnwritten) return null;
        var (rejected, reasons) = (0L, new List<string>());
        foreach (var feed in feeds.Where(feed => feed.Environment == environment))
        {
            var measured = new Dictionary<string, MeasuredRollout?>(StringComparer.Ordinal);
            foreach (var flag in points.Where(point => feed.Layout.Names(point.Metric)).Select(point => point[feed.Layout.FlagAttribute]).Where(flag => flag.Length > 0).Distinct().Take(1000))
                measured[flag] = await rollouts.FindByFlagAsync(environment, flag, cancellationToken);
            var reading = OtlpReading.Read(feed.Layout, points, flag => measured.GetValueOrDefault(flag) is not null, ingest.IsOwnCount);
            if (reading.Points == 0) continue;
            await one.WaitAsync(cancellationToken);
            try
            {
                var batches = await AdvanceAsync(feed.Layout, reading, cancellationToken);
                var now = clock.GetUtcNow();
                foreach (var batch in batches) ingest.Take(batch, measured[batch.FlagKey!]!, now);
                await feed.TookAsync(reading, batches.Count, cancellationToken);
            }
            finally
            {
                one.Release();
            }

            rejected += reading.Faults.Points;
            if (reading.Faults.Points > 0) reasons.Add(reading.Faults.Explain());
        }

        return new OtlpTaken(rejected, string.Join(' ', reasons));
    }

    /// <summary>Looks whether a source has fallen silent; on one node.</summary>
    public async Task WatchAsync(OtlpFeed feed, CancellationToken cancellationToken)
    {
        await one.WaitAsync(cancellationToken);
        try
        {
            await using var db = contexts.CreateDbContext();
            var newest = await db.Set<HealthSeriesRow>().Where(row => row.Source == feed.Layout.Source).MaxAsync(row => (long?)row.AtMicros, cancellationToken);
            await feed.WatchAsync(newest is { } micros ? Micros.Instant(micros) : null, cancellationToken);
        }
        finally
        {
            one.Release();
        }
    }

    public void Dispose() => one.Dispose();

    private async Task<List<HealthBatch>> AdvanceAsync(OtlpLayout layout, OtlpReading reading, CancellationToken cancellationToken)
    {
        var batches = new List<HealthBatch>();
        if (reading.Targets.Count == 0) return batches;
        await using var db = contexts.CreateRelaxed();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (db.Database.IsNpgsql()) await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(20038415)", cancellationToken);
        var now = clock.GetUtcNow();
        var keys = reading.Targets.Keys.ToDictionary(target => OtlpLayout.Hash($"{layout.Source}\n{target.Flag}\n{target.Instance}"));
        var rows = await db.Set<HealthSeriesRow>().Where(row => keys.Keys.Contains(row.Key)).ToDictionaryAsync(row => row.Key, cancellationToken);
        foreach (var (key, target) in keys)
        {
            var row = rows.GetValueOrDefault(key);
            var (after, batch) = OtlpTarget.Take(row?.Target, layout, target.Flag, target.Instance, reading.Targets[target], reading.Faults, meters.Limits, now);
            if (row is null) db.Add(row = new HealthSeriesRow { Key = key, Source = layout.Source, Target = after });
            else row.Target = after;
            row.AtMicros = Micros.Of(after.LastAt);
            if (batch is not null) batches.Add(batch);
        }

        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return batches;
    }
}

/// <param name="Rejected">Data points.</param>
/// <param name="Why">Empty when nothing was rejected.</param>
public sealed record OtlpTaken(long Rejected, string Why);
