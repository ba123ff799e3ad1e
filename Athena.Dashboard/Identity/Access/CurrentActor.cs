using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Microsoft.AspNetCore.Components.Authorization;

namespace Athena.Dashboard.Identity.Access;

/// <summary>
/// A circuit knows its person from the authentication state that it began with, a request from its own principal. Both
/// are asked against the directory again every time.
/// </summary>
internal sealed class CurrentActor(AuthenticationStateProvider states, IHttpContextAccessor requests, PersonDirectory people, TimeProvider clock) : ICurrentActor
{
    public ValueTask<Actor> GetAsync(CancellationToken cancellationToken = default)
    {
        if (states is SessionState { IsKnown: true } session) return new(SessionPrincipal.ActorOf(session.Begun, people, clock.GetUtcNow()));
        var context = requests.HttpContext ?? throw new InvalidOperationException("There is neither a circuit nor a request.");
        if (context.User.Identity is KeyIdentity key)
            return new(key.Key.Actor with { Source = context.Connection.RemoteIpAddress?.ToString() });
        return new(SessionPrincipal.ActorOf(context.User, people, clock.GetUtcNow()));
    }
}
