using System.Collections.Immutable;
using Athena.Dashboard.Experiments.Domain;
using Athena.Dashboard.Experiments.Storage;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Experiments;

/// <summary>Begins and stops by plan and finishes what a kill left open, on one node. What came due while nobody ran is done once.</summary>
internal sealed partial class ExperimentPlanWorker(ExperimentQueries queries, ExperimentService experiments, Leases leases, TimeProvider clock, ILogger<ExperimentPlanWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => leases.RunAsync("experiments:plan", FollowAsync, stoppingToken);

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            foreach (var due in await queries.DueAsync(clock.GetUtcNow(), cancellationToken))
            {
                Log.Due(logger, due.Key, due.State);
                if (due.Holds && due.State != ExperimentState.Running) await experiments.FinishAsync(due, cancellationToken);
                else await experiments.FollowPlanAsync(due, cancellationToken);
            }

            await Task.Delay(Look, clock, cancellationToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "The experiment {Experiment} is {State} and something is due for it")]
        public static partial void Due(ILogger logger, string experiment, ExperimentState state);
    }
}

/// <summary>Says of running experiments when their flag was switched off or lowered, by itself or by a segment, which nobody can refuse.</summary>
internal sealed class ExperimentFollower(ExperimentQueries queries, ExperimentService experiments) : IEventConsumer
{
    public string Name => "experiments";

    public bool Concerns(EventEnvelope envelope) => envelope.Subject.Kind == FlagSubject.Kind || envelope.Event is SegmentChanged { Disturbed.Length: > 0 };

    public async Task HandleAsync(EventEnvelope envelope, CancellationToken cancellationToken)
    {
        if (envelope.Event is SegmentChanged changed)
        {
            foreach (var experiment in (await queries.RunningAsync(null, cancellationToken)).Where(running => changed.Disturbed.Contains(running.Key) && envelope.At >= running.StartedAt))
                await experiments.DisturbAsync(experiment, $"The segment {changed.SegmentKey} was changed while the experiment ran: some users lost the flag.", cancellationToken);
            return;
        }

        foreach (var experiment in await queries.RunningAsync(envelope.Subject.Id, cancellationToken))
        {
            // What happened before it began made it what it is.
            if (envelope.At < experiment.StartedAt) continue;
            // Off and on again within a moment leaves no trace in the setting.
            if (envelope.Event is FlagSwitchedOff off && off.Environment == experiment.Environment)
                await experiments.DisturbAsync(experiment, $"{off.By} switched {off.FlagKey} off in {off.Environment} while the experiment ran.", cancellationToken);
            else
                await experiments.CheckFlagAsync(experiment, cancellationToken);
        }
    }
}

/// <summary>
/// Adds up how often evaluation answers the variants of running experiments: each node what it counted itself, every few
/// seconds. A kill loses a few seconds of answers.
/// </summary>
internal sealed partial class AnswerRecorder(ExperimentQueries queries, IFlagExperiments flags, Contexts contexts, TimeProvider clock, ILogger<AnswerRecorder> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, ImmutableSortedDictionary<string, long>> seen = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        do
        {
            try
            {
                await RecordAsync(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                Log.NotRecorded(logger, failure);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Stores what was counted since the last time.</summary>
    internal async Task RecordAsync(CancellationToken cancellationToken)
    {
        var running = await queries.RunningAsync(null, cancellationToken);
        foreach (var over in seen.Keys.Except(running.Select(experiment => experiment.Key)).ToList()) seen.Remove(over);
        foreach (var experiment in running)
        {
            var answers = flags.Answers(experiment.FlagKey, experiment.Environment);
            if (seen.TryGetValue(experiment.Key, out var before))
            {
                foreach (var variant in experiment.Design.Variants)
                {
                    if (answers.GetValueOrDefault(variant) - before.GetValueOrDefault(variant) is var more and > 0) await AddAsync(experiment.Key, variant, more, cancellationToken);
                }
            }

            seen[experiment.Key] = answers;
        }
    }

    private async Task AddAsync(string key, string variant, long more, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateRelaxed();
        var added = await db.Set<AnswerRow>().Where(row => row.ExperimentKey == key && row.Variant == variant)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Count, row => row.Count + more), cancellationToken);
        if (added > 0) return;
        // Two nodes that add the first at once: the second fails, and comes again with the next.
        db.Add(new AnswerRow { ExperimentKey = key, Variant = variant, Count = more });
        await db.SaveChangesAsync(cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Storing how often variants were answered failed; it is tried again")]
        public static partial void NotRecorded(ILogger logger, Exception failure);
    }
}
