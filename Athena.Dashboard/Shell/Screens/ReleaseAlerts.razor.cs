using System.Collections.Immutable;
using Athena.Dashboard.Alerts;
using Athena.Dashboard.Alerts.Contracts;
using Athena.Dashboard.Alerts.Domain;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Rollouts;
using Athena.Dashboard.Rollouts.Contracts;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Shell.Screens;

/// <summary>The open alerts that are about one release; nothing at all when there are none.</summary>
public sealed partial class ReleaseAlerts
{
    private ImmutableArray<ShownAlert> alerts = [];

    [Parameter, EditorRequired]
    public required string Release { get; set; }

    [Inject]
    private AlertQueries Queries { get; set; } = default!;

    [Inject]
    private RolloutQueries Rollouts { get; set; } = default!;

    protected override bool Concerns(EventEnvelope envelope) => envelope.Event is AlertEvent or SilenceBegan or SilenceEnded;

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        var rollouts = await Rollouts.ListOfReleaseAsync(Release, cancellationToken);
        alerts = [.. (await Queries.BoardAsync(cancellationToken)).Alerts.Where(shown => IsAbout(shown.Alert, Release, [.. rollouts]))];
    }

    /// <summary>
    /// What the product itself alerts about names the release. Others know flags at most: such an alert is about the
    /// release whose rollout moved the flag when it began, or has brought it to everybody.
    /// </summary>
    internal static bool IsAbout(Alert alert, string release, ImmutableArray<RolloutSummary> rollouts) =>
        alert.Labels.TryGetValue(AlertLabels.Release, out var named)
            ? named == release
            : alert.Labels.TryGetValue(AlertLabels.Flag, out var flag) && rollouts.Any(rollout =>
                rollout.FlagKey == flag
                && alert.Labels.GetValueOrDefault(AlertLabels.Environment, rollout.Environment) == rollout.Environment
                && rollout.StartedAt is not null
                && (rollout.State == RolloutState.Completed || !(alert.ActiveSince > rollout.EndedAt))
                && !(alert.FiringSince < rollout.StartedAt));
}
