using Microsoft.Extensions.Primitives;

namespace Athena.Dashboard.Flags.Ofrep;

/// <summary>What pages of other origins may do with the protocol: everything but cookies.</summary>
internal sealed class OfrepCors(string[] origins)
{
    private readonly bool any = origins.Contains("*");
    private readonly HashSet<string> allowed = origins.ToHashSet(StringComparer.OrdinalIgnoreCase);

    public void Write(HttpContext http)
    {
        if (!any) http.Response.Headers.Vary = "Origin";
        if (!IsAllowed(http.Request.Headers.Origin)) return;
        http.Response.Headers.AccessControlAllowOrigin = any ? "*" : http.Request.Headers.Origin;
        // Without this the browser hides the tag from the provider, and no answer is ever 304.
        http.Response.Headers.AccessControlExposeHeaders = "ETag, Retry-After";
    }

    public Task AnswerPreflight(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        if (!IsAllowed(http.Request.Headers.Origin)) return Task.CompletedTask;
        http.Response.Headers.AccessControlAllowMethods = "GET, POST";
        http.Response.Headers.AccessControlAllowHeaders = "Authorization,X-API-Key,Content-Type,If-None-Match";
        http.Response.Headers.AccessControlMaxAge = "3600";
        return Task.CompletedTask;
    }

    private bool IsAllowed(StringValues origin) => origin is [{ Length: > 0 } one] && (any || allowed.Contains(one));
}
