using System.Collections.Concurrent;
using System.Security.Claims;
using Athena.Dashboard.Identity.Domain;
using Athena.Dashboard.Platform.Live;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Http.Connections.Features;
using Microsoft.AspNetCore.SignalR;

namespace Athena.Dashboard.Identity.Access;

/// <summary>
/// Every open connection of every hub, circuits' among them, and the end of those whose session or key has ended:
/// without it they would go on listening. A circuit is first told that nobody is signed in, so that its page can lead
/// to the sign-in; a few seconds later its connection is cut whatever its browser does.
/// </summary>
internal sealed class OpenConnections : IHubFilter, IDisposable
{
    private static readonly TimeSpan Courtesy = TimeSpan.FromSeconds(3);

    private readonly PersonDirectory people;
    private readonly KeyRing keys;
    private readonly SessionWatch watch;
    private readonly ConnectionCount count;
    private readonly CircuitCount circuits;
    private readonly TimeProvider clock;
    private readonly ConcurrentDictionary<string, Connection> open = new(StringComparer.Ordinal);

    public OpenConnections(PersonDirectory people, KeyRing keys, SessionWatch watch, ConnectionCount count, CircuitCount circuits, TimeProvider clock)
    {
        (this.people, this.keys, this.watch, this.count, this.circuits, this.clock) = (people, keys, watch, count, circuits, clock);
        watch.Look += CloseEnded;
    }

    public async Task OnConnectedAsync(HubLifetimeContext context, Func<HubLifetimeContext, Task> next)
    {
        var connection = new Connection(context.Context, context.Hub is not LiveHub, Count(context.Context));
        open[context.Context.ConnectionId] = connection;
        // It may have ended between the handshake and this line.
        CloseIfEnded(connection);
        await next(context);
    }

    public async Task OnDisconnectedAsync(HubLifetimeContext context, Exception? exception, Func<HubLifetimeContext, Exception?, Task> next)
    {
        if (open.TryRemove(context.Context.ConnectionId, out var connection)) connection.Place?.Dispose();
        await next(context, exception);
    }

    public ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next) =>
        invocationContext.Hub is not LiveHub && invocationContext.HubMethodName == CircuitCount.StartMethod
            ? circuits.StartAsync(invocationContext.Context.User, () => next(invocationContext))
            : next(invocationContext);

    public void Dispose() => watch.Look -= CloseEnded;

    // A WebSocket was counted when it was asked for; the other transports begin here.
    private IDisposable? Count(HubCallerContext caller)
    {
        if (caller.Features.Get<IHttpTransportFeature>()?.TransportType is HttpTransportType.WebSockets || caller.GetHttpContext() is not { } context) return null;
        return count.TryEnter(context) ?? throw new HubException(ConnectionCount.TooMany.Title);
    }

    private void CloseEnded(object? sender, EventArgs e)
    {
        foreach (var connection in open.Values) CloseIfEnded(connection);
    }

    private void CloseIfEnded(Connection connection)
    {
        if (!HasEnded(connection.Caller.User)) return;
        var now = clock.GetTimestamp();
        connection.EndedAt ??= now;
        if (!connection.IsCircuit || clock.GetElapsedTime(connection.EndedAt.Value, now) >= Courtesy) connection.Caller.Abort();
    }

    private bool HasEnded(ClaimsPrincipal? user) => user switch
    {
        { Identity: KeyIdentity key } => keys.Find(key.Key.Id)?.StateAt(clock.GetUtcNow()) is not KeyState.Good,
        { Identity: ClaimsIdentity } => SessionPrincipal.Find(user, people, clock.GetUtcNow()) is null,
        _ => true,
    };

    private sealed class Connection(HubCallerContext caller, bool isCircuit, IDisposable? place)
    {
        public HubCallerContext Caller { get; } = caller;

        public bool IsCircuit { get; } = isCircuit;

        public IDisposable? Place { get; } = place;

        public long? EndedAt { get; set; }
    }
}
