using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace Athena.Dashboard.Shell;

/// <summary>An unexpected failure as ProblemDetails, for whoever did not ask for a page.</summary>
internal sealed class ProgramFailures(IProblemDetailsService problems) : IExceptionHandler
{
    /// <summary>A browser that wants a page; it says so when it posts a form too.</summary>
    public static bool IsForPeople(HttpContext context) =>
        context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (IsForPeople(httpContext)) return false;
        httpContext.Response.StatusCode = StatusCodes.Status500InternalServerError;
        return await problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = httpContext,
            ProblemDetails = new ProblemDetails
            {
                Title = "Something failed on our side.",
                Detail = "A command is carried out whole or not at all. The log has more under this traceId.",
                Extensions = { ["code"] = "internal_error" },
            },
        });
    }
}
