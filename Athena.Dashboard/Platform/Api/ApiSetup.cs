using System.Text.Json;
using System.Text.Json.Serialization;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Platform.Api;

/// <summary>JSON as strict outside as inside, and every failure of an API call as ProblemDetails with a code.</summary>
public static class ApiSetup
{
    /// <summary>The largest request body that any endpoint takes unless it says otherwise: 1 MiB.</summary>
    public const long MostBodyBytes = 1024 * 1024;

    public static IServiceCollection AddApi(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
            options.SerializerOptions.UnmappedMemberHandling = JsonColumn.Options.UnmappedMemberHandling;
            options.SerializerOptions.NumberHandling = JsonColumn.Options.NumberHandling;
            options.SerializerOptions.MaxDepth = 32;
            options.SerializerOptions.AllowDuplicateProperties = false;
            options.SerializerOptions.Converters.Add(new PercentageJson());
        });
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddProblemDetails();
        services.AddExceptionHandler<BadRequests>();
        return services;
    }

    /// <summary>Lets a body that could not be read be looked at again, to say all that is wrong with it.</summary>
    public static void UseApi(this WebApplication app) => app.UseWhen(
        context => context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase),
        api => api.Use((context, next) =>
        {
            // Kept in memory as a whole: the server takes no more than this anyway.
            context.Request.EnableBuffering((int)MostBodyBytes);
            return next(context);
        }));

    /// <summary>The group that every API route of a slice hangs on.</summary>
    public static RouteGroupBuilder MapApi(this IEndpointRouteBuilder routes, string prefix, Permission permission) =>
        routes.MapGroup(prefix).RequireAuthorization(permission.ToString());

    private sealed class BadRequests(IOptions<JsonOptions> options) : IExceptionHandler
    {
        public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
        {
            if (exception is not BadHttpRequestException bad) return false;
            var refusal = bad switch
            {
                { StatusCode: StatusCodes.Status413PayloadTooLarge } => BareStatus.TooLarge,
                { StatusCode: StatusCodes.Status415UnsupportedMediaType } => BareStatus.WrongContentType,
                { InnerException: JsonException json } => Refusal.Invalid("malformed_json", "The request's body cannot be read.", [.. await FaultsAsync(httpContext, json, cancellationToken)]),
                _ => Refusal.Invalid("malformed_request", "The request cannot be read.", new RefusalItem("request", bad.Message)),
            };
            await refusal.ToResult().ExecuteAsync(httpContext);
            return true;
        }

        private async Task<IReadOnlyList<RefusalItem>> FaultsAsync(HttpContext context, JsonException first, CancellationToken cancellationToken)
        {
            var accepts = context.Features.Get<IExceptionHandlerFeature>()?.Endpoint?.Metadata.GetMetadata<IAcceptsMetadata>();
            if (accepts?.RequestType is { } type && context.Request.Body.CanSeek)
            {
                context.Request.Body.Position = 0;
                using var body = await RequestBody.ReadAsync(context.Request, (int)MostBodyBytes, cancellationToken);
                if (body is not null && JsonFaults.Find(body.Bytes, type, options.Value.SerializerOptions) is { Count: > 0 } faults) return faults;
            }

            return [new RefusalItem(first.Path ?? "$", "The value cannot be read.")];
        }
    }
}
