using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Platform.Ui;

/// <summary>
/// Tabs as links: the URL holds which one is open, so it can be shared and survives a reload. The page reads it with
/// <c>[SupplyParameterFromQuery] string? Tab</c>.
/// </summary>
public sealed partial class Tabs
{
    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Parameter, EditorRequired]
    public required IReadOnlyList<Tab> Items { get; set; }

    /// <summary>The key of the open tab; null or unknown opens the first.</summary>
    [Parameter]
    public string? Active { get; set; }

    /// <summary>The name of the query parameter.</summary>
    [Parameter]
    public string Parameter { get; set; } = "tab";

    [Parameter]
    public string Label { get; set; } = "Views";

    private string? Current => Items.FirstOrDefault(tab => tab.Key == Active)?.Key ?? (Items.Count > 0 ? Items[0].Key : null);

    // The first tab is the page's plain address.
    private string HrefOf(Tab tab) => tab.Href
        ?? Navigation.GetUriWithQueryParameter(Parameter, tab.Key == Items[0].Key ? null : tab.Key);
}
