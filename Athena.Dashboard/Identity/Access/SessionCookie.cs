using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Identity.Access;

/// <summary>The session's cookie, and the question with every request whether the session is still good.</summary>
internal sealed class SessionCookie(PersonDirectory people) : IConfigureNamedOptions<CookieAuthenticationOptions>
{
    public const string SignInPath = "/sign-in";
    public const string NoAccessPath = "/no-access";
    private const string Name = "athena.session";

    public void Configure(CookieAuthenticationOptions options) => Configure(AccessSchemes.Session, options);

    public void Configure(string? name, CookieAuthenticationOptions options)
    {
        if (name != AccessSchemes.Session) return;
        options.Cookie.Name = Name;
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.Cookie.Path = "/";
        options.CookieManager = new HostCookies();
        options.ExpireTimeSpan = TimeSpan.FromDays(7);
        options.SlidingExpiration = true;
        options.LoginPath = SignInPath;
        options.AccessDeniedPath = NoAccessPath;
        options.ReturnUrlParameter = "returnUrl";
        options.Events.OnValidatePrincipal = Validate;
        options.Events.OnRedirectToLogin = context => Redirect(context, AccessAnswers.NotSignedInAsync);
        options.Events.OnRedirectToAccessDenied = context => Redirect(context, http => AccessAnswers.ForbiddenAsync(http, permission: null));
    }

    private Task Validate(CookieValidatePrincipalContext context)
    {
        if (context.Principal is { } stored && SessionPrincipal.Find(stored, people) is { } known)
            context.ReplacePrincipal(SessionPrincipal.Of(known, context.HttpContext.Connection.RemoteIpAddress?.ToString()));
        else
            context.RejectPrincipal();
        return Task.CompletedTask;
    }

    private static Task Redirect(RedirectContext<CookieAuthenticationOptions> context, Func<HttpContext, Task> answer)
    {
        if (AccessSchemes.IsForPrograms(context.Request.Path)) return answer(context.HttpContext);
        context.Response.Redirect(context.RedirectUri);
        return Task.CompletedTask;
    }

    /// <summary>Under https the name begins with <c>__Host-</c>, which binds the cookie to this host and to https.</summary>
    private sealed class HostCookies : ICookieManager
    {
        private readonly ChunkingCookieManager inner = new();

        public string? GetRequestCookie(HttpContext context, string key) => inner.GetRequestCookie(context, Named(context, key));

        public void AppendResponseCookie(HttpContext context, string key, string? value, CookieOptions options) =>
            inner.AppendResponseCookie(context, Named(context, key), value, options);

        public void DeleteCookie(HttpContext context, string key, CookieOptions options) =>
            inner.DeleteCookie(context, Named(context, key), options);

        private static string Named(HttpContext context, string key) => context.Request.IsHttps ? "__Host-" + key : key;
    }
}
