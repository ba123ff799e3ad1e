using System.Security.Claims;
using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Shell.Layout;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.JSInterop;

namespace Athena.Dashboard.Shell;

/// <summary>
/// Finds the page of an address, and gives every page the person's time zone: the one that the person has set, else the
/// browser's.
/// </summary>
public sealed partial class Routes
{
    private PersonZone zone = PersonZone.Utc;
    private string? browsersZone;
    private string? chosenZone;
    private Guid? personId;

    [Inject]
    private IJSRuntime Browser { get; set; } = default!;

    [Inject]
    private IPeople People { get; set; } = default!;

    [CascadingParameter]
    private Task<AuthenticationState> Session { get; set; } = default!;

    /// <summary>The zone that the browser has told before; null on its first visit, when it is asked.</summary>
    [Parameter]
    public string? ZoneId { get; set; }

    protected override Task OnInitializedAsync()
    {
        browsersZone = ZoneId;
        zone = PersonZone.Named(ZoneId);
        return base.OnInitializedAsync();
    }

    protected override bool Concerns(EventEnvelope envelope) => personId is { } id && envelope.Subject == PersonSubject.Of(id) && envelope.Is<PersonChanged>();

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        var user = (await Session).User;
        personId = Guid.TryParse(user.FindFirst(ClaimTypes.NameIdentifier)?.Value, out var id) ? id : null;
        chosenZone = personId is null ? null : (await People.FindAsync(id, cancellationToken))?.Zone;
        zone = PersonZone.Named(chosenZone ?? browsersZone);
    }

    /// <summary>A page without one is for people who may not be signed in: it gets no navigation.</summary>
    [Parameter]
    public bool HasCircuit { get; set; }

    private Type Layout => HasCircuit ? typeof(MainLayout) : typeof(PublicLayout);

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender || ZoneId is not null) return;
        browsersZone = await Browser.InvokeAsync<string>("athena.zone");
        zone = PersonZone.Named(chosenZone ?? browsersZone);
        StateHasChanged();
    }
}
