using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Platform.Api;

/// <summary>Gives a failure that has only a status, as routing makes them, the body that every other failure has.</summary>
public static class BareStatus
{
    public static Task ExplainAsync(HttpContext context)
    {
        var response = context.Response;
        if (response.HasStarted || response.ContentType is not null || response.ContentLength > 0) return Task.CompletedTask;
        Refusal? refusal = response.StatusCode switch
        {
            StatusCodes.Status400BadRequest => Refusal.Invalid("malformed_request", "The request cannot be read.", ParameterFaults.Find(context, context.GetEndpoint()).AsSpan()),
            StatusCodes.Status404NotFound => new(RefusalKind.NotFound, "not_found", "There is nothing at this address."),
            StatusCodes.Status405MethodNotAllowed => new(RefusalKind.WrongMethod, "method_not_allowed", $"{context.Request.Method} is not for this address.", $"Allowed: {response.Headers.Allow}."),
            StatusCodes.Status413PayloadTooLarge => TooLarge,
            StatusCodes.Status415UnsupportedMediaType => WrongContentType,
            _ => null,
        };
        return refusal?.ToResult().ExecuteAsync(context) ?? Task.CompletedTask;
    }

    internal static Refusal TooLarge => new(RefusalKind.TooLarge, "too_large", "The request is larger than this endpoint takes.");

    internal static Refusal WrongContentType =>
        new(RefusalKind.WrongType, "wrong_content_type", "The request's body is of a type that is not taken here.", "Send JSON as application/json.");
}
