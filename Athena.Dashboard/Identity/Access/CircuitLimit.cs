using System.Collections.Concurrent;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Identity.Access;

/// <summary>One person's open pages cannot fill the server's memory: a circuit costs some 200 KB.</summary>
internal sealed class CircuitLimit(RequestDelegate next, IOptions<AccessOptions> options)
{
    private readonly ConcurrentDictionary<Guid, int> open = [];

    public async Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments("/_blazor", StringComparison.Ordinal)
            || !context.WebSockets.IsWebSocketRequest
            || SessionPrincipal.IdOf(context.User) is not { } person)
        {
            await next(context);
            return;
        }

        // A WebSocket's request lasts as long as its connection.
        try
        {
            if (open.AddOrUpdate(person, 1, (_, count) => count + 1) > options.Value.CircuitsPerPerson)
                await TooMany.ToResult().ExecuteAsync(context);
            else
                await next(context);
        }
        finally
        {
            if (open.AddOrUpdate(person, 0, (_, count) => count - 1) == 0) open.TryRemove(KeyValuePair.Create(person, 0));
        }
    }

    private static Refusal TooMany =>
        new(RefusalKind.TooMany, "too_many_pages", "You have too many pages open.", "Close some of them, then load this one again.");
}
