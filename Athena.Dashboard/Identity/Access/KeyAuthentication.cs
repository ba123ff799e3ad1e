using System.Text.Encodings.Web;
using Athena.Dashboard.Identity.Domain;
using Athena.Dashboard.Platform.Api;
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
    private static readonly Task<AuthenticateResult> Malformed = Fail("key_malformed", "This is not an API key of Athena: one begins with athena_ and has 50 characters.");
    private static readonly Task<AuthenticateResult> Unknown = Fail("key_unknown", "The API key is not known.");
    private static readonly Task<AuthenticateResult> Expired = Fail("key_expired", "The API key has expired.");
    private static readonly Task<AuthenticateResult> Revoked = Fail("key_revoked", "The API key was revoked.");
    private static readonly Task<AuthenticateResult> Nothing = Task.FromResult(AuthenticateResult.NoResult());

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var presented = PresentedKey.In(Request);
        if (presented.IsEmpty) return Nothing;
        if (ring.Find(presented) is { } key) return Judge(key);
        // No other process can have made it: the database is spared the question.
        return FreshKey.HasShape(presented) ? LookAgainAsync() : Malformed;
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) => AccessAnswers.NotSignedInAsync(Context);

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => AccessAnswers.ForbiddenAsync(Context, permission: null);

    private async Task<AuthenticateResult> LookAgainAsync()
    {
        if (!await ring.RefreshForUnknownAsync(Context.RequestAborted)) return await Unknown;
        return ring.Find(PresentedKey.In(Request)) is { } key ? await Judge(key) : await Unknown;
    }

    private Task<AuthenticateResult> Judge(ActiveKey key)
    {
        var now = clock.GetUtcNow();
        switch (key.StateAt(now))
        {
            case KeyState.Revoked:
                Context.Items[typeof(ActiveKey)] = key;
                return Revoked;
            case KeyState.Expired:
                Context.Items[typeof(ActiveKey)] = key;
                return Expired;
            default:
                key.Use(now);
                return key.Accepted;
        }
    }

    private static Task<AuthenticateResult> Fail(string code, string why) => Task.FromResult(AuthenticateResult.Fail(new KeyRefusedException(code, why)));
}

/// <summary>Why a key is not taken, for the answer. Nothing throws it.</summary>
internal sealed class KeyRefusedException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}
