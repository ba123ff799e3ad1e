using Athena.Dashboard.Platform;

namespace Athena.Dashboard.Recovery;

/// <summary>What people do around a rollback: the procedure with its steps, and the post-mortem.</summary>
public static class RecoverySlice
{
    public static IServiceCollection AddRecovery(this IServiceCollection services)
    {
        services.AddSingleton<RecoveryFacts>();
        services.AddSingleton<RecoveryService>();
        services.AddSingleton<PostMortemService>();
        services.AddSingleton<RecoveryQueries>();
        services.AddEventConsumer<RecoveryConsumer>();
        return services;
    }

    public static void MapRecovery(this IEndpointRouteBuilder routes) => routes.MapRecoveryApi();
}
