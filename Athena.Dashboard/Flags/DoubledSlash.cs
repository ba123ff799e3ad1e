namespace Athena.Dashboard.Flags;

/// <summary>
/// OpenFeature's JavaScript providers put <c>/ofrep</c> behind the address that they are given. An address that ends
/// in a slash asks for <c>//ofrep/…</c>, and the 404 would be reported as FLAG_NOT_FOUND for every flag. Runs ahead of
/// routing.
/// </summary>
internal sealed class DoubledSlash : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((http, rest) =>
        {
            if (http.Request.Path.Value is { } path && path.StartsWith("//ofrep/", StringComparison.Ordinal)) http.Request.Path = path[1..];
            return rest(http);
        });
        next(app);
    };
}
