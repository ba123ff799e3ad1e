namespace Athena.Dashboard.Platform.Ui;

public static class UiServices
{
    /// <summary>What the shared components need.</summary>
    public static IServiceCollection AddUi(this IServiceCollection services) =>
        services.AddScoped<Toasts>().AddScoped<Announcer>().AddScoped<Refusals>();
}
