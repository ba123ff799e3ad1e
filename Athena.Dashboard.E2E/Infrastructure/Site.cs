using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Athena.Dashboard.E2E.Infrastructure;

/// <summary>Every page of the product, with the tabs that it turns out to have.</summary>
internal static partial class Site
{
    /// <summary>The routes with something in their holes: what exists in a full world, and not in an empty one.</summary>
    public static IReadOnlyList<string> Pages(Filled filled) => [.. PageRoutes.All.Select(route => Hole().Replace(route, hole => Sample(route, hole.Value, filled)))];

    /// <summary>Those that are shown to somebody who is not signed in, and not only the way in.</summary>
    public static async Task<IReadOnlyList<string>> PublicPagesAsync(Uri server, Filled filled)
    {
        using var nobody = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = server };
        nobody.DefaultRequestHeaders.Add("Accept", "text/html");
        var open = new List<string>();
        foreach (var page in Pages(filled))
        {
            using var answer = await nobody.GetAsync(page);
            if ((int)answer.StatusCode is < 300 or >= 400) open.Add(page);
        }

        return open;
    }

    /// <summary>Does something on every page, and on every tab of it.</summary>
    /// <param name="look">Gets the path that was asked for and the status of the answer.</param>
    public static async Task WalkAsync(this Visitor visitor, IEnumerable<string> pages, Func<string, int, Task> look)
    {
        var seen = new HashSet<string>();
        foreach (var page in pages)
        {
            var status = await visitor.OpenAsync(page);
            // Pages for those who are not signed in lead home.
            if (!seen.Add(visitor.Page.Url)) continue;
            await look(page, status);
            foreach (var tab in await TabsAsync(visitor.Page)) await look(tab, await visitor.OpenAsync(tab));
        }
    }

    // The first tab is the page itself.
    private static async Task<IReadOnlyList<string>> TabsAsync(IPage page) =>
        [.. (await page.Locator("nav.tabs a").EvaluateAllAsync<string[]>("links => links.map(link => link.href)")).Skip(1)];

    private static string Sample(string route, string hole, Filled filled) => hole switch
    {
        "{Version}" or "{Release}" => World.Release,
        "{Key}" when route.StartsWith("/segments/", StringComparison.Ordinal) => World.Segment,
        "{Key}" when route.StartsWith("/experiments/", StringComparison.Ordinal) => World.Experiment,
        "{Key}" => World.Flag,
        "{Id:guid}" when route.StartsWith("/change-requests/", StringComparison.Ordinal) => filled.Pending.ToString(),
        "{Id:guid}" when route.StartsWith("/recovery/", StringComparison.Ordinal) => filled.Procedure.ToString(),
        "{Id:guid}" when route.StartsWith("/drills/", StringComparison.Ordinal) => filled.Drill.ToString(),
        "{Id:guid}" => filled.Rollout.ToString(),
        "{Code:int}" => "503",
        _ => throw new InvalidOperationException($"The page {route} needs a sample for {hole}: give it one here."),
    };

    [GeneratedRegex(@"\{\w+(:\w+)?\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Hole();
}
