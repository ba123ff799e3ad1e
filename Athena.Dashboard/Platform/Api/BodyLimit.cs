using System.Globalization;
using Athena.Dashboard.Platform.Kernel;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;

namespace Athena.Dashboard.Platform.Api;

/// <summary>
/// Answers a body that says it is too long before it is read. The server's own limit would hang up on whoever still
/// sends, and he would never read why.
/// </summary>
public static class BodyLimit
{
    /// <summary>For endpoints that do not read their body by hand; those say themselves how much they take.</summary>
    public static void UseBodyLimit(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.Request.ContentLength is not { } length
            || context.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>() is null
            || context.Features.Get<IHttpMaxRequestBodySizeFeature>() is not { IsReadOnly: false, MaxRequestBodySize: { } most } server
            || length <= most)
            return next(context);
        server.MaxRequestBodySize = RequestBody.MostPassedOver;
        return (BareStatus.TooLarge with { Items = [Fault(length, most)] }).ToResult().ExecuteAsync(context);
    });

    private static RefusalItem Fault(long length, long most) => new(
        "body",
        "is too long",
        string.Create(CultureInfo.InvariantCulture, $"{length:#,0} bytes"),
        string.Create(CultureInfo.InvariantCulture, $"at most {most:#,0} bytes"));
}
