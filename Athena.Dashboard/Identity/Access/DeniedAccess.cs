using Athena.Dashboard.Platform.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace Athena.Dashboard.Identity.Access;

/// <summary>Tells programs which permission they lack and who has it, and remembers it for <see cref="DeniedAccess"/>.</summary>
internal sealed class DenialAnswers : IAuthorizationMiddlewareResultHandler
{
    private static readonly AuthorizationMiddlewareResultHandler Usual = new();

    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (!authorizeResult.Forbidden) return Usual.HandleAsync(next, context, policy, authorizeResult);
        var lacking = authorizeResult.AuthorizationFailure?.FailedRequirements.OfType<PermissionRequirement>().FirstOrDefault()?.Permission;
        context.Items[typeof(Permission)] = lacking;
        return AccessSchemes.IsForPrograms(context)
            ? AccessAnswers.ForbiddenAsync(context, lacking)
            : Usual.HandleAsync(next, context, policy, authorizeResult);
    }
}

/// <summary>
/// Tells the log of every request that was refused for want of rights. Refusals by a policy, by a service's own check
/// and of a key that has ended look the same from here.
/// </summary>
internal sealed class DeniedAccess(RequestDelegate next, RefusalLog log)
{
    private const int LongestPath = 200;

    public async Task InvokeAsync(HttpContext context)
    {
        await next(context);
        if (context.Response.StatusCode is not (StatusCodes.Status403Forbidden or StatusCodes.Status401Unauthorized) || ActorOf(context) is not { } actor) return;
        var path = context.Request.Path.ToString();
        var permission = context.Items[typeof(Permission)] as Permission?;
        var why = (context.Items[typeof(Refusal)] as Refusal)?.Title ?? (permission is null ? "That may not be seen." : $"{actor.Name} lacks the permission {permission}.");
        await log.DeniedAsync(actor, new Denial($"{context.Request.Method} {(path.Length > LongestPath ? path[..LongestPath] : path)}", permission, why));
    }

    private static Actor? ActorOf(HttpContext context)
    {
        var source = context.Connection.RemoteIpAddress?.ToString();
        if (context.Items[typeof(ActiveKey)] is ActiveKey ended) return ended.Actor with { Source = source };
        if (context.Response.StatusCode != StatusCodes.Status403Forbidden || SessionPrincipal.IdOf(context.User) is not { } id) return null;
        var kind = context.User.Identity is KeyIdentity ? ActorKind.Key : ActorKind.Person;
        return new Actor(kind, id, context.User.Identity?.Name ?? "", [], [], Source: source);
    }
}
