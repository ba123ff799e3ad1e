using System.Collections.Immutable;
using Athena.Dashboard.Alerts;
using Athena.Dashboard.Alerts.Contracts;
using Athena.Dashboard.Communication;
using Athena.Dashboard.Communication.Contracts;
using Athena.Dashboard.Flags;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Recovery;
using Athena.Dashboard.Recovery.Contracts;
using Athena.Dashboard.Releases;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Rollouts;
using Athena.Dashboard.Rollouts.Contracts;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Shell.Screens;

/// <summary>What is on its way, how it fares, and what waits for somebody.</summary>
public sealed partial class OverviewPage
{
    private ImmutableArray<ReleaseListItem>? releases;
    private ImmutableArray<RolloutSummary> rollouts = [];
    private ImmutableArray<TimelineOverview> timelines = [];
    private ImmutableArray<ChangeRequestView> changes = [];
    private ImmutableArray<ProcedureRow> procedures = [];
    private ImmutableArray<Attention> attention = [];

    [Inject]
    private ReleaseQueries Releases { get; set; } = default!;

    [Inject]
    private RolloutQueries Rollouts { get; set; } = default!;

    [Inject]
    private AlertQueries Alerts { get; set; } = default!;

    [Inject]
    private CommunicationQueries Communication { get; set; } = default!;

    [Inject]
    private ChangeRequestQueries Changes { get; set; } = default!;

    [Inject]
    private RecoveryQueries Recovery { get; set; } = default!;

    private IReadOnlyList<ReleaseListItem> UnderWay =>
        [.. (releases ?? []).Where(item => item.Release.State is not (ReleaseState.Completed or ReleaseState.Cancelled)).OrderBy(item => item.Release.TargetDate)];

    protected override bool Ticks => rollouts.Any(rollout => rollout.State == RolloutState.Running);

    protected override bool Concerns(EventEnvelope envelope) =>
        envelope.Subject.Kind is ReleaseSubject.Kind or RolloutSubject.Kind or RecoverySubject.Kind or CommunicationSubject.Kind or ChangeRequestSubject.Kind or AlertSubject.Kind || envelope.Event is SilenceBegan or SilenceEnded;

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        timelines = await Communication.ListAsync(cancellationToken);
        changes = await Changes.ListOpenAsync(cancellationToken);
        procedures = await Recovery.ListAsync(release: null, rolloutId: null, cancellationToken);
        await ReadOnTickAsync(cancellationToken);
    }

    // Timelines, change requests and procedures change by events only; what is overdue is reckoned from them anew.
    protected override async Task ReadOnTickAsync(CancellationToken cancellationToken)
    {
        var listed = await Releases.ListDetailedAsync(cancellationToken);
        rollouts = await Rollouts.ListActiveAsync(cancellationToken);
        var late = Attention.Of(procedures, Clock.GetUtcNow());
        var fires = Attention.Of((await Alerts.BoardAsync(cancellationToken)).Loud);
        var waits = Attention.Of(listed, rollouts, timelines, changes, Clock.GetUtcNow());
        attention = [.. fires.Concat(late).Concat(waits).OrderBy(item => item.Kind != StateKind.Harm)];
        releases = listed;
    }
}
