using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Microsoft.AspNetCore.Authentication;

namespace Athena.Dashboard.Identity.Access;

/// <summary>What programs are told when they may not.</summary>
internal static class AccessAnswers
{
    public static async Task NotSignedInAsync(HttpContext context)
    {
        var refused = (await context.AuthenticateAsync()).Failure as KeyRefusedException;
        context.Response.Headers.WWWAuthenticate = "Bearer";
        await new Refusal(
            RefusalKind.NotSignedIn,
            refused?.Code ?? "not_signed_in",
            refused?.Message ?? "This needs an API key or a session.",
            "Send a key as 'Authorization: Bearer KEY' or 'X-API-Key: KEY'; an Administrator makes keys under Settings.")
        {
            WhoCan = [Role.Administrator.Title()],
        }.ToResult().ExecuteAsync(context);
    }

    public static Task ForbiddenAsync(HttpContext context, Permission? permission)
    {
        var name = context.User.Identity?.Name ?? "Nobody";
        var why = permission switch
        {
            Permission.TakePart => $"{name} may not change anything.",
            { } wanted => $"{name} lacks the permission {wanted}.",
            null => $"{name} may not do this.",
        };
        var whoCan = permission?.Holders() ?? [Role.Administrator];
        return Refusal.Forbidden(why, [.. whoCan.Select(role => role.Title())]).ToResult().ExecuteAsync(context);
    }
}
