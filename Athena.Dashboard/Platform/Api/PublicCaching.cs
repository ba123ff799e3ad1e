using Microsoft.AspNetCore.Antiforgery;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Platform.Api;

/// <summary>On a static page that shows everybody the same: browsers and proxies may keep it for a minute.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class PubliclyCachedAttribute : Attribute;

public static class PublicCaching
{
    /// <summary>
    /// Has to come before whatever draws the pages: drawing one sets a cookie for forms and forbids caching, even where
    /// there is no form, and only what was registered before it has the last word.
    /// </summary>
    public static void UsePublicCaching(this IApplicationBuilder app) =>
        app.Use((context, next) =>
        {
            if (context.GetEndpoint()?.Metadata.GetMetadata<PubliclyCachedAttribute>() is not null) context.Response.OnStarting(Allow, context);
            return next(context);
        });

    private static Task Allow(object state)
    {
        var context = (HttpContext)state;
        var formCookie = context.RequestServices.GetRequiredService<IOptions<AntiforgeryOptions>>().Value.Cookie.Name + "=";
        var headers = context.Response.Headers;
        var cookies = headers.SetCookie.Where(cookie => cookie?.Contains(formCookie, StringComparison.Ordinal) is false).ToArray();
        headers.SetCookie = cookies;
        // A session that is being prolonged must never end up in a proxy.
        if (cookies.Length > 0 || context.Response.StatusCode != StatusCodes.Status200OK) return Task.CompletedTask;
        headers.CacheControl = "public, max-age=60, stale-while-revalidate=600";
        headers.Remove("Pragma");
        // Pages are drawn in the reader's theme and zone, which cookies keep.
        headers.Vary = "Cookie";
        return Task.CompletedTask;
    }
}
