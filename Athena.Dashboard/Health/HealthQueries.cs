using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Health.Otlp;
using Athena.Dashboard.Health.Storage;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Health;

/// <summary>Reads for screens and the API.</summary>
public sealed class HealthQueries(Store store, HealthMeters meters, IOptions<PrometheusOptions> prometheus, IOptions<OpenTelemetryOptions> openTelemetry, TimeProvider clock) : IHealthSeries
{
    private const int MostPoints = 720;
    private const int MostGaps = 200;

    public async Task<HealthSeries> ReadAsync(
        Guid rolloutId, DateTimeOffset from, DateTimeOffset to, TimeSpan? resolution, CancellationToken cancellationToken)
    {
        var rung = RungFor(to - from, resolution);
        var rows = await CountsAsync(rolloutId, rung, from, to, cancellationToken);
        var points = rows.GroupBy(row => (row.Cell, row.Arm))
            .OrderBy(group => group.Key.Cell).ThenBy(group => group.Key.Arm)
            .Select(group => PointOf(rung, group.Key.Cell, group.Key.Arm, [.. group]));
        return new HealthSeries(rolloutId, rung.Length, [.. points], await GapsAsync(rolloutId, from, to, cancellationToken));
    }

    public async Task<ImmutableArray<MeasuredMetric>> TotalsAsync(
        Guid rolloutId, DateTimeOffset from, DateTimeOffset to, MetricCatalogue catalogue, CancellationToken cancellationToken)
    {
        var rows = await CountsAsync(rolloutId, RungFor(to - from, null), from, to, cancellationToken);
        var (exposed, control) = (Sum(Arm.Exposed), Sum(Arm.Control));
        return
        [
            .. catalogue.Metrics
                .Where(metric => !metric.IsRelative && catalogue.Resolve(metric.Key) == metric)
                .Select(metric => (Metric: metric, Exposed: MetricReading.OfArm(metric, exposed, to - from), Control: MetricReading.OfArm(metric, control, to - from)))
                .Where(read => IsTold(read.Metric))
                .Select(read => new MeasuredMetric(read.Metric.Key, read.Metric.Title, read.Metric.Unit, Told(read.Exposed, read.Metric, exposed), read.Exposed.Samples, Told(read.Control, read.Metric, control), read.Control.Samples)),
        ];

        Tally Sum(Arm arm) => Tally.Sum(rows.Where(row => row.Arm == arm).Select(row => TallyJson.Read(row.Counts)));

        bool IsTold(MetricDefinition metric) => metric.Parts.Any(part => exposed.Reports(part) || control.Reports(part));

        // That there were none is said only by who counts them.
        static double? Told(MetricReading reading, MetricDefinition metric, Tally arm) => metric.Parts.Any(arm.Reports) ? reading.Value : null;
    }

    /// <summary>The newest records, newest first.</summary>
    /// <param name="rolloutId">Null for all rollouts.</param>
    public async Task<ImmutableArray<VerdictRecord>> RecordsAsync(Guid? rolloutId, int most, CancellationToken cancellationToken)
    {
        var rows = await store.ReadAsync(
            (db, token) => db.Set<HealthVerdictRow>()
                .Where(row => rolloutId == null || row.RolloutId == rolloutId)
                .OrderByDescending(row => row.At).ThenByDescending(row => row.Id).Take(most).ToListAsync(token),
            cancellationToken);
        return [.. rows.Select(VerdictRecord.From)];
    }

    /// <summary>Rollouts that are in memory: those that anybody reported for within the last week or that are judged.</summary>
    public ImmutableArray<HealthSource> Sources()
    {
        var now = clock.GetUtcNow();
        var sources = ImmutableArray.CreateBuilder<HealthSource>();
        foreach (var meter in meters.All)
        {
            lock (meter.Gate)
            {
                var freshness = meter.Freshness(now);
                var minute = meter.Measure(now.AddMinutes(-1), now, now);
                sources.Add(new HealthSource(
                    meter.RolloutId,
                    meter.Rollout,
                    freshness,
                    meter.LastLook?.Scope,
                    HealthPoints.Of(now, Arm.Exposed, minute.Exposed, TimeSpan.FromMinutes(1)),
                    HealthPoints.Of(now, Arm.Control, minute.Control, TimeSpan.FromMinutes(1)),
                    meter.LastLook?.Verdicts ?? []));
            }
        }

        return [.. sources.OrderByDescending(source => source.Freshness.LastBatchAt)];
    }

    /// <summary>The sources that are asked or that export, as whichever node looks after them wrote last; by name.</summary>
    public async Task<ImmutableArray<FeedStatus>> FeedsAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var configured = prometheus.Value.Sources.Select(source => FeedStatus.Unasked(source.Name, source.Url, source.Environment, now))
            .Concat(openTelemetry.Value.Sources.Select(source => OtlpFeed.StatusOf(source, now)))
            .OrderBy(source => source.Name, StringComparer.Ordinal).ToImmutableArray();
        if (configured.IsEmpty) return [];
        var rows = await store.ReadAsync((db, token) => db.Set<HealthFeedRow>().ToListAsync(token), cancellationToken);
        var written = rows.ToDictionary(row => row.Name, row => row.Status, StringComparer.Ordinal);
        return [.. configured.Select(source => written.GetValueOrDefault(source.Name) is { } status && status.IsPushed == source.IsPushed ? status : source)];
    }

    public async Task<ImmutableArray<HealthGap>> GapsAsync(Guid rolloutId, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var (first, last) = (Micros.Of(from), Micros.Of(to));
        var rows = await store.ReadAsync(
            (db, token) => db.Set<HealthGapRow>()
                .Where(row => row.RolloutId == rolloutId && row.ToMicros > first && row.FromMicros < last)
                .OrderByDescending(row => row.ToMicros).Take(MostGaps).ToListAsync(token),
            cancellationToken);
        return [.. rows.Select(row => row.ToGap()).Reverse()];
    }

    private Task<List<HealthCountRow>> CountsAsync(Guid rolloutId, Rung rung, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var milliseconds = (int)rung.Length.TotalMilliseconds;
        var (first, last) = (rung.CellOf(from.AddTicks(1)), rung.CellOf(to));
        return store.ReadAsync(
            async (db, token) =>
            {
                // What is folded meanwhile is counted once: both are read as they are at one moment.
                await using var snapshot = await db.BeginSnapshotAsync(token);
                var rows = await db.Set<HealthCountRow>()
                    .Where(row => row.RolloutId == rolloutId && row.RungMilliseconds == milliseconds && row.Cell >= first && row.Cell <= last)
                    .ToListAsync(token);
                var unfolded = await HealthFold.Unfolded(db).Where(row => row.RolloutId == rolloutId).Select(row => row.Content).ToListAsync(token);
                rows.AddRange(unfolded.SelectMany(content => FlushedRollout.Read(content).Cells)
                    .Select(cell => new HealthCountRow { RolloutId = rolloutId, RungMilliseconds = milliseconds, Cell = rung.CellOf(cell.Cell), Arm = cell.Arm, Late = cell.IsLate, Counts = TallyJson.Write(cell.Counts) })
                    .Where(row => row.Cell >= first && row.Cell <= last && !(row.Late && rung == Rung.Finest)));
                return rows;
            },
            cancellationToken);
    }

    private static HealthPoint PointOf(Rung rung, long cell, Arm arm, List<HealthCountRow> rows)
    {
        var late = Tally.Sum(rows.Where(row => row.Late).Select(row => TallyJson.Read(row.Counts)));
        var all = Tally.Sum(rows.Where(row => !row.Late).Select(row => TallyJson.Read(row.Counts)).Append(late));
        return HealthPoints.Of(rung.StartOf(cell), arm, all, rung.Length) with { LateRequests = late[CountSlot.Requests] };
    }

    private static Rung RungFor(TimeSpan span, TimeSpan? resolution) =>
        resolution is { } asked
            ? Rung.Ladder.FirstOrDefault(rung => rung.Length >= asked) ?? Rung.Ladder[^1]
            : Rung.Ladder.Skip(1).FirstOrDefault(rung => span / rung.Length <= MostPoints) ?? Rung.Ladder[^1];
}

/// <param name="Rollout">Null when nobody has reported yet.</param>
/// <param name="Scope">The scope of the last look; null when nobody judges it.</param>
/// <param name="Exposed">The last minute.</param>
/// <param name="Control">The last minute.</param>
public sealed record HealthSource(
    Guid RolloutId,
    MeasuredRollout? Rollout,
    SourceFreshness Freshness,
    HealthScope? Scope,
    HealthPoint Exposed,
    HealthPoint Control,
    ImmutableArray<RuleVerdict> Verdicts);
