using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using System.Threading.RateLimiting;
using Athena.Dashboard.Platform.Kernel;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Platform.Api;

/// <summary>How much one caller may ask for; section <c>Athena:Limits</c>.</summary>
public sealed class LimitOptions
{
    public const string Section = "Athena:Limits";

    /// <summary>Requests per second of one person, one key, or one address that is neither. 1 to 100000, default 100.</summary>
    [Range(1, 100_000)]
    public int RequestsPerSecond { get; set; } = 100;

    /// <summary>Requests that may come at once after a quiet time. 1 to 1000000, default 600.</summary>
    [Range(1, 1_000_000)]
    public int RequestsAtOnce { get; set; } = 600;

    /// <summary>Live connections (circuits and hubs) that one person or key may hold at a time; a page needs up to two. 2 to 100000, default 100.</summary>
    [Range(2, 100_000)]
    public int ConnectionsPerCaller { get; set; } = 100;

    /// <summary>Live connections that may come from one address (IPv6: one /64 network) at a time. 2 to 100000, default 1000.</summary>
    [Range(2, 100_000)]
    public int ConnectionsPerAddress { get; set; } = 1000;

    /// <summary>Bytes of a request's body where the endpoint sets no limit of its own. 1024 to 104857600, default 1048576.</summary>
    [Range(1024, 104_857_600)]
    public long BodyBytes { get; set; } = ApiSetup.MostBodyBytes;
}

/// <summary>
/// One caller cannot take the server from the others. Files and hubs are not counted; endpoints with a limit of their
/// own say so with <c>DisableRateLimiting</c>.
/// </summary>
internal static class RequestLimits
{
    public static IServiceCollection AddRequestLimits(this IServiceCollection services)
    {
        services.AddRateLimiter(_ => { });
        services.AddSingleton<IConfigureOptions<RateLimiterOptions>>(provider => new ConfigureOptions<RateLimiterOptions>(options =>
        {
            var limits = provider.GetRequiredService<IOptions<LimitOptions>>().Value;
            options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => PartitionOf(context, limits));
            options.OnRejected = (rejected, _) => new ValueTask(RefuseAsync(rejected.HttpContext));
        }));
        services.AddSingleton<IConfigureOptions<Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions>>(provider =>
            new ConfigureOptions<Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions>(options =>
            {
                options.AddServerHeader = false;
                options.Limits.MaxRequestBodySize = provider.GetRequiredService<IOptions<LimitOptions>>().Value.BodyBytes;
            }));
        return services;
    }

    private static RateLimitPartition<string> PartitionOf(HttpContext context, LimitOptions limits) =>
        IsCounted(context.GetEndpoint())
            ? RateLimitPartition.GetTokenBucketLimiter(CallerOf(context), _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = limits.RequestsAtOnce,
                TokensPerPeriod = limits.RequestsPerSecond,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                QueueLimit = 0,
            })
            : RateLimitPartition.GetNoLimiter("");

    // Files and the connections of circuits and hubs are cheap, and a page needs many of them.
    private static bool IsCounted(Endpoint? endpoint) =>
        endpoint is not null
        && endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is null
        && (endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is not null || endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is not null);

    private static string CallerOf(HttpContext context) =>
        context.User.FindFirst(ClaimTypes.NameIdentifier)?.Value ?? ClientNetwork.Of(context);

    private static Task RefuseAsync(HttpContext context) =>
        new Refusal(RefusalKind.TooMany, "too_many_requests", "You ask for more than one caller may.", "Wait a second, then ask less often.") { RetryAfter = TimeSpan.FromSeconds(1) }
            .ToResult().ExecuteAsync(context);
}
