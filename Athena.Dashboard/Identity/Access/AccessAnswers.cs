using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Microsoft.AspNetCore.Authentication;

namespace Athena.Dashboard.Identity.Access;

/// <summary>What programs are told when they may not.</summary>
internal static class AccessAnswers
{
    public static async Task NotSignedInAsync(HttpContext context)
    {
        var result = await context.AuthenticateAsync();
        var title = result.Failure?.Message ?? "This needs an API key or a session.";
        context.Response.Headers.WWWAuthenticate = "Bearer";
        await TypedResults.Problem(
            title: title,
            detail: "Send a key as 'Authorization: Bearer KEY' or 'X-API-Key: KEY'; an Administrator makes keys under Settings.",
            statusCode: StatusCodes.Status401Unauthorized,
            extensions: new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["code"] = result.Failure is null ? "not_signed_in" : "key_refused",
                ["whoCan"] = new[] { Role.Administrator.Title() },
            }).ExecuteAsync(context);
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
