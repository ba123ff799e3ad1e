using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Hosting;
using Athena.Dashboard.Platform.Live;
using Athena.Dashboard.Platform.Storage;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Platform;

public static class PlatformSetup
{
    public static IServiceCollection AddPlatform(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);

        services.AddCheckedOptions<StorageOptions>(StorageOptions.Section);
        services.AddSingleton<Contexts>();
        services.AddSingleton<IDbContextFactory<AthenaDbContext>>(provider => provider.GetRequiredService<Contexts>());
        // ASP.NET Core Identity's stores want a scoped context; nothing else does.
        services.AddScoped(provider => provider.GetRequiredService<Contexts>().CreateDbContext());
        services.AddSingleton<Store>();
        services.AddSingleton<Leases>();
        services.AddSingleton<DatabaseNotices>();
        services.AddSingleton<DatabaseMigrator>();
        services.AddSingleton<Backup>();

        services.AddDataProtection().SetApplicationName("Athena.Dashboard");
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider =>
            new ConfigureOptions<KeyManagementOptions>(options => options.XmlRepository = new DataProtectionKeys(provider.GetRequiredService<Contexts>())));

        services.AddSingleton<EventBell>();
        services.AddSingleton<EventStream>();
        services.AddHostedService<EventPump>();

        services.AddSignalR();
        services.AddSingleton<LiveSender>();
        services.AddHostedService<LiveEventForwarder>();

        services.AddApi();
        services.AddSingleton<IPostConfigureOptions<LoggerFilterOptions>, SecretLogs>();
        services.AddCheckedOptions<ProxyOptions>(ProxyOptions.Section);
        services.AddCheckedOptions<LimitOptions>(LimitOptions.Section);
        services.AddRequestLimits();
        services.AddHealthChecks().AddCheck<DatabaseReady>("database", tags: ["ready"]);
        return services;
    }

    /// <summary>Registers something that must see every event at least once.</summary>
    public static IServiceCollection AddEventConsumer<TConsumer>(this IServiceCollection services)
        where TConsumer : class, IEventConsumer
    {
        services.AddSingleton<TConsumer>();
        services.AddHostedService<EventConsumerWorker<TConsumer>>();
        return services;
    }

    /// <summary>What stands before everything else: whom to believe, what every answer says, and who may make a browser ask.</summary>
    public static void UseProtection(this IApplicationBuilder app)
    {
        app.UseKnownProxies(app.ApplicationServices.GetRequiredService<IOptions<ProxyOptions>>().Value);
        app.UseSecurityHeaders();
        app.UseOriginCheck();
        app.UseStorableQueries();
    }

    public static void MapPlatform(this IEndpointRouteBuilder routes)
    {
        routes.MapHealthChecks("/healthz", new() { Predicate = _ => false }).AllowAnonymous();
        routes.MapHealthChecks("/readyz", new() { Predicate = check => check.Tags.Contains("ready") }).AllowAnonymous();
        routes.MapHub<LiveHub>("/hubs/live");
    }
}
