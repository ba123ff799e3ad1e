using System.Collections.Immutable;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Ui;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Flags.Pages;

/// <summary>Changes that wait for approval, and those that are over; the filter lives in the address.</summary>
public sealed partial class ChangeRequestsPage
{
    private static readonly Crumb[] Crumbs = [new("Flags", "flags")];
    private static readonly Option<string>[] States = [new("", "All"), new("open", "Open"), new("applied", "Carried out"), new("closed", "Closed")];

    private ImmutableArray<ChangeRequestView>? all;
    private List<ChangeRequestView>? shown;

    [Inject]
    private ChangeRequestQueries Queries { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [SupplyParameterFromQuery]
    private string? State { get; set; }

    protected override bool Concerns(EventEnvelope envelope) => envelope.Subject.Kind is ChangeRequestSubject.Kind or FlagSubject.Kind;

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        all = await Queries.ListAsync(cancellationToken);
        Show();
    }

    protected override void OnParametersSet() => Show();

    private void Show() => shown = all is not { } views ? null : [.. views.Where(view => State switch
    {
        "open" => view.Request.State == ChangeRequestState.Open,
        "applied" => view.Request.State == ChangeRequestState.Applied,
        "closed" => view.Request.State == ChangeRequestState.Closed,
        _ => true,
    })];

    private void Filter(string? state) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("state", string.IsNullOrEmpty(state) ? null : state), replace: true);
}
