using Athena.Dashboard.Shell.Navigation;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;

namespace Athena.Dashboard.Shell.Layout;

/// <summary>Sidebar, top bar, the page, and what speaks on its behalf.</summary>
public sealed partial class MainLayout : IDisposable
{
    private ErrorBoundary? boundary;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private string Here => Navigation.Uri.Split('#')[0];

    protected override void OnInitialized() => Navigation.LocationChanged += LeaveError;

    public void Dispose() => Navigation.LocationChanged -= LeaveError;

    private static NavLinkMatch MatchOf(Place place) => place.Href == "/" ? NavLinkMatch.All : NavLinkMatch.Prefix;

    private void LeaveError(object? sender, LocationChangedEventArgs change) => Recover();

    private void Recover() => boundary?.Recover();
}
