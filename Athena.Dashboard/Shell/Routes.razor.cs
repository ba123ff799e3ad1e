using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Shell.Layout;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Athena.Dashboard.Shell;

/// <summary>Finds the page of an address, and gives every page the person's time zone.</summary>
public sealed partial class Routes
{
    private PersonZone zone = PersonZone.Utc;

    [Inject]
    private IJSRuntime Browser { get; set; } = default!;

    /// <summary>The zone that the browser has told before; null on its first visit, when it is asked.</summary>
    [Parameter]
    public string? ZoneId { get; set; }

    protected override void OnInitialized() => zone = PersonZone.Named(ZoneId);

    /// <summary>A page without one is for people who may not be signed in: it gets no navigation.</summary>
    [Parameter]
    public bool HasCircuit { get; set; }

    private Type Layout => HasCircuit ? typeof(MainLayout) : typeof(PublicLayout);

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender || ZoneId is not null) return;
        zone = PersonZone.Named(await Browser.InvokeAsync<string>("athena.zone"));
        StateHasChanged();
    }
}
