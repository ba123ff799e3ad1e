using Athena.Dashboard.Alerts.Contracts;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Alerts.Pages;

/// <summary>All alerts and silences.</summary>
public sealed partial class AlertsPage
{
    private SilenceDialog dialog = default!;
    private AlertBoard? board;
    private string? whyNot;

    [Inject]
    private AlertQueries Queries { get; set; } = default!;

    [Inject]
    private AlertService Service { get; set; } = default!;

    [Inject]
    private ICurrentActor Current { get; set; } = default!;

    protected override bool Concerns(EventEnvelope envelope) => envelope.Event is AlertEvent or SilenceBegan or SilenceEnded;

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        whyNot ??= AlertService.WhyNotSilence(await Current.GetAsync(cancellationToken)) is { } refusal
            ? $"{refusal.Title} {string.Join(", ", refusal.WhoCan)} can."
            : null;
        board = await Queries.BoardAsync(cancellationToken);
    }

    private async Task<Refusal?> EndAsync(Guid id) => (await Service.EndAsync(id, await Current.GetAsync(), CancellationToken.None)).Refusal;
}
