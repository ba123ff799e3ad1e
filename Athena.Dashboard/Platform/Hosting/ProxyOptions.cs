using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace Athena.Dashboard.Platform.Hosting;

/// <summary>Reverse proxies in front of the product; section <c>Athena:Proxy</c>.</summary>
public sealed class ProxyOptions : IValidatableObject
{
    public const string Section = "Athena:Proxy";

    /// <summary>
    /// Addresses (<c>10.0.0.5</c>) and networks (<c>10.0.0.0/8</c>) whose X-Forwarded-For, -Proto and -Host are believed.
    /// Default: none, and then nobody's are.
    /// </summary>
    public IReadOnlyList<string> Known { get; set; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        Known.Where(text => !IPNetwork.TryParse(text, out _) && !IPAddress.TryParse(text, out _))
            .Select(text => new ValidationResult($"'{text}' is neither an address nor a network. Expected: 10.0.0.5 or 10.0.0.0/8.", [nameof(Known)]));
}

internal static class ForwardedRequests
{
    /// <summary>Puts the browser's address, scheme and host in the place of the proxy's; first in the pipeline.</summary>
    public static void UseKnownProxies(this IApplicationBuilder app, ProxyOptions proxies)
    {
        if (proxies.Known.Count == 0) return;
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost };
        options.KnownIPNetworks.Clear();
        options.KnownProxies.Clear();
        // As many proxies as are named may stand one behind the other; the first that is not ends the walk.
        options.ForwardLimit = null;
        foreach (var text in proxies.Known)
        {
            if (IPAddress.TryParse(text, out var address)) options.KnownProxies.Add(address);
            else options.KnownIPNetworks.Add(IPNetwork.Parse(text));
        }

        app.UseForwardedHeaders(options);
    }
}
