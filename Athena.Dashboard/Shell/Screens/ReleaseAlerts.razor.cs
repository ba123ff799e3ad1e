using System.Collections.Immutable;
using Athena.Dashboard.Alerts;
using Athena.Dashboard.Alerts.Contracts;
using Athena.Dashboard.Alerts.Domain;
using Athena.Dashboard.Platform.Events;
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

    protected override bool Concerns(EventEnvelope envelope) => envelope.Event is AlertEvent or SilenceBegan or SilenceEnded;

    protected override async Task ReadAsync(CancellationToken cancellationToken) =>
        alerts = [.. (await Queries.BoardAsync(cancellationToken)).Alerts.Where(shown => shown.Alert.Labels.GetValueOrDefault(AlertLabels.Release) == Release)];
}
