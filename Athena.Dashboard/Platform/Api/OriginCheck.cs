using Athena.Dashboard.Platform.Kernel;
using Microsoft.Net.Http.Headers;

namespace Athena.Dashboard.Platform.Api;

/// <summary>
/// Refuses what another site makes a browser send with this site's cookies: requests that change something, and
/// WebSocket handshakes, which no CORS rule covers. A request that shows a key of its own is nobody's forgery.
/// </summary>
public static partial class OriginCheck
{
    private static readonly Refusal Refusal = new(
        RefusalKind.Forbidden,
        "foreign_origin",
        "This request comes from another site.",
        "Send it from Athena's own pages, or with an API key. Behind a proxy, Athena:Proxy:Known has to name the proxy.");

    public static void UseOriginCheck(this IApplicationBuilder app)
    {
        var logger = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(OriginCheck));
        app.Use((context, next) =>
        {
            if (!NeedsCheck(context.Request) || IsOwn(context.Request)) return next(context);
            Log.Foreign(logger, context.Request.Method, context.Request.Path, context.Request.Headers.Origin.ToString(), context.Request.Host.ToString());
            return Refusal.ToResult().ExecuteAsync(context);
        });
    }

    private static bool NeedsCheck(HttpRequest request) =>
        (IsChange(request.Method) || IsWebSocket(request))
        && !request.Headers.ContainsKey(HeaderNames.Authorization) && !request.Headers.ContainsKey("X-API-Key");

    private static bool IsChange(string method) =>
        !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method) && !HttpMethods.IsOptions(method) && !HttpMethods.IsConnect(method);

    private static bool IsWebSocket(HttpRequest request) =>
        HttpMethods.IsConnect(request.Method) || request.Headers.Upgrade.ToString().Contains("websocket", StringComparison.OrdinalIgnoreCase);

    private static bool IsOwn(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        if (origin.Length > 0) return IsSame(origin, request);
        // No browser leaves out both: what is left are programs, which nobody can trick into sending cookies.
        return request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none";
    }

    private static bool IsSame(string origin, HttpRequest request) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var theirs)
        && Uri.TryCreate($"{request.Scheme}://{request.Host}", UriKind.Absolute, out var ours)
        && Uri.Compare(theirs, ours, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0;

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Method} {Path} refused: it comes from {Origin}, and this is {Host}")]
        public static partial void Foreign(ILogger logger, string method, string path, string origin, string host);
    }
}
