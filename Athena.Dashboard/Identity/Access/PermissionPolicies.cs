using Athena.Dashboard.Platform.Kernel;
using Microsoft.AspNetCore.Authorization;

namespace Athena.Dashboard.Identity.Access;

/// <summary>One policy for each permission, by its name; whatever names no policy still wants somebody signed in.</summary>
internal static class PermissionPolicies
{
    public static void Configure(AuthorizationOptions options)
    {
        foreach (var permission in Enum.GetValues<Permission>())
            options.AddPolicy(permission.ToString(), policy => policy.RequireAuthenticatedUser().AddRequirements(new PermissionRequirement(permission)));
        options.FallbackPolicy = options.DefaultPolicy;
    }
}

internal sealed record PermissionRequirement(Permission Permission) : IAuthorizationRequirement;

/// <summary>Asks the directory, not the cookie: what was true at sign-in may not be true any more.</summary>
internal sealed class PermissionHandler(PersonDirectory people, TimeProvider clock) : AuthorizationHandler<PermissionRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, PermissionRequirement requirement)
    {
        var allowed = context.User.Identity is KeyIdentity key
            ? key.Key.Actor.May(requirement.Permission)
            : SessionPrincipal.Find(context.User, people, clock.GetUtcNow()) is { } known && known.Permissions.Contains(requirement.Permission);
        if (allowed) context.Succeed(requirement);
        return Task.CompletedTask;
    }
}
