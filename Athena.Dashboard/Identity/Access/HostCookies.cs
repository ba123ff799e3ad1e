using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http.Features;

namespace Athena.Dashboard.Identity.Access;

/// <summary>
/// Under https the names of the server's own cookies begin with <c>__Host-</c>: a browser takes such a cookie only from
/// this host, over https, and for the whole site, so that no neighbouring subdomain can plant one. Each request decides
/// for itself, because one server may be reached over https through a proxy and over plain http beside it.
/// </summary>
internal static class HostCookies
{
    /// <summary>What the names of all cookies begin with that only the server reads.</summary>
    public const string Own = "athena.";

    private const string Host = "__Host-";

    public static void UseHostCookies(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.Request.IsHttps)
        {
            context.Request.Cookies = new Incoming(context.Request.Cookies);
            context.Features.Set<IResponseCookiesFeature>(new Outgoing(context.Response.Cookies));
        }

        return next(context);
    });

    private static string Named(string key) => key.StartsWith(Own, StringComparison.Ordinal) ? Host + key : key;

    private sealed class Incoming(IRequestCookieCollection inner) : IRequestCookieCollection
    {
        public int Count => inner.Count;

        public ICollection<string> Keys => [.. this.Select(cookie => cookie.Key)];

        public string? this[string key] => inner[Named(key)];

        public bool ContainsKey(string key) => inner.ContainsKey(Named(key));

        public bool TryGetValue(string key, [NotNullWhen(true)] out string? value) => inner.TryGetValue(Named(key), out value);

        public IEnumerator<KeyValuePair<string, string>> GetEnumerator() =>
            inner.Where(cookie => !cookie.Key.StartsWith(Own, StringComparison.Ordinal))
                .Select(cookie => cookie.Key.StartsWith(Host + Own, StringComparison.Ordinal) ? KeyValuePair.Create(cookie.Key[Host.Length..], cookie.Value) : cookie)
                .GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    private sealed class Outgoing(IResponseCookies inner) : IResponseCookiesFeature, IResponseCookies
    {
        public IResponseCookies Cookies => this;

        public void Append(string key, string value) => Append(key, value, new CookieOptions());

        public void Append(string key, string value, CookieOptions options) => inner.Append(Named(key), value, Bound(key, options));

        public void Delete(string key) => Delete(key, new CookieOptions());

        public void Delete(string key, CookieOptions options) => inner.Delete(Named(key), Bound(key, options));

        // A browser drops a cookie of that name that is not all of this.
        private static CookieOptions Bound(string key, CookieOptions options) =>
            key.StartsWith(Own, StringComparison.Ordinal) ? new CookieOptions(options) { Secure = true, Path = "/", Domain = null } : options;
    }
}
