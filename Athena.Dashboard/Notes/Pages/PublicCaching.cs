using System.Globalization;

namespace Athena.Dashboard.Notes.Pages;

/// <summary>Lets browsers and proxies keep public pages for a minute.</summary>
internal static class PublicCaching
{
    public static void Allow(HttpResponse response, DateTimeOffset lastModified)
    {
        response.Headers.CacheControl = "public, max-age=60, stale-while-revalidate=600";
        response.Headers.LastModified = lastModified.ToString("R", CultureInfo.InvariantCulture);
        // The page is drawn in the reader's theme, which a cookie keeps.
        response.Headers.Vary = "Cookie";
    }
}
