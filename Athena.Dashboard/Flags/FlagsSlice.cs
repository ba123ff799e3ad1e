using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Ofrep;
using Athena.Dashboard.Flags.Pages;
using Athena.Dashboard.Platform.Hosting;
using Athena.Dashboard.Platform.Ui;

namespace Athena.Dashboard.Flags;

public static class FlagsSlice
{
    public static IServiceCollection AddFlags(this IServiceCollection services)
    {
        services.AddCheckedOptions<FlagOptions>(FlagOptions.Section);
        services.AddSingleton<FlagSnapshots>();
        services.AddSingleton<FlagCatchUp>();
        services.AddSingleton<EvaluationLimiter>();
        services.AddSingleton<FlagService>();
        services.AddSingleton<FlagDefinitionService>();
        services.AddSingleton<ChangeRequestService>();
        services.AddSingleton<ChangeRequestQueries>();
        services.AddScoped<ChangeDesk>();
        services.AddSingleton<QueuedChangeService>();
        services.AddSingleton<FlagCalendar>();
        services.AddCheckedOptions<CodeSearchOptions>(CodeSearchOptions.Section);
        services.AddSingleton<CodeSearch>();
        services.AddSingleton<CodeSearches>();
        services.AddHostedService<CodeSearchWorker>();
        services.AddSingleton<FlagCleanup>();
        services.AddSingleton<FlagReminders>();
        services.AddHostedService<FlagReminderWorker>();
        services.AddSingleton<FlagEvaluations>();
        services.AddHostedService(provider => provider.GetRequiredService<FlagEvaluations>());
        services.AddSingleton<FlagQueries>();
        services.AddSingleton<FlagPast>();
        services.AddSingleton<FlagsAsCode>();
        services.AddSingleton<ExposedUserRecorder>();
        services.AddHostedService(provider => provider.GetRequiredService<ExposedUserRecorder>());
        services.AddSingleton<IExposedUsers>(provider => provider.GetRequiredService<ExposedUserRecorder>());
        services.AddSingleton<SegmentService>();
        services.AddSingleton<SegmentQueries>();
        services.AddSingleton<IFlagLookup>(provider => provider.GetRequiredService<FlagQueries>());
        services.AddSingleton<FlagExposureService>();
        services.AddSingleton<IFlagExposure>(provider => provider.GetRequiredService<FlagExposureService>());
        services.AddSingleton<IRehearsalFlag, RehearsalFlag>();
        services.AddSingleton<IFlagExperiments, FlagExperiments>();
        services.AddSingleton<IPaletteSource, FlagPalette>();
        services.AddSingleton<IStartupStep, FlagLoading>();
        services.AddHostedService<FlagScheduleWorker>();
        services.AddHostedService<FlagRefresher>();
        services.AddSingleton<StreamTokens>();
        services.AddSingleton<FlagStreams>();
        services.AddHostedService(provider => provider.GetRequiredService<FlagStreams>());
        services.AddSingleton<OfrepServer>();
        services.AddSingleton<IStartupFilter, OfrepFilter>();
        return services;
    }

    /// <summary>The evaluation API is not among the routes: it stands ahead of them, in <see cref="OfrepServer"/>.</summary>
    public static void MapFlags(this IEndpointRouteBuilder routes)
    {
        routes.MapFlagApi();
        routes.MapChangeRequestApi();
        routes.MapFlagCalendarApi();
        routes.MapSegmentApi();
        routes.MapFlagsAsCodeApi();
        routes.MapCodeSearchApi();
    }
}
