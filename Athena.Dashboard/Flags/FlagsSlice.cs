using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Platform.Hosting;
using Athena.Dashboard.Platform.Ui;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Athena.Dashboard.Flags;

public static class FlagsSlice
{
    public static IServiceCollection AddFlags(this IServiceCollection services)
    {
        services.AddCheckedOptions<FlagOptions>(FlagOptions.Section);
        services.AddSingleton<FlagSnapshots>();
        services.AddSingleton<EvaluationLimiter>();
        services.AddSingleton<FlagService>();
        services.AddSingleton<FlagQueries>();
        services.AddSingleton<SegmentService>();
        services.AddSingleton<SegmentQueries>();
        services.AddSingleton<IFlagLookup>(provider => provider.GetRequiredService<FlagQueries>());
        services.AddSingleton<IFlagExposure, FlagExposureService>();
        services.AddSingleton<IPaletteSource, FlagPalette>();
        services.AddSingleton<IStartupStep, FlagLoading>();
        services.AddHostedService<FlagScheduleWorker>();
        services.AddHostedService<FlagRefresher>();
        services.AddSingleton<IStartupFilter, DoubledSlash>();
        services.AddCors();
        services.AddOptions<CorsOptions>().Configure<IOptions<FlagOptions>>((cors, flags) => cors.AddPolicy(OfrepEndpoints.CorsPolicy, policy => policy
            .WithOrigins(flags.Value.AllowedOrigins)
            .WithMethods(HttpMethods.Post)
            .WithHeaders(HeaderNames.Authorization, "X-API-Key", HeaderNames.ContentType, HeaderNames.IfNoneMatch)
            // Without this the browser hides the tag from the provider, and no answer is ever 304.
            .WithExposedHeaders(HeaderNames.ETag, HeaderNames.RetryAfter)
            .SetPreflightMaxAge(TimeSpan.FromHours(1))));
        return services;
    }

    /// <summary>The evaluation API needs <c>UseCors</c> ahead of authentication: a browser has to see a 401 as such.</summary>
    public static void MapFlags(this IEndpointRouteBuilder routes)
    {
        routes.MapOfrep();
        routes.MapFlagApi();
        routes.MapSegmentApi();
    }
}
