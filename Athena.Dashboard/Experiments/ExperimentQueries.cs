using System.Collections.Immutable;
using Athena.Dashboard.Experiments.Contracts;
using Athena.Dashboard.Experiments.Domain;
using Athena.Dashboard.Experiments.Storage;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Experiments;

/// <param name="Answers">How often evaluation answered each variant while it ran, over all servers, a few seconds old.</param>
/// <param name="Batches">Reports of outcomes that were counted.</param>
/// <param name="LastBatch">When the last of them came; null before the first.</param>
public sealed record ExperimentView(Experiment Experiment, ExperimentReadout Readout, ImmutableSortedDictionary<string, long> Answers, int Batches, DateTimeOffset? LastBatch);

/// <summary>Reads of experiments.</summary>
public sealed class ExperimentQueries(Store store, TimeProvider clock)
{
    private const int MostHistory = 100;

    /// <returns>Those that wait or run first, the newest of each first.</returns>
    public async Task<ImmutableArray<Experiment>> ListAsync(CancellationToken cancellationToken)
    {
        var all = await store.ReadAsync((db, token) => db.Set<Experiment>().ToListAsync(token), cancellationToken);
        return [.. all.OrderBy(experiment => experiment.State is ExperimentState.Decided or ExperimentState.Cancelled ? 1 : 0).ThenByDescending(experiment => experiment.StartedAt ?? experiment.CreatedAt).ThenBy(experiment => experiment.Key, StringComparer.Ordinal)];
    }

    /// <returns>Null when there is no such experiment.</returns>
    public Task<Experiment?> FindAsync(string key, CancellationToken cancellationToken) =>
        store.ReadAsync((db, token) => db.Set<Experiment>().FirstOrDefaultAsync(row => row.Key == key, token), cancellationToken);

    /// <summary>As <see cref="FindAsync"/>, with what it says by now; once decided, with what it said then.</summary>
    public async Task<ExperimentView?> FindViewAsync(string key, CancellationToken cancellationToken)
    {
        if (await FindAsync(key, cancellationToken) is not { } experiment) return null;
        var (answers, batches, last) = await store.ReadAsync(
            async (db, token) => (
                await db.Set<AnswerRow>().Where(row => row.ExperimentKey == key).ToListAsync(token),
                await db.Set<OutcomeBatchRow>().CountAsync(row => row.ExperimentKey == key, token),
                await db.Set<OutcomeBatchRow>().Where(row => row.ExperimentKey == key).OrderByDescending(row => row.At).Select(row => (DateTimeOffset?)row.At).FirstOrDefaultAsync(token)),
            cancellationToken);
        return new ExperimentView(
            experiment,
            experiment.Decision?.Readout ?? await ReadoutAsync(experiment, cancellationToken),
            answers.ToImmutableSortedDictionary(row => row.Variant, row => row.Count, StringComparer.Ordinal),
            batches,
            last);
    }

    public async Task<ExperimentReadout> ReadoutAsync(Experiment experiment, CancellationToken cancellationToken)
    {
        var rows = await store.ReadAsync((db, token) => db.Set<TallyRow>().Where(row => row.ExperimentKey == experiment.Key).ToListAsync(token), cancellationToken);
        var tallies = rows.GroupBy(row => row.Variant, StringComparer.Ordinal).Select(variant => new VariantTally(
            variant.Key,
            variant.FirstOrDefault(row => row.Metric.Length == 0)?.Count ?? 0,
            variant.Where(row => row.Metric.Length > 0).ToImmutableSortedDictionary(row => row.Metric, row => new MetricTally(row.Count, row.Sum, row.SumOfSquares), StringComparer.Ordinal)));
        return ExperimentReadout.Of(experiment.Design, experiment.Shares, [.. tallies], experiment.Disturbances.Select(disturbance => disturbance.What), clock.GetUtcNow());
    }

    /// <summary>What happened to it, newest first.</summary>
    public async Task<ImmutableArray<EventEnvelope>> HistoryAsync(string key, CancellationToken cancellationToken)
    {
        var rows = await store.ReadAsync(
            (db, token) => db.Set<EventRow>().Where(row => row.SubjectKind == ExperimentSubject.Kind && row.SubjectId == key).OrderByDescending(row => row.Sequence).Take(MostHistory).ToListAsync(token),
            cancellationToken);
        return [.. rows.Select(row => new EventEnvelope(row))];
    }

    /// <summary>Whose plan is due, and what a kill left open.</summary>
    public async Task<ImmutableArray<Experiment>> DueAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        [.. await store.ReadAsync(
            (db, token) => db.Set<Experiment>().Where(row =>
                (row.State == ExperimentState.Planned && row.PlannedStart <= now)
                || (row.State == ExperimentState.Running && row.PlannedStop <= now)
                || (row.State == ExperimentState.Planned && row.Starting != null)
                || (row.State != ExperimentState.Running && row.Holds)).OrderBy(row => row.Key).ToListAsync(token),
            cancellationToken)];

    /// <summary>Those that run, of one flag where one is named.</summary>
    public async Task<ImmutableArray<Experiment>> RunningAsync(string? flagKey, CancellationToken cancellationToken) =>
        [.. await store.ReadAsync((db, token) => db.Set<Experiment>().Where(row => row.State == ExperimentState.Running && (flagKey == null || row.FlagKey == flagKey)).ToListAsync(token), cancellationToken)];
}
