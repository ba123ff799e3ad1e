using System.Net;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Identity.Pages;

public sealed partial class AuthCard
{
    [CascadingParameter]
    private HttpContext Http { get; set; } = default!;

    [Parameter, EditorRequired]
    public required string Title { get; set; }

    /// <summary>One or two sentences under the title.</summary>
    [Parameter]
    public string? Lead { get; set; }

    [Parameter, EditorRequired]
    public required RenderFragment ChildContent { get; set; }

    // What never leaves the machine needs no warning.
    private bool IsExposed => !Http.Request.IsHttps && Http.Connection.RemoteIpAddress is { } remote && !IPAddress.IsLoopback(remote);
}
