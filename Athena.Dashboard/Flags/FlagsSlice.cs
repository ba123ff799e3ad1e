using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Platform.Hosting;

namespace Athena.Dashboard.Flags;

public static class FlagsSlice
{
    public static IServiceCollection AddFlags(this IServiceCollection services)
    {
        services.AddSingleton<FlagSnapshots>();
        services.AddSingleton<FlagService>();
        services.AddSingleton<FlagQueries>();
        services.AddSingleton<IFlagLookup>(provider => provider.GetRequiredService<FlagQueries>());
        services.AddSingleton<IFlagExposure, FlagExposureService>();
        services.AddSingleton<IStartupStep, FlagLoading>();
        services.AddHostedService<FlagScheduleWorker>();
        services.AddHostedService<FlagRefresher>();
        return services;
    }
}
