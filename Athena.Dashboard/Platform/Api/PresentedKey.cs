namespace Athena.Dashboard.Platform.Api;

/// <summary>
/// The API key that a request shows, good or not. In one place, because a request that shows one is never looked at for
/// a session, and only such a request may come from any site: both have to mean the same requests.
/// </summary>
public static class PresentedKey
{
    public const string Header = "X-API-Key";

    private const string Bearer = "Bearer ";

    /// <returns>What stands in <c>X-API-Key</c> or behind <c>Authorization: Bearer</c>; empty when nothing does.</returns>
    public static ReadOnlySpan<char> In(HttpRequest request)
    {
        if (request.Headers.TryGetValue(Header, out var named) && named.ToString().AsSpan().Trim() is { IsEmpty: false } key) return key;
        var authorization = request.Headers.Authorization.ToString().AsSpan();
        return authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? authorization[Bearer.Length..].Trim() : default;
    }
}
