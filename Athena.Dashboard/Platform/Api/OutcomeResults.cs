using System.Globalization;
using Athena.Dashboard.Platform.Kernel;
using Microsoft.AspNetCore.Mvc;

namespace Athena.Dashboard.Platform.Api;

/// <summary>The one place where a refusal becomes HTTP (RFC 9457).</summary>
public static class OutcomeResults
{
    /// <summary>200 with the value, or the refusal as ProblemDetails.</summary>
    public static IResult ToResult<T>(this Outcome<T> outcome) => outcome.ToResult(value => TypedResults.Ok(value));

    public static IResult ToResult<T>(this Outcome<T> outcome, Func<T, IResult> accepted) =>
        outcome.Match(accepted, refusal => refusal.ToResult());

    /// <summary>ProblemDetails; whatever stands before the endpoint finds the refusal under its type in the request's items.</summary>
    public static IResult ToResult(this Refusal refusal) => new RefusalResult(refusal);

    public static ProblemDetails ToProblem(this Refusal refusal)
    {
        var problem = new ProblemDetails
        {
            Status = StatusOf(refusal.Kind),
            Title = refusal.Title,
            Detail = refusal.Detail.Length > 0 ? refusal.Detail : null,
            Extensions = { ["code"] = refusal.Code },
        };
        if (!refusal.Items.IsEmpty) problem.Extensions["errors"] = refusal.Items;
        if (!refusal.WhoCan.IsEmpty) problem.Extensions["whoCan"] = refusal.WhoCan;
        return problem;
    }

    private static int StatusOf(RefusalKind kind) => kind switch
    {
        RefusalKind.Invalid => StatusCodes.Status400BadRequest,
        RefusalKind.NotSignedIn => StatusCodes.Status401Unauthorized,
        RefusalKind.Forbidden => StatusCodes.Status403Forbidden,
        RefusalKind.NotFound => StatusCodes.Status404NotFound,
        RefusalKind.Conflict => StatusCodes.Status409Conflict,
        RefusalKind.Stale => StatusCodes.Status412PreconditionFailed,
        RefusalKind.TooLarge => StatusCodes.Status413PayloadTooLarge,
        RefusalKind.WrongType => StatusCodes.Status415UnsupportedMediaType,
        RefusalKind.WrongMethod => StatusCodes.Status405MethodNotAllowed,
        RefusalKind.TooMany => StatusCodes.Status429TooManyRequests,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    private sealed class RefusalResult(Refusal refusal) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Items[typeof(Refusal)] = refusal;
            RetryAfter.Write(httpContext.Response, refusal);
            return TypedResults.Problem(refusal.ToProblem()).ExecuteAsync(httpContext);
        }
    }
}

/// <summary>The header that tells a caller when to come back.</summary>
public static class RetryAfter
{
    public static void Write(HttpResponse response, Refusal refusal)
    {
        if (refusal.RetryAfter is { } wait) response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
    }
}
