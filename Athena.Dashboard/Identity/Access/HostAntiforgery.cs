using Microsoft.AspNetCore.Antiforgery;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Identity.Access;

/// <summary>
/// The name of the antiforgery cookie is one for all requests: it is bound to host and https where nothing but https is
/// served. The session's cookie decides by each request.
/// </summary>
internal sealed class HostAntiforgery(IConfiguration configuration) : IPostConfigureOptions<AntiforgeryOptions>
{
    public void PostConfigure(string? name, AntiforgeryOptions options)
    {
        var urls = (configuration[WebHostDefaults.ServerUrlsKey] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries);
        if (urls.Length == 0 || !Array.TrueForAll(urls, url => url.StartsWith("https://", StringComparison.OrdinalIgnoreCase))) return;
        options.Cookie.Name = "__Host-" + options.Cookie.Name;
        options.Cookie.SecurePolicy = CookieSecurePolicy.Always;
        options.Cookie.Path = "/";
    }
}
