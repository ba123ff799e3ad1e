using Athena.Dashboard.Platform.Hosting;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Process;

/// <summary>The release process as data: one document, versioned and checked, from which everything else takes its rules.</summary>
public static class ProcessSlice
{
    public static IServiceCollection AddProcess(this IServiceCollection services)
    {
        services.AddSingleton<ProcessCatalog>();
        services.AddSingleton<IProcessCatalog>(provider => provider.GetRequiredService<ProcessCatalog>());
        services.AddSingleton<IRolloutPlanReader, RolloutPlanReader>();
        services.AddSingleton<ProcessService>();
        services.AddSingleton<ProcessQueries>();
        services.AddSingleton<IStartupStep, ProcessStartup>();
        services.AddHostedService<ProcessWatch>();
        return services;
    }

    public static void MapProcess(this IEndpointRouteBuilder routes) => ProcessEndpoints.Map(routes);
}
