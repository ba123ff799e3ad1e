using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;

namespace Athena.Dashboard.Identity.Access;

/// <summary>
/// The authentication state of a circuit, or of a page while it is rendered. When the session ends anywhere, the
/// circuit is told at once that nobody is signed in.
/// </summary>
internal sealed class SessionState : AuthenticationStateProvider, IHostEnvironmentAuthenticationStateProvider, IDisposable
{
    private readonly PersonDirectory people;
    private readonly SessionWatch watch;
    private readonly TimeProvider clock;
    private Task<AuthenticationState>? state;
    private bool ended;

    public SessionState(PersonDirectory people, SessionWatch watch, TimeProvider clock)
    {
        (this.people, this.watch, this.clock) = (people, watch, clock);
        watch.Look += EndIfOver;
    }

    public bool IsKnown => Begun.Identity?.IsAuthenticated == true && Begun.Identity is not KeyIdentity;

    /// <summary>Who the circuit began with, whatever became of the session since.</summary>
    public ClaimsPrincipal Begun { get; private set; } = new();

    public override Task<AuthenticationState> GetAuthenticationStateAsync() =>
        state ?? throw new InvalidOperationException("The authentication state is asked for outside of a page.");

    public void SetAuthenticationState(Task<AuthenticationState> authenticationStateTask)
    {
        if (authenticationStateTask.IsCompletedSuccessfully) Begun = authenticationStateTask.Result.User;
        state = authenticationStateTask;
        NotifyAuthenticationStateChanged(state);
    }

    public void Dispose() => watch.Look -= EndIfOver;

    private void EndIfOver(object? sender, EventArgs e)
    {
        if (ended || !IsKnown || SessionPrincipal.Find(Begun, people, clock.GetUtcNow()) is not null) return;
        ended = true;
        state = Task.FromResult(new AuthenticationState(new ClaimsPrincipal(new ClaimsIdentity())));
        NotifyAuthenticationStateChanged(state);
    }
}
