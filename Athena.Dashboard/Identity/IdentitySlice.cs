using Athena.Dashboard.Identity.Access;
using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Identity;

/// <summary>People, roles, API keys, sign-in: who asks, and whether he may.</summary>
public static class IdentitySlice
{
    public static IServiceCollection AddIdentity(this IServiceCollection services)
    {
        services.AddCheckedOptions<AccessOptions>(AccessOptions.Section);
        services.AddSingleton<PersonDirectory>();
        services.AddSingleton<IPeople>(provider => provider.GetRequiredService<PersonDirectory>());
        services.AddSingleton<KeyRing>();
        services.AddSingleton<IApiKeys, ApiKeys>();
        services.AddSingleton<IStartupStep, IdentityStartup>();
        services.AddHostedService<IdentityWatch>();
        services.AddHostedService<KeyUseWriter>();
        services.AddHostedService<SetupAnnouncement>();
        services.AddSingleton<AccountManagers>();
        services.AddSingleton<AccountWriter>();
        services.AddSingleton<PeopleService>();
        services.AddSingleton<PeopleQueries>();
        services.AddSingleton<PasswordService>();
        services.AddSingleton<SecondFactorService>();
        services.AddSingleton<SignInThrottle>();
        services.AddSingleton<SignInService>();
        services.AddSingleton<SetupService>();
        services.AddSingleton<KeyService>();
        services.AddSingleton<IFirstAdministrator, FirstAdministrator>();
        services.AddAccess();
        return services;
    }

    /// <summary>Finds out who asks and whether he may; before every route that is not for everybody.</summary>
    public static void UseIdentity(this IApplicationBuilder app)
    {
        app.UseHostCookies();
        app.UseMiddleware<SetupGate>();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseMiddleware<DeniedAccess>();
        app.UseAuthorization();
        app.UseWebSockets();
        app.UseMiddleware<ConnectionLimits>();
    }

    public static void MapIdentity(this IEndpointRouteBuilder routes) => IdentityEndpoints.Map(routes);

    private static void AddAccess(this IServiceCollection services)
    {
        services.AddAuthentication(AccessSchemes.Any)
            .AddPolicyScheme(AccessSchemes.Any, null, options => options.ForwardDefaultSelector =
                context => !PresentedKey.In(context.Request).IsEmpty ? AccessSchemes.Key : AccessSchemes.Session)
            .AddCookie(AccessSchemes.Session)
            .AddScheme<AuthenticationSchemeOptions, KeyAuthentication>(AccessSchemes.Key, null);
        services.AddSingleton<IConfigureOptions<CookieAuthenticationOptions>, SessionCookie>();

        services.AddAuthorization(PermissionPolicies.Configure);
        services.AddSingleton<IAuthorizationHandler, PermissionHandler>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, DenialAnswers>();
        // Says with every wrong key what DeniedAccess and the answer itself say better.
        services.AddLogging(logging => logging.AddFilter(typeof(KeyAuthentication).FullName, LogLevel.Warning));
        services.AddCascadingAuthenticationState();

        services.AddSingleton<SessionWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<SessionWatch>());
        services.AddSingleton<ConnectionCount>();
        services.AddSingleton<CircuitCount>();
        services.AddScoped<CircuitHandler, CircuitCount.Handler>();
        services.AddScoped<CircuitHandler, CircuitRefusals>();
        services.AddSingleton<RefusalLog>();
        services.AddHostedService(provider => provider.GetRequiredService<RefusalLog>());
        services.AddSingleton<OpenConnections>();
        // For every hub, Blazor's own among them.
        services.AddSignalR(options => options.AddFilter<OpenConnections>());

        services.AddHttpContextAccessor();
        services.AddScoped<SessionState>();
        services.AddScoped<AuthenticationStateProvider>(provider => provider.GetRequiredService<SessionState>());
        services.AddScoped<IHostEnvironmentAuthenticationStateProvider>(provider => provider.GetRequiredService<SessionState>());
        services.AddScoped<ICurrentActor, CurrentActor>();
    }
}
