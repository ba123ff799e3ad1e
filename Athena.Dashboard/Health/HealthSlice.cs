using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Hosting;
using Athena.Dashboard.Platform.Live;

namespace Athena.Dashboard.Health;

/// <summary>Measures rollouts: takes what applications report, keeps windows of it, and judges rules over them.</summary>
public static class HealthSlice
{
    public static IServiceCollection AddHealth(this IServiceCollection services)
    {
        services.AddCheckedOptions<HealthOptions>(HealthOptions.Section);
        services.AddSingleton<HealthMeters>();
        services.AddSingleton<HealthBacklog>();
        services.AddSingleton<BatchLimiter>();
        services.AddSingleton<HealthNode>();
        services.AddSingleton<HealthIngest>();
        services.AddSingleton<HealthQueries>();
        services.AddSingleton<IHealthSeries>(provider => provider.GetRequiredService<HealthQueries>());
        services.AddSingleton<HealthJudge>();
        services.AddSingleton<IHealthJudge>(provider => provider.GetRequiredService<HealthJudge>());
        services.AddSingleton<IHealthSources>(provider => provider.GetRequiredService<HealthJudge>());
        services.AddSingleton<HealthLoader>();
        services.AddSingleton<IStartupStep>(provider => provider.GetRequiredService<HealthLoader>());

        services.AddWorker<HealthRecorder>();
        services.AddWorker<HealthWriter>();
        services.AddWorker<HealthFollower>();
        services.AddWorker<HealthRetention>();
        services.AddCheckedOptions<PrometheusOptions>(PrometheusOptions.Section);
        services.AddSingleton(provider => new PrometheusClient(
            new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) },
            provider.GetRequiredService<TimeProvider>()));
        services.AddWorker<PrometheusWorker>();
        services.AddWorker<HealthLive>();
        services.AddSingleton<ILiveSnapshots>(provider => provider.GetRequiredService<HealthLive>());
        return services;
    }

    public static void MapHealth(this IEndpointRouteBuilder routes) => HealthEndpoints.Map(routes);

    // Others hand things to a worker, so it has to be found as itself too.
    private static void AddWorker<T>(this IServiceCollection services)
        where T : class, IHostedService
    {
        services.AddSingleton<T>();
        services.AddHostedService(provider => provider.GetRequiredService<T>());
    }
}
