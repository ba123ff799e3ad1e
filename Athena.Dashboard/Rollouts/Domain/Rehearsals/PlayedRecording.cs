using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Rollouts.Contracts;

namespace Athena.Dashboard.Rollouts.Domain.Rehearsals;

/// <summary>What a plan would have made of an earlier rollout.</summary>
/// <param name="Summary">One or two sentences.</param>
/// <param name="Minutes">Minutes that were played.</param>
/// <param name="RolledBackAfterSeconds">From the start; null when it would not have been.</param>
/// <param name="ExposedRequests">Requests of those who had the feature until then.</param>
public sealed record PlayedRecording(string Summary, int Minutes, double? RolledBackAfterSeconds, long ExposedRequests, ImmutableArray<PlayedTurn> Turns)
{
    private const int MostTurns = 100;

    /// <summary>Both sides as they were counted, minute by minute; a minute that nobody reported in is one here as well.</summary>
    /// <param name="goOn">Asked every few hundred minutes; false ends it.</param>
    /// <returns>Null when it was ended.</returns>
    public static PlayedRecording? Play(RolloutTerms terms, MetricCatalogue catalogue, ImmutableArray<RecordedMinute> minutes, IHealthBench bench, Func<bool> goOn)
    {
        var pace = RehearsalPace.OfMinutes;
        var begin = minutes[0].At;
        var run = RehearsedRollout.Begin(terms, pace, bench.Begin(catalogue), begin);
        var turns = ImmutableArray.CreateBuilder<PlayedTurn>();
        var (next, exposed, played) = (0, 0L, 0);
        while (!run.IsOver && next < minutes.Length)
        {
            if (played % 500 == 0 && !goOn()) return null;
            var minute = minutes[next];
            if (run.Now < minute.At)
            {
                run.Wait();
            }
            else
            {
                run.Go(minute.Exposed, minute.Control, isHarmed: true);
                exposed += minute.Exposed?.Requests ?? 0;
                while (next < minutes.Length && minutes[next].At < run.Now) next++;
            }

            played++;
            if (run.Record is { Kind: not (DecisionKind.VerdictsChanged or DecisionKind.HourlySummary) } record && turns.Count < MostTurns)
                turns.Add(new PlayedTurn((record.At - begin).TotalSeconds, record.Kind, record.Stage, record.Summary));
        }

        var after = run.Rollout.Rollback is null ? (TimeSpan?)null : run.Now - begin;
        return new PlayedRecording(Tell(run, after, played, exposed), played, after?.TotalSeconds, exposed, turns.ToImmutable());
    }

    private static string Tell(RehearsedRollout run, TimeSpan? after, int played, long exposed)
    {
        var time = RehearsalWords.Time((after ?? run.Now - run.Rollout.StartedAt!.Value).TotalSeconds);
        return run.Rollout switch
        {
            { Rollback: { } back } => $"This plan would have rolled it back in {back.Stage.Name} after {time}, by {back.Harm?.Rule}: {RehearsalWords.About(exposed)} requests had met it until then.",
            { State: RolloutState.Completed } => $"This plan would have taken it to 100 % within {time}.",
            { State: RolloutState.Held, Cause: { } cause } => $"At the end of the recording, after {time}, this plan would have held it in {run.Rollout.CurrentStep.Name} ({cause.Word()}).",
            _ => $"At the end of the recording, after {time}, this plan would have been in {run.Rollout.CurrentStep.Name} and found nothing.",
        };
    }
}

/// <param name="AtSeconds">Since the start.</param>
public sealed record PlayedTurn(double AtSeconds, DecisionKind Kind, string Step, string Summary);
