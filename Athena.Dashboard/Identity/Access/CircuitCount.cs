using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Identity.Access;

/// <summary>
/// How many circuits each person has, those included that wait for a lost connection to come back: each costs the
/// server some 200 KB for as long as it is kept.
/// </summary>
internal sealed class CircuitCount(IOptions<AccessOptions> options)
{
    /// <summary>The method of Blazor's hub that makes a circuit.</summary>
    public const string StartMethod = "StartCircuit";

    private readonly ConcurrentDictionary<Guid, int> open = [];

    public bool IsFull(ClaimsPrincipal user) =>
        SessionPrincipal.IdOf(user) is { } person && Of(person) >= options.Value.CircuitsPerPerson;

    internal int Of(Guid person) => open.GetValueOrDefault(person);

    /// <summary>Counts a circuit and starts it.</summary>
    /// <exception cref="HubException">The person has as many as he may.</exception>
    public async ValueTask<object?> StartAsync(ClaimsPrincipal? user, Func<ValueTask<object?>> start)
    {
        if (user is null || SessionPrincipal.IdOf(user) is not { } person) return await start();
        if (open.AddOrUpdate(person, 1, (_, count) => count + 1) > options.Value.CircuitsPerPerson)
        {
            Leave(person);
            throw new HubException("You have too many pages open.");
        }

        object? circuitId = null;
        try
        {
            return circuitId = await start();
        }
        finally
        {
            if (circuitId is null) Leave(person);
        }
    }

    private void Leave(Guid person)
    {
        if (open.AddOrUpdate(person, 0, (_, count) => Math.Max(0, count - 1)) == 0) open.TryRemove(KeyValuePair.Create(person, 0));
    }

    /// <summary>Lives as long as the services of one circuit: until the server gives it up.</summary>
    public sealed class Handler(CircuitCount count, SessionState session) : CircuitHandler, IDisposable
    {
        public void Dispose()
        {
            if (SessionPrincipal.IdOf(session.Begun) is { } person) count.Leave(person);
        }
    }
}
