using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Platform;

namespace Athena.Dashboard.Gates;

/// <summary>Checklists that something must pass before it goes on: items, evidence, waivers, verdicts.</summary>
public static class GatesSlice
{
    public static IServiceCollection AddGates(this IServiceCollection services)
    {
        services.AddSingleton<GateCheckNames>();
        services.AddSingleton<GateService>();
        services.AddSingleton<GateQueries>();
        services.AddSingleton<IGateBoards>(provider => provider.GetRequiredService<GateQueries>());
        services.AddSingleton<IGateKeeper, GateKeeper>();
        services.AddSingleton<IGateVerdicts, GateVerdicts>();
        services.AddEventConsumer<GateChecks>();
        services.AddHostedService<GateWorker>();
        return services;
    }

    public static void MapGates(this IEndpointRouteBuilder routes) => routes.MapGateEndpoints();
}
