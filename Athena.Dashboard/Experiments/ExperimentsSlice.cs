using Athena.Dashboard.Platform;
using Athena.Dashboard.Platform.Ui;

namespace Athena.Dashboard.Experiments;

public static class ExperimentsSlice
{
    public static IServiceCollection AddExperiments(this IServiceCollection services)
    {
        services.AddSingleton<ExperimentQueries>();
        services.AddSingleton<ExperimentService>();
        services.AddSingleton<ExperimentOutcomes>();
        services.AddSingleton<IPaletteSource, ExperimentPalette>();
        services.AddEventConsumer<ExperimentFollower>();
        services.AddHostedService<ExperimentPlanWorker>();
        services.AddHostedService<AnswerRecorder>();
        return services;
    }

    public static void MapExperiments(this IEndpointRouteBuilder routes) => routes.MapExperimentApi();
}
