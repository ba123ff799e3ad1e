using Athena.Dashboard.Platform.Ui;

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
            options.HeaderName = "X-Request-Token";
        });
        services.AddUi();
        return services;
    }

    /// <summary>First in the pipeline: a page for people where others get ProblemDetails.</summary>
    public static void UseShell(this IApplicationBuilder app)
    {
        app.UseWhen(IsForPeople, pages =>
        {
            pages.UseExceptionHandler("/error", createScopeForErrors: true);
            pages.UseStatusCodePagesWithReExecute("/error", "?code={0}", createScopeForStatusCodePages: true);
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

    private static bool IsForPeople(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method) && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
        || context.Request.HasFormContentType;
}
