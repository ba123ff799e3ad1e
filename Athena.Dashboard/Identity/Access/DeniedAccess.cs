using System.Collections.Concurrent;
using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
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
/// Every request that was refused for want of rights is logged and goes into the audit log: the same one once a minute.
/// Refusals by a policy and by a service's own check look the same from here.
/// </summary>
internal sealed partial class DeniedAccess(RequestDelegate next, Store store, TimeProvider clock, ILogger<DeniedAccess> logger)
{
    private const int MostRemembered = 1_000;
    private const int LongestPath = 200;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(Guid Id, string Path), long> lastSeen = [];

    public async Task InvokeAsync(HttpContext context)
    {
        await next(context);
        if (context.Response.StatusCode == StatusCodes.Status403Forbidden && context.User.Identity?.IsAuthenticated == true) await RememberAsync(context);
    }

    private async Task RememberAsync(HttpContext context)
    {
        if (SessionPrincipal.IdOf(context.User) is not { } id) return;
        var path = context.Request.Path.ToString();
        if (path.Length > LongestPath) path = path[..LongestPath];
        if (!IsNew((id, path))) return;
        var kind = context.User.Identity is KeyIdentity ? ActorKind.Key : ActorKind.Person;
        var permission = context.Items[typeof(Permission)] as Permission?;
        var source = context.Connection.RemoteIpAddress?.ToString();
        Log.Denied(logger, kind, id, context.Request.Method, path, permission, source);
        var actor = new Actor(kind, id, context.User.Identity?.Name ?? "", [], [], Source: source);
        await store.WriteAsync<Done>(
            actor,
            (write, _) =>
            {
                write.Append(new AccessDenied(kind, id, permission, path));
                return Task.FromResult<Outcome<Done>>(Done.Yes);
            },
            CancellationToken.None);
    }

    private bool IsNew((Guid Id, string Path) what)
    {
        if (lastSeen.Count >= MostRemembered) lastSeen.Clear();
        var now = clock.GetTimestamp();
        var isNew = true;
        lastSeen.AddOrUpdate(what, now, (_, before) => (isNew = clock.GetElapsedTime(before, now) >= Pause) ? now : before);
        return isNew;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Kind} {Id} was refused {Method} {Path} for want of {Permission}, from {Source}")]
        public static partial void Denied(ILogger logger, ActorKind kind, Guid id, string method, string path, Permission? permission, string? source);
    }
}
