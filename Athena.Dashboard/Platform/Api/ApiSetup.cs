using System.Text.Json;
using Athena.Dashboard.Platform.Kernel;
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
        services.ConfigureHttpJsonOptions(options => StrictJson.Configure(options.SerializerOptions));
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

    /// <summary>Refuses questions with the one character that PostgreSQL has no place for, wherever they lead.</summary>
    public static void UseStorableQueries(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.Request.QueryString.Value?.Contains("%00", StringComparison.Ordinal) is not true) return next(context);
        var faults = context.Request.Query.Where(asked => asked.Key.Contains('\0', StringComparison.Ordinal) || asked.Value.Any(value => value!.Contains('\0', StringComparison.Ordinal)))
            .Select(asked => new RefusalItem(asked.Key.Replace("\0", "", StringComparison.Ordinal), "contains characters that are not text")).ToArray();
        return faults.Length == 0 ? next(context) : Refusal.Invalid("malformed_request", "The request cannot be read.", faults).ToResult().ExecuteAsync(context);
    });

    /// <summary>The group that every API route of a slice hangs on.</summary>
    public static RouteGroupBuilder MapApi(this IEndpointRouteBuilder routes, string prefix, Permission permission) =>
        routes.MapGroup(prefix).RequireAuthorization(permission.ToString());

    private sealed class BadRequests(IOptions<JsonOptions> options) : IExceptionHandler
    {
        public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
        {
            if (exception is not BadHttpRequestException bad) return false;
            await (await RefusalOfAsync(httpContext, bad, cancellationToken)).ToResult().ExecuteAsync(httpContext);
            return true;
        }

        private async Task<Refusal> RefusalOfAsync(HttpContext context, BadHttpRequestException bad, CancellationToken cancellationToken)
        {
            try
            {
                return bad switch
                {
                    { StatusCode: StatusCodes.Status413PayloadTooLarge } => BareStatus.TooLarge,
                    { StatusCode: StatusCodes.Status415UnsupportedMediaType } => BareStatus.WrongContentType,
                    { InnerException: JsonException json } => Refusal.Invalid("malformed_json", "The request's body cannot be read.", [.. await FaultsAsync(context, json, cancellationToken)]),
                    _ => Refusal.Invalid("malformed_request", "The request cannot be read.", OfAddress(context, bad)),
                };
            }
            catch (BadHttpRequestException larger) when (larger.StatusCode == StatusCodes.Status413PayloadTooLarge)
            {
                // Its beginning was wrong already; where else it is wrong, nobody reads so far to find out.
                return BareStatus.TooLarge;
            }
        }

        private static ReadOnlySpan<RefusalItem> OfAddress(HttpContext context, BadHttpRequestException bad) =>
            ParameterFaults.Find(context, context.Features.Get<IExceptionHandlerFeature>()?.Endpoint) is { IsEmpty: false } faults ? faults.AsSpan() : new[] { new RefusalItem("request", bad.Message) };

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
