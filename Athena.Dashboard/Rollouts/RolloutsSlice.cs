using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform;
using Athena.Dashboard.Platform.Hosting;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Rehearsals;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Athena.Dashboard.Rollouts;

/// <summary>Staged exposure: plan, hold, advance, roll back.</summary>
public static class RolloutsSlice
{
    public static IServiceCollection AddRollouts(this IServiceCollection services)
    {
        services.AddCheckedOptions<RolloutOptions>(RolloutOptions.Section);
        services.AddSingleton<RolloutSurroundings>();
        services.AddSingleton<RolloutWarnings>();
        services.AddSingleton<RolloutService>();
        services.AddSingleton<RolloutQueries>();
        services.AddSingleton<IRolloutTrigger, RolloutTrigger>();
        services.AddSingleton<IRolloutLookup>(provider => provider.GetRequiredService<RolloutQueries>());
        services.AddSingleton<IRolloutDrills, RolloutDrills>();
        services.AddSingleton<IRollbackRecords, RollbackRecords>();
        services.AddSingleton<IReleaseRollouts>(provider => provider.GetRequiredService<RolloutQueries>());

        services.AddSingleton<IRollbackStep, FlagRollbackStep>();
        services.AddSingleton<IRollbackStep, ReleaseRollbackStep>();
        services.AddSingleton<RollbackSteps>();
        services.AddSingleton<RolloutJournal>();
        services.AddSingleton<RolloutTicker>();
        services.AddHostedService<RolloutWorker>();
        services.AddSingleton<RehearsalService>();
        services.AddHostedService<RehearsalWorker>();
        services.AddEventConsumer<RolloutReactions>();

        services.AddSingleton<RolloutDirectory>();
        services.TryAddSingleton<IRolloutDirectory>(provider => provider.GetRequiredService<RolloutDirectory>());
        services.AddHostedService(provider => provider.GetRequiredService<RolloutDirectory>());
        return services;
    }

    public static void MapRollouts(this IEndpointRouteBuilder routes)
    {
        routes.MapRolloutApi();
        routes.MapRehearsalApi();
    }
}
