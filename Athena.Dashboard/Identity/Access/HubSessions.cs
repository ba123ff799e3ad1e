using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.AspNetCore.SignalR;

namespace Athena.Dashboard.Identity.Access;

/// <summary>Closes the live connections of a session that has ended; without it they would go on listening.</summary>
internal sealed class HubSessions : IHubFilter, IDisposable
{
    private readonly PersonDirectory people;
    private readonly ConcurrentDictionary<string, HubCallerContext> open = new(StringComparer.Ordinal);

    public HubSessions(PersonDirectory people)
    {
        this.people = people;
        people.Changed += CloseEnded;
    }

    public async Task OnConnectedAsync(HubLifetimeContext context, Func<HubLifetimeContext, Task> next)
    {
        open[context.Context.ConnectionId] = context.Context;
        // It may have ended between the handshake and this line.
        CloseIfEnded(context.Context);
        await next(context);
    }

    public async Task OnDisconnectedAsync(HubLifetimeContext context, Exception? exception, Func<HubLifetimeContext, Exception?, Task> next)
    {
        open.TryRemove(context.Context.ConnectionId, out _);
        await next(context, exception);
    }

    public void Dispose() => people.Changed -= CloseEnded;

    private void CloseEnded(object? sender, EventArgs e)
    {
        foreach (var connection in open.Values) CloseIfEnded(connection);
    }

    private void CloseIfEnded(HubCallerContext connection)
    {
        if (connection.User is { Identity: ClaimsIdentity and not KeyIdentity } user && SessionPrincipal.Find(user, people) is null) connection.Abort();
    }
}
