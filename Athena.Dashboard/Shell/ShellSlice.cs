using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Shell.Reports;
using Microsoft.AspNetCore.Diagnostics;

namespace Athena.Dashboard.Shell;

/// <summary>The document, the layouts and the navigation around the slices' pages.</summary>
public static class ShellSlice
{
    public static IServiceCollection AddShell(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "athena.antiforgery";
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
        services.AddExceptionHandler<ProgramFailures>();
        services.AddUi();
        services.AddSingleton<IKeyEnvironments, KeyEnvironments>();
        services.AddSingleton<IFlagReleases, FlagReleases>();
        services.AddSingleton<HealthReports>();
        return services;
    }

    /// <summary>First in the pipeline: failures and refused requests become a page for people, ProblemDetails for programs.</summary>
    public static void UseShell(this IApplicationBuilder app)
    {
        app.UseExceptionHandler("/error", createScopeForErrors: true);
        app.UseStatusCodePagesWithReExecute("/status/{0}", createScopeForStatusCodePages: true);
        app.Use(async (context, next) =>
        {
            if (ProgramFailures.IsForPeople(context))
            {
                await next(context);
                return;
            }

            if (context.Features.Get<IStatusCodePagesFeature>() is { } pages) pages.Enabled = false;
            await next(context);
            await BareStatus.ExplainAsync(context);
        });
    }

    public static void MapShell(this WebApplication app)
    {
        app.MapShellEndpoints();
        app.MapRazorComponents<App>()
            .WithStaticAssets()
            // Compression costs each circuit more memory than the circuit itself.
            .AddInteractiveServerRenderMode(options => options.DisableWebSocketCompression = true);
    }
}
