using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Releases.Pages;

namespace Athena.Dashboard.Releases;

/// <summary>Versions on their way: type, calendar, states and the transitions that gates guard.</summary>
public static class ReleasesSlice
{
    public static IServiceCollection AddReleases(this IServiceCollection services)
    {
        services.AddSingleton<ReleaseIntents>();
        services.AddSingleton<ReleaseWriter>();
        services.AddSingleton<ReleaseService>();
        services.AddSingleton<ReleaseQueries>();
        services.AddSingleton<IReleaseLookup, ReleaseLookup>();
        services.AddSingleton<IReleaseProgress, ReleaseProgress>();
        services.AddHostedService<ReleaseWorker>();
        services.AddSingleton<IPaletteSource, ReleasePalette>();
        return services;
    }

    public static void MapReleases(this IEndpointRouteBuilder routes) => routes.MapReleaseEndpoints();
}
