using Athena.Dashboard.Platform.Api;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.SignalR;

namespace Athena.Dashboard.Identity.Access;

/// <summary>
/// One person, key or address cannot fill the server's memory with what it keeps open. What would be refused later with
/// less words is refused here: a page to somebody who has as many as he may, and a connection when it is asked for.
/// </summary>
internal sealed class ConnectionLimits(RequestDelegate next, ConnectionCount connections, CircuitCount circuits)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (NeedsCircuit(context) && circuits.IsFull(context.User))
        {
            context.Response.Headers.RetryAfter = "10";
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return;
        }

        if (!IsHub(context) || !context.WebSockets.IsWebSocketRequest)
        {
            await next(context);
            return;
        }

        using var place = connections.TryEnter(context);
        // A WebSocket's request lasts as long as its connection.
        if (place is null) await ConnectionCount.TooMany.ToResult().ExecuteAsync(context);
        else await next(context);
    }

    private static bool NeedsCircuit(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method)
        && context.GetEndpoint()?.Metadata.GetMetadata<ComponentTypeMetadata>() is { } page
        && !page.Type.IsDefined(typeof(ExcludeFromInteractiveRoutingAttribute), inherit: true)
        && !page.Type.IsDefined(typeof(Microsoft.AspNetCore.Authorization.AllowAnonymousAttribute), inherit: true);

    private static bool IsHub(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<HubMetadata>() is not null;
}
