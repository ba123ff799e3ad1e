using System.Globalization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Identity.Access;

/// <summary>The session's cookie, and the question with every request whether the session is still good.</summary>
internal sealed class SessionCookie(PersonDirectory people, IOptions<AccessOptions> limits, TimeProvider clock) : IConfigureNamedOptions<CookieAuthenticationOptions>
{
    public const string SignInPath = "/sign-in";
    private const string BegunProperty = "begun";
    private const string Name = HostCookies.Own + "session";

    public void Configure(CookieAuthenticationOptions options) => Configure(AccessSchemes.Session, options);

    public void Configure(string? name, CookieAuthenticationOptions options)
    {
        if (name != AccessSchemes.Session) return;
        options.Cookie.Name = Name;
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.Cookie.Path = "/";
        options.ExpireTimeSpan = TimeSpan.FromHours(limits.Value.SessionIdleHours);
        options.TimeProvider = clock;
        options.SlidingExpiration = true;
        options.LoginPath = SignInPath;
        options.ReturnUrlParameter = "returnUrl";
        options.Events.OnValidatePrincipal = Validate;
        options.Events.OnSigningIn = Begin;
        options.Events.OnRedirectToLogin = AskToSignInAsync;
        options.Events.OnRedirectToAccessDenied = ForbidAsync;
    }

    private Task Begin(CookieSigningInContext context)
    {
        context.Properties.Items[BegunProperty] = clock.GetUtcNow().ToString("o", CultureInfo.InvariantCulture);
        return Task.CompletedTask;
    }

    private Task Validate(CookieValidatePrincipalContext context)
    {
        var now = clock.GetUtcNow();
        if (context.Principal is { } stored && SessionPrincipal.Find(stored, people, now) is { } known && EndOf(context.Properties) is { } ends && now < ends)
            context.ReplacePrincipal(SessionPrincipal.Of(known, ends, context.HttpContext.Connection.RemoteIpAddress?.ToString()));
        else
            context.RejectPrincipal();
        return Task.CompletedTask;
    }

    private DateTimeOffset? EndOf(AuthenticationProperties properties) =>
        properties.Items.TryGetValue(BegunProperty, out var text) && DateTimeOffset.TryParseExact(text, "o", CultureInfo.InvariantCulture, DateTimeStyles.None, out var begun)
            ? begun.AddDays(limits.Value.SessionDays)
            : null;

    private static Task AskToSignInAsync(RedirectContext<CookieAuthenticationOptions> context)
    {
        if (AccessSchemes.IsForPrograms(context.HttpContext)) return AccessAnswers.NotSignedInAsync(context.HttpContext);
        context.Response.Redirect(context.RedirectUri);
        return Task.CompletedTask;
    }

    private static Task ForbidAsync(RedirectContext<CookieAuthenticationOptions> context)
    {
        // No body: the shell's page for people says it in its own way.
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }
}
