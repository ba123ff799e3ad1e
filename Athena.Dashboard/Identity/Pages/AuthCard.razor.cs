using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Identity.Pages;

public sealed partial class AuthCard
{
    [Parameter, EditorRequired]
    public required string Title { get; set; }

    /// <summary>One or two sentences under the title.</summary>
    [Parameter]
    public string? Lead { get; set; }

    [Parameter, EditorRequired]
    public required RenderFragment ChildContent { get; set; }
}
