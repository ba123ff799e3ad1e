using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using Athena.Dashboard.Rollouts.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Rollouts;

/// <summary>Puts together what rollout, journal and decision log say of one rollback.</summary>
internal sealed class RollbackRecords(Store store, RolloutQueries queries, RollbackSteps steps) : IRollbackRecords
{
    // Harm is found a few looks before it decides, never longer ago than this.
    private static readonly TimeSpan Before = TimeSpan.FromHours(1);

    public async Task<RollbackRecord?> FindAsync(Guid rolloutId, CancellationToken cancellationToken)
    {
        if (await queries.FindViewAsync(rolloutId, cancellationToken) is not { Rollout: { Rollback: { } decision } rollout } view) return null;
        var taken = await store.ReadAsync(
            (db, token) => db.Set<IntentRow>().Where(row => row.RolloutId == rolloutId && (row.Kind == IntentKind.RollbackStep || row.Kind == IntentKind.StepDown))
                .OrderBy(row => row.Position).ToListAsync(token),
            cancellationToken);
        var lowered = taken.Find(row => row is { Kind: IntentKind.RollbackStep, State: IntentState.Done });
        return new RollbackRecord(
            decision,
            rollout.StartedAt,
            await DetectedAsync(rolloutId, decision, cancellationToken),
            lowered?.DoneAt,
            rollout.EndedAt,
            [.. taken.Where(row => row.State != IntentState.Superseded).Select(row => Of(row, rollout))],
            view.Exposures,
            view.Users,
            [.. (await queries.TurnsAsync(rolloutId, cancellationToken)).Select(turn => new RolloutTurn(turn.At, turn.Summary, turn.Actor))]);
    }

    // Backwards from the decision, as long as the rule that fired was found to be bad, or might be.
    private async Task<DateTimeOffset> DetectedAsync(Guid rolloutId, Rollback decision, CancellationToken cancellationToken)
    {
        if (decision.Harm is not { } harm) return decision.DecidedAt;
        var from = decision.DecidedAt - Before;
        var looks = await store.ReadAsync(
            (db, token) => db.Set<DecisionRecord>().Where(row => row.RolloutId == rolloutId && row.At >= from && row.At <= decision.DecidedAt)
                .OrderByDescending(row => row.At).ThenByDescending(row => row.Id).ToListAsync(token),
            cancellationToken);
        return looks.Where(look => look.Inputs is not null)
            .TakeWhile(look => look.Inputs!.Verdicts.Any(verdict => verdict.Rule.List == harm.List && verdict.Rule.Rule.Text == harm.Rule && Suspects(verdict)))
            .Select(look => look.At).DefaultIfEmpty(decision.DecidedAt).Last();
    }

    private static bool Suspects(RuleVerdict verdict) => verdict.Verdict == Verdict.Bad || verdict.Cause == UndecidedCause.Ambiguous;

    private TakenBack Of(IntentRow row, Rollout rollout) => new(
        row.Name ?? "step-down",
        row.Kind == IntentKind.StepDown ? $"Back to {rollout.Terms.Steps[row.Step!.Value].Percentage}" : steps.Find(row.Name!)?.Title ?? row.Name!,
        row.CreatedAt,
        row.State is IntentState.Done or IntentState.Refused ? row.DoneAt : null,
        row.State == IntentState.Refused,
        row.Outcome);
}
