using System.Net;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;

namespace Athena.Dashboard.Shell;

public sealed partial class App
{
    /// <summary>The cookies that <c>theme.ts</c> and <c>time.ts</c> keep.</summary>
    private const string ThemeCookie = "athena-theme";
    private const string ZoneCookie = "athena-zone";

    [CascadingParameter]
    private HttpContext Http { get; set; } = default!;

    // Circuits are for people who are signed in: nobody else could start one.
    private IComponentRenderMode? Mode => Http.User.Identity?.IsAuthenticated == true && Http.AcceptsInteractiveRouting() ? RenderMode.InteractiveServer : null;

    // What never leaves the machine needs no warning.
    private bool IsExposed => !Http.Request.IsHttps && Http.Connection.RemoteIpAddress is { } remote && !IPAddress.IsLoopback(remote);

    private string? Theme => Http.Request.Cookies[ThemeCookie] is "light" or "dark" ? Http.Request.Cookies[ThemeCookie] : null;

    private string? ZoneId => Http.Request.Cookies[ZoneCookie];
}
