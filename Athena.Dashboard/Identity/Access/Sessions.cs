using Microsoft.AspNetCore.Authentication;

namespace Athena.Dashboard.Identity.Access;

/// <summary>Begins and ends the session of a browser.</summary>
internal static class Sessions
{
    public static Task BeginAsync(HttpContext context, Guid personId, string stamp) =>
        context.SignInAsync(AccessSchemes.Session, SessionPrincipal.ForCookie(personId, stamp), new AuthenticationProperties { IsPersistent = true });

    public static Task ForgetAsync(HttpContext context) => context.SignOutAsync(AccessSchemes.Session);
}
