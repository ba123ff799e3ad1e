using Athena.Dashboard.Platform;
using Athena.Dashboard.Recovery.Drills;

namespace Athena.Dashboard.Recovery;

/// <summary>What people do around a rollback: the procedure with its steps, the post-mortem, and drills.</summary>
public static class RecoverySlice
{
    public static IServiceCollection AddRecovery(this IServiceCollection services)
    {
        services.AddSingleton<RecoveryFacts>();
        services.AddSingleton<RecoveryService>();
        services.AddSingleton<PostMortemService>();
        services.AddSingleton<RecoveryQueries>();
        services.AddEventConsumer<RecoveryConsumer>();
        services.AddSingleton<DrillService>();
        services.AddSingleton<DrillRun>();
        services.AddHostedService<DrillWorker>();
        return services;
    }

    public static void MapRecovery(this IEndpointRouteBuilder routes)
    {
        routes.MapRecoveryApi();
        routes.MapDrillApi();
    }
}
