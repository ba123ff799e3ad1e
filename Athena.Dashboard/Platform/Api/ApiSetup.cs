using System.Text.Json;
using System.Text.Json.Serialization;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Microsoft.AspNetCore.Diagnostics;

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
            options.SerializerOptions.Converters.Add(new PercentageJson());
        });
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddProblemDetails();
        services.AddExceptionHandler<BadRequests>();
        return services;
    }

    /// <summary>The group that every API route of a slice hangs on.</summary>
    public static RouteGroupBuilder MapApi(this IEndpointRouteBuilder routes, string prefix, Permission permission) =>
        routes.MapGroup(prefix).RequireAuthorization(permission.ToString());

    private sealed class BadRequests : IExceptionHandler
    {
        public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
        {
            if (exception is not BadHttpRequestException bad) return false;
            var refusal = bad switch
            {
                { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
                    new Refusal(RefusalKind.TooLarge, "too_large", "The request is larger than this endpoint takes."),
                { StatusCode: StatusCodes.Status415UnsupportedMediaType } => BareStatus.WrongContentType,
                { InnerException: JsonException json } => Refusal.Invalid(
                    "malformed_json",
                    "The request's body cannot be read.",
                    new RefusalItem(PlaceOf(json), Reason(json))),
                _ => Refusal.Invalid("malformed_request", "The request cannot be read.", new RefusalItem("request", bad.Message)),
            };
            await refusal.ToResult().ExecuteAsync(httpContext);
            return true;
        }

        private static string PlaceOf(JsonException json) =>
            FormattableString.Invariant($"{json.Path ?? "$"} (line {json.LineNumber + 1}, column {json.BytePositionInLine + 1})");

        // The serializer's sentence up to its own repetition of path and line, which Place already says.
        private static string Reason(JsonException json) => json.Message.Split(" Path: ")[0];
    }
}
