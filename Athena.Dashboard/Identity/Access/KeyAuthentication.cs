using System.Text.Encodings.Web;
using Athena.Dashboard.Identity.Domain;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Identity.Access;

/// <summary>Accepts <c>Authorization: Bearer KEY</c> and <c>X-API-Key: KEY</c>.</summary>
internal sealed class KeyAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    KeyRing ring,
    TimeProvider clock) : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    private const string Bearer = "Bearer ";
    private static readonly Task<AuthenticateResult> Unknown = Fail("The API key is not known.");
    private static readonly Task<AuthenticateResult> Expired = Fail("The API key has expired.");
    private static readonly Task<AuthenticateResult> Revoked = Fail("The API key was revoked.");
    private static readonly Task<AuthenticateResult> Nothing = Task.FromResult(AuthenticateResult.NoResult());

    /// <summary>True when a request shows a key, good or not.</summary>
    public static bool IsPresented(HttpRequest request) => !Presented(request).IsEmpty;

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var presented = Presented(Request);
        if (presented.IsEmpty) return Nothing;
        return ring.Find(presented) is { } key ? Judge(key) : LookAgainAsync();
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) => AccessAnswers.NotSignedInAsync(Context);

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => AccessAnswers.ForbiddenAsync(Context, permission: null);

    private async Task<AuthenticateResult> LookAgainAsync()
    {
        if (!await ring.RefreshForUnknownAsync(Context.RequestAborted)) return await Unknown;
        return ring.Find(Presented(Request)) is { } key ? await Judge(key) : await Unknown;
    }

    private Task<AuthenticateResult> Judge(ActiveKey key)
    {
        var now = clock.GetUtcNow();
        switch (key.StateAt(now))
        {
            case KeyState.Revoked:
                return Revoked;
            case KeyState.Expired:
                return Expired;
            default:
                key.Use(now);
                return key.Accepted;
        }
    }

    private static ReadOnlySpan<char> Presented(HttpRequest request)
    {
        if (request.Headers.TryGetValue("X-API-Key", out var named)) return named.ToString().AsSpan().Trim();
        var authorization = request.Headers.Authorization.ToString().AsSpan();
        return authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? authorization[Bearer.Length..].Trim() : default;
    }

    private static Task<AuthenticateResult> Fail(string why) => Task.FromResult(AuthenticateResult.Fail(why));
}
