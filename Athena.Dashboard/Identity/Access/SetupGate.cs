using Microsoft.AspNetCore.StaticAssets;

namespace Athena.Dashboard.Identity.Access;

/// <summary>Until there is an Administrator, every page leads to the one that says so, and programs are told to wait.</summary>
internal sealed class SetupGate(RequestDelegate next, SetupService setup)
{
    public const string Path = "/setup";

    public Task InvokeAsync(HttpContext context)
    {
        if (!setup.IsNeeded || IsOpen(context)) return next(context);
        if (AccessSchemes.IsForPrograms(context))
        {
            context.Response.Headers.RetryAfter = "10";
            return TypedResults.Problem(
                title: "Athena is not set up yet.",
                detail: "The link to create its Administrator stands on the program's standard output.",
                statusCode: StatusCodes.Status503ServiceUnavailable,
                extensions: new Dictionary<string, object?>(StringComparer.Ordinal) { ["code"] = "not_set_up" }).ExecuteAsync(context);
        }

        context.Response.Redirect(Path);
        return Task.CompletedTask;
    }

    private static bool IsOpen(HttpContext context) =>
        context.Request.Path.Value is Path or "/healthz" or "/readyz" or "/error"
        || context.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is not null;
}
