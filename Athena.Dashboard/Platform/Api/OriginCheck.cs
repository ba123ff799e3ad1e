using Athena.Dashboard.Platform.Kernel;
using Microsoft.Net.Http.Headers;

namespace Athena.Dashboard.Platform.Api;

/// <summary>
/// Refuses what another site makes a browser send with this site's cookies: requests that change something, and
/// WebSocket handshakes, which no CORS rule covers. A browser says with each of them where it comes from, in
/// <c>Origin</c> or <c>Sec-Fetch-Site</c>, and no page can forge either; with cookies and without both, nobody can tell,
/// so that is refused too. A request that shows a key of its own is nobody's forgery.
/// </summary>
public static partial class OriginCheck
{
    private static readonly Refusal Foreign = new(
        RefusalKind.Forbidden,
        "foreign_origin",
        "This request comes from another site.",
        "Send it from Athena's own pages, or with an API key. Behind a proxy, Athena:Proxy:Known has to name the proxy.");

    private static readonly Refusal Unknown = new(
        RefusalKind.Forbidden,
        "origin_missing",
        "This request does not say which site it comes from.",
        "With a session, Origin or Sec-Fetch-Site is needed, which every browser sends. Programs use an API key.");

    public static void UseOriginCheck(this IApplicationBuilder app)
    {
        var logger = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(OriginCheck));
        app.Use((context, next) =>
        {
            if (Judge(context.Request) is not { } refusal) return next(context);
            Log.Refused(logger, context.Request.Method, context.Request.Path, refusal.Code, context.Request.Headers.Origin.ToString(), context.Request.Host.ToString());
            return refusal.ToResult().ExecuteAsync(context);
        });
    }

    private static Refusal? Judge(HttpRequest request)
    {
        if (!IsChange(request.Method) && !IsWebSocket(request)) return null;
        if (!PresentedKey.In(request).IsEmpty) return null;
        if (request.Headers.Origin.ToString() is { Length: > 0 } origin) return IsSame(origin, request) ? null : Foreign;
        if (request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site) return site == "same-origin" ? null : Foreign;
        return request.Headers.ContainsKey(HeaderNames.Cookie) ? Unknown : null;
    }

    private static bool IsChange(string method) =>
        !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method) && !HttpMethods.IsOptions(method) && !HttpMethods.IsConnect(method);

    private static bool IsWebSocket(HttpRequest request) =>
        HttpMethods.IsConnect(request.Method) || request.Headers.Upgrade.ToString().Contains("websocket", StringComparison.OrdinalIgnoreCase);

    private static bool IsSame(string origin, HttpRequest request) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var theirs)
        && Uri.TryCreate($"{request.Scheme}://{request.Host}", UriKind.Absolute, out var ours)
        && Uri.Compare(theirs, ours, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0;

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Method} {Path} refused as {Code}: its origin is '{Origin}', and this is {Host}")]
        public static partial void Refused(ILogger logger, string method, string path, string code, string origin, string host);
    }
}
