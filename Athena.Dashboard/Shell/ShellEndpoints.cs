using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Shell.Reports;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Athena.Dashboard.Shell;

internal static class ShellEndpoints
{
    private const int MostEntries = 20;
    private const int LongestQuery = 100;

    public static void MapShellEndpoints(this IEndpointRouteBuilder routes)
    {
        routes.MapApi("/ui", Permission.See).MapGet("/palette", FindAsync);
        routes.MapApi("/api/releases", Permission.See).MapGet("/{version}/report", ReportAsync);
    }

    private static async Task<IResult> ReportAsync(string version, HealthReports reports, CancellationToken cancellationToken) =>
        await reports.FindAsync(version, cancellationToken) is { } report ? TypedResults.Ok(report) : Refusal.NotFound("release", version).ToResult();

    private static async Task<Ok<PaletteEntry[]>> FindAsync(string? q, IEnumerable<IPaletteSource> sources, ICurrentActor current, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(q) || q.Length > LongestQuery) return TypedResults.Ok(Array.Empty<PaletteEntry>());
        var actor = await current.GetAsync(cancellationToken);
        var entries = new List<PaletteEntry>();
        foreach (var source in sources) entries.AddRange(await source.FindAsync(q.Trim(), actor, cancellationToken));
        return TypedResults.Ok(entries.Take(MostEntries).ToArray());
    }
}
