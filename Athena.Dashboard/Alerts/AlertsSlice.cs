using Athena.Dashboard.Platform;
using Athena.Dashboard.Platform.Hosting;

namespace Athena.Dashboard.Alerts;

/// <summary>What fires and who is told: from rules of rollouts, from the product itself, and from outside.</summary>
public static class AlertsSlice
{
    public static IServiceCollection AddAlerts(this IServiceCollection services)
    {
        services.AddCheckedOptions<AlertOptions>(AlertOptions.Section);
        services.AddSingleton<AlertBook>();
        services.AddSingleton<AlertSignals>();
        services.AddSingleton<AlertQueries>();
        services.AddSingleton<AlertService>();
        services.AddSingleton<AlertReceiver>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<AlertSender>(
            provider, new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = TimeSpan.FromSeconds(10) }));
        services.AddHostedService<AlertWorker>();
        services.AddEventConsumer<AlertReactions>();
        return services;
    }

    public static void MapAlerts(this IEndpointRouteBuilder routes) => AlertEndpoints.Map(routes);
}
