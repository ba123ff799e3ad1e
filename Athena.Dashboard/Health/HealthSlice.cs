using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Health.Otlp;
using Athena.Dashboard.Platform.Hosting;
using Athena.Dashboard.Platform.Live;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Health;

/// <summary>Measures rollouts: takes what applications report, keeps windows of it, and judges rules over them.</summary>
public static class HealthSlice
{
    public static IServiceCollection AddHealth(this IServiceCollection services)
    {
        services.AddCheckedOptions<HealthOptions>(HealthOptions.Section);
        services.AddSingleton<HealthMeters>();
        services.AddSingleton<HealthBacklog>();
        services.AddSingleton<HealthSuspicions>();
        services.AddSingleton<BatchLimiter>();
        services.AddSingleton<HealthNode>();
        services.AddSingleton<HealthIngest>();
        services.AddSingleton<IHealthIntake>(provider => provider.GetRequiredService<HealthIngest>());
        services.AddSingleton<HealthQueries>();
        services.AddSingleton<IHealthSeries>(provider => provider.GetRequiredService<HealthQueries>());
        services.AddSingleton<HealthJudge>();
        services.AddSingleton<IHealthJudge>(provider => provider.GetRequiredService<HealthJudge>());
        services.AddSingleton<IHealthSources>(provider => provider.GetRequiredService<HealthJudge>());
        services.AddSingleton<IHealthBench, HealthBench>();
        services.AddSingleton<IHealthRecordings, HealthRecordings>();
        services.AddSingleton<HealthLoader>();
        services.AddSingleton<IStartupStep>(provider => provider.GetRequiredService<HealthLoader>());

        services.AddWorker<HealthRecorder>();
        services.AddWorker<HealthWriter>();
        services.AddWorker<HealthFolder>();
        services.AddWorker<HealthFollower>();
        services.AddWorker<HealthRetention>();
        services.AddCheckedOptions<PrometheusOptions>(PrometheusOptions.Section);
        services.AddSingleton(provider => new PrometheusClient(
            new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) },
            provider.GetRequiredService<TimeProvider>()));
        services.AddWorker<PrometheusWorker>();
        services.AddCheckedOptions<OpenTelemetryOptions>(OpenTelemetryOptions.Section);
        services.AddOptions<OpenTelemetryOptions>().Validate<IOptions<PrometheusOptions>>(
            (exported, asked) => !exported.Sources.Exists(source => asked.Value.Sources.Exists(other => string.Equals(other.Name, source.Name, StringComparison.OrdinalIgnoreCase))),
            "Sources: one has the Name of a source in Athena:Prometheus.");
        services.AddSingleton<OtlpIngest>();
        services.AddSingleton<OtlpServer>();
        services.AddSingleton<IStartupFilter, OtlpFilter>();
        services.AddWorker<OtlpWorker>();
        services.AddWorker<HealthLive>();
        services.AddSingleton<ILiveSnapshots>(provider => provider.GetRequiredService<HealthLive>());
        return services;
    }

    /// <summary>OTLP is not among the routes: it stands ahead of them, in <see cref="OtlpServer"/>.</summary>
    public static void MapHealth(this IEndpointRouteBuilder routes) => HealthEndpoints.Map(routes);

    // Others hand things to a worker, so it has to be found as itself too.
    private static void AddWorker<T>(this IServiceCollection services)
        where T : class, IHostedService
    {
        services.AddSingleton<T>();
        services.AddHostedService(provider => provider.GetRequiredService<T>());
    }
}
