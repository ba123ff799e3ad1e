using System.Collections.Immutable;
using Athena.Dashboard.Health;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Recovery;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Rollouts;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using Athena.Dashboard.Rollouts.Pages;

namespace Athena.Dashboard.Shell.Reports;

/// <summary>Puts the report of a release together from what its rollouts left behind.</summary>
public sealed class HealthReports(IReleaseLookup releases, RolloutQueries rollouts, HealthQueries health, RecoveryQueries recovery, IProcessCatalog process, TimeProvider clock)
{
    private const int MostRecords = 500;

    /// <returns>Null when there is no such release.</returns>
    public async Task<HealthReport?> FindAsync(string version, CancellationToken cancellationToken)
    {
        if (await releases.FindAsync(version, cancellationToken) is not { } release) return null;
        var now = clock.GetUtcNow();
        var reports = ImmutableArray.CreateBuilder<RolloutReport>();
        foreach (var rollout in (await rollouts.ListOfReleaseAsync(version, cancellationToken)).Where(rollout => rollout.StartedAt is not null).OrderBy(rollout => rollout.StartedAt))
            reports.Add(await OfAsync(rollout, now, cancellationToken));
        return new HealthReport(release.Version, release.Title, release.Type, release.State, release.OwnerName, release.TargetDate, now, reports.ToImmutable())
        {
            Procedures = [.. (await recovery.ListAsync(version, rolloutId: null, cancellationToken)).OrderByDescending(row => row.Procedure.OpenedAt).Select(Of)],
        };
    }

    private static ReportedProcedure Of(ProcedureRow row) => new(
        row.Procedure.Id,
        row.Procedure.RolloutId,
        row.Procedure.What,
        row.Procedure.Reason,
        row.Procedure.OpenedAt,
        row.Procedure.OpenedBy,
        row.Procedure.ClosedAt,
        [.. row.Procedure.Steps.Select(step => new ReportedStep(step.Title, step.AssigneeName ?? step.Owner.Title(), step.DueAt, step.CompletedAt, step.CompletedBy, step.Note))],
        row.Report is { IsPublished: true, Text: var text } ? text : null,
        [.. row.Report?.FollowUps.Select(one => new ReportedFollowUp(one.Title, one.Owner, one.DueOn, one.DoneAt)) ?? []]);

    private async Task<RolloutReport> OfAsync(RolloutSummary rollout, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (from, to) = (rollout.StartedAt!.Value, rollout.EndedAt ?? now);
        var catalogue = process.Current.Document.Metrics;
        var records = await health.RecordsAsync(rollout.Id, MostRecords, cancellationToken);
        var turns = (await rollouts.TurnsAsync(rollout.Id, cancellationToken))
            .Select(record => new ReportedTurn(record.At, record.Kind, record.Stage, record.List, record.Rule, record.Action, record.Actor, record.Summary))
            .ToImmutableArray();
        return new RolloutReport(
            rollout.Id,
            rollout.FlagKey,
            rollout.Environment,
            rollout.State,
            OutcomeOf(rollout),
            rollout.Exposed.Thousandths / 1000m,
            from,
            rollout.EndedAt,
            await health.TotalsAsync(rollout.Id, from, to, catalogue, cancellationToken),
            [
                .. records.DistinctBy(record => (record.List, record.Rule)).OrderBy(record => record.List, StringComparer.Ordinal).ThenBy(record => record.Rule, StringComparer.Ordinal)
                    .Select(record => new ReportedVerdict(
                        record.List, record.Rule, record.Verdict, record.Cause, record.Observed, record.Threshold, catalogue.Resolve(record.Metric)?.Unit ?? MetricUnit.Count, record.Samples, record.At, record.Explanation)),
            ],
            [.. turns.Where(turn => turn.Kind is DecisionKind.Held or DecisionKind.Paused or DecisionKind.RolledBack or DecisionKind.Hurried)],
            turns,
            await health.GapsAsync(rollout.Id, from, to, cancellationToken));
    }

    private static string OutcomeOf(RolloutSummary rollout) => rollout.State switch
    {
        RolloutState.Completed => "Everybody has it; every stage was healthy for its time.",
        RolloutState.RollingBack => $"Is being taken back: {rollout.Because}",
        RolloutState.RolledBack => $"Was taken back in {rollout.Stage?.Name}: {rollout.Because}",
        RolloutState.Held => $"Waits in {rollout.Stage?.Name}, {rollout.Cause?.Word()}: {rollout.Because}",
        RolloutState.Paused => $"Paused in {rollout.Stage?.Name}: {rollout.Because}",
        _ => $"In {rollout.Stage?.Name}, {RolloutPhrases.Time(rollout.Counted)} of {RolloutPhrases.Time(rollout.Needed)} of healthy time counted.",
    };
}
