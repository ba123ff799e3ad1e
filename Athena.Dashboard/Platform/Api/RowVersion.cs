using System.Globalization;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Platform.Api;

/// <summary>A row's version as HTTP carries it: <c>ETag: "7"</c> out, <c>If-Match: "7"</c> in.</summary>
public static class RowVersion
{
    public static void Write(HttpResponse response, long version) =>
        response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>The version that the caller saw, or a refusal when it did not say.</summary>
    public static Outcome<long> Read(HttpRequest request)
    {
        var header = request.Headers.IfMatch.ToString().Trim();
        return long.TryParse(header.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : Refusal.Invalid(
                "version_required",
                "The version that you saw has to be named, so that nobody's change is overwritten unseen.",
                new RefusalItem("If-Match", "missing or not a version", header.Length > 0 ? header : null, "\"7\""));
    }
}
