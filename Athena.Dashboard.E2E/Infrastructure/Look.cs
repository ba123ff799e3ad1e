using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace Athena.Dashboard.E2E.Infrastructure;

/// <summary>A way in which people see a page.</summary>
/// <param name="Options">Of axe-core: the rules that can find something here and not in another look.</param>
public sealed record Look(string Name, ViewportSize Size, ColorScheme Scheme, string Options = "{}")
{
    public static ViewportSize Desktop { get; } = new() { Width = 1440, Height = 900 };

    public static ViewportSize Phone { get; } = new() { Width = 390, Height = 844 };

    public static Look Light { get; } = new("light", Desktop, ColorScheme.Light);

    /// <summary>The same page in other colours.</summary>
    public static Look Dark { get; } = new("dark", Desktop, ColorScheme.Dark, "{ runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } }");

    /// <summary>Other boxes in the same colours.</summary>
    public static Look OnPhone { get; } = new("phone", Phone, ColorScheme.Light, "{ rules: { 'color-contrast': { enabled: false } } }");

    public static IReadOnlyList<Look> All { get; } = [Light, Dark, OnPhone];
}

/// <summary>What axe-core finds on a page.</summary>
internal static class Accessibility
{
    // Said here and not by the bindings for Playwright: they open another tab for each run, which costs more than the run.
    private const string Run = """
        async () => {
          const { violations } = await axe.run(document, { resultTypes: ['violations'], ...(OPTIONS) });
          return violations
            .filter(violation => ['serious', 'critical'].includes(violation.impact))
            .flatMap(violation => violation.nodes.map(node =>
              `${violation.id} at ${node.target}: ${[...node.any, ...node.all, ...node.none].map(check => check.message).join('; ')}`));
        }
        """;

    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    /// <summary>Fails on every serious or critical finding on the page as it stands, in every look.</summary>
    public static async Task ShouldBeAccessibleAsync(this Visitor visitor) => (await visitor.FindAsync()).ShouldBeEmpty();

    /// <summary>Serious and critical findings on the page as it stands, in every look unless told; the first look is put back.</summary>
    public static async Task<IReadOnlyList<Finding>> FindAsync(this Visitor visitor, params IReadOnlyList<Look> looks)
    {
        var found = new List<Finding>();
        if (!await visitor.Page.EvaluateAsync<bool>("() => 'axe' in window")) await visitor.Page.EvaluateAsync(Axe);
        foreach (var look in looks.Count > 0 ? looks : Look.All)
        {
            var place = $"{new Uri(visitor.Page.Url).PathAndQuery} ({look.Name})";
            await ShowAsync(visitor.Page, look);
            found.AddRange((await visitor.Page.EvaluateAsync<string[]>(Run.Replace("OPTIONS", look.Options, StringComparison.Ordinal))).Select(what => new Finding(what, place)));
            if (await FindOverflowAsync(visitor.Page) is { } what) found.Add(new Finding("the page is wider than the screen: " + what, place));
        }

        found.AddRange((await visitor.Page.TracesOfTextsAsync()).Select(what => new Finding(what, new Uri(visitor.Page.Url).PathAndQuery)));
        await ShowAsync(visitor.Page, Look.Light);
        return found;
    }

    private static async Task ShowAsync(IPage page, Look look)
    {
        await page.EmulateMediaAsync(new() { ColorScheme = look.Scheme });
        if (page.ViewportSize is not { } size || size.Width != look.Size.Width || size.Height != look.Size.Height) await page.SetViewportSizeAsync(look.Size.Width, look.Size.Height);
        // Animations run, if only for a millisecond.
        await page.WaitForFunctionAsync("() => document.getAnimations().every(animation => animation.playState !== 'running' || animation.effect.getTiming().iterations === Infinity)");
    }

    // WCAG 2.2, 1.4.10: nobody has to scroll in two directions. A chart takes a moment to become as narrow as its page.
    private static async Task<string?> FindOverflowAsync(IPage page)
    {
        try
        {
            await page.WaitForFunctionAsync("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth", null, new() { Timeout = 30_000 });
            return null;
        }
        catch (TimeoutException)
        {
            return await page.EvaluateAsync<string>(
                "() => [...document.body.querySelectorAll('*')].filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1).slice(-3).map(one => one.outerHTML.slice(0, 120)).join(' | ')");
        }
    }
}

/// <summary>Something that keeps somebody out, as axe-core says it.</summary>
/// <param name="Where">Page and look.</param>
public sealed record Finding(string What, string Where);
