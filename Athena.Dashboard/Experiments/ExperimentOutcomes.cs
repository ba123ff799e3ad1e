using Athena.Dashboard.Experiments.Domain;
using Athena.Dashboard.Experiments.Storage;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Experiments;

/// <summary>What became of a batch.</summary>
/// <param name="Repeated">The id was counted before, and nothing was counted now.</param>
public sealed record TakenOutcomes(string BatchId, bool Repeated);

/// <summary>Takes in outcomes. They are sums, so nobody's way through the product is kept.</summary>
public sealed class ExperimentOutcomes(Store store, IProcessCatalog process)
{
    // Two servers that count the first batches of an experiment at once may meet; the next time the rows are there.
    private const int Tries = 3;

    public async Task<Outcome<TakenOutcomes>> TakeAsync(string key, OutcomeBatch batch, Actor actor, CancellationToken cancellationToken)
    {
        if (actor.Lacks(Permission.WriteHealth, "report outcomes") is { } forbidden) return forbidden;
        for (var attempt = 1; ; attempt++)
        {
            var taken = await store.WriteOrStaleAsync($"The batch {batch.BatchId}", actor, (write, token) => TakeAsync(write, key, batch, token), cancellationToken);
            if (taken.Refusal?.Kind != RefusalKind.Stale || attempt == Tries) return taken;
        }
    }

    private async Task<Outcome<TakenOutcomes>> TakeAsync(Write write, string key, OutcomeBatch batch, CancellationToken cancellationToken)
    {
        if (await write.Db.Set<Experiment>().AsNoTracking().FirstOrDefaultAsync(row => row.Key == key, cancellationToken) is not { } experiment) return Refusal.NotFound("experiment", key);
        if (write.Actor.Environment is { } bound && bound != experiment.Environment)
            return Refusal.Forbidden($"{write.Actor.Name} belongs to the environment {bound}; the experiment {key} runs in {process.EnvironmentOf(experiment).Title}.", "a key of " + experiment.Environment);
        var faults = batch.Faults(experiment, write.Now).ToArray();
        if (faults.Length > 0) return Refusal.Invalid("outcomes_invalid", "The outcomes cannot be counted.", faults);
        // A batch that was counted is told so also after the end.
        if (await write.Db.Set<OutcomeBatchRow>().AnyAsync(row => row.ExperimentKey == key && row.BatchId == batch.BatchId, cancellationToken)) return new TakenOutcomes(batch.BatchId, Repeated: true);
        if (!experiment.TakesOutcomes)
            return Refusal.Conflict("experiment_" + experiment.State.Word(), $"The experiment {key} is {experiment.State.Word()} and takes no outcomes.", "It takes them from its start until the decision.");
        write.Add(new OutcomeBatchRow { ExperimentKey = key, BatchId = batch.BatchId, From = batch.From.ToUniversalTime(), To = batch.To.ToUniversalTime(), At = write.Now, By = write.Actor.Name });
        // Saved first: of two that come at once with the same id the second fails here, before anything is added.
        await write.Db.SaveChangesAsync(cancellationToken);
        // In one order everywhere, so that two batches never wait for each other.
        foreach (var variant in batch.Variants.OrderBy(variant => variant.Variant, StringComparer.Ordinal))
        {
            await AddAsync(write, key, variant.Variant, "", new MetricTally(variant.Users, 0, 0), cancellationToken);
            foreach (var (metric, tally) in variant.Metrics) await AddAsync(write, key, variant.Variant, metric, tally, cancellationToken);
        }

        return new TakenOutcomes(batch.BatchId, Repeated: false);
    }

    private static async Task AddAsync(Write write, string key, string variant, string metric, MetricTally tally, CancellationToken cancellationToken)
    {
        var (count, sum, squares) = tally;
        var added = await write.Db.Set<TallyRow>().Where(row => row.ExperimentKey == key && row.Variant == variant && row.Metric == metric).ExecuteUpdateAsync(
            set => set
                .SetProperty(row => row.Count, row => row.Count + count)
                .SetProperty(row => row.Sum, row => row.Sum + sum)
                .SetProperty(row => row.SumOfSquares, row => row.SumOfSquares + squares),
            cancellationToken);
        if (added > 0) return;
        write.Add(new TallyRow { ExperimentKey = key, Variant = variant, Metric = metric, Count = count, Sum = sum, SumOfSquares = squares });
        await write.Db.SaveChangesAsync(cancellationToken);
    }
}
