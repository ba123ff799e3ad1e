using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Recovery.Contracts;
using Athena.Dashboard.Recovery.Drills;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Recovery.Pages;

/// <summary>One drill: what was played, what the product did about it and when.</summary>
public sealed partial class DrillPage
{
    private DrillView? view;
    private bool isMissing;

    [Parameter]
    public Guid Id { get; set; }

    [Inject]
    private DrillService Service { get; set; } = default!;

    protected override bool Concerns(EventEnvelope envelope) => envelope.Subject == DrillSubject.Of(Id);

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        view = await Service.FindViewAsync(Id, cancellationToken);
        isMissing = view is null;
    }

    // Another drill at the same page keeps the component.
    protected override Task OnParametersSetAsync() => view is null || view.Drill.Id == Id ? Task.CompletedTask : ReadAsync(Gone);
}
