using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Athena.Dashboard.E2E.Infrastructure;

/// <summary>A way in which people see a page.</summary>
/// <param name="Rules">The rules of axe-core that can find something here and not in another look; null for all.</param>
public sealed record Look(string Name, ViewportSize Size, ColorScheme Scheme, IReadOnlyList<string>? Rules = null)
{
    public static ViewportSize Desktop { get; } = new() { Width = 1440, Height = 900 };

    public static ViewportSize Phone { get; } = new() { Width = 390, Height = 844 };

    public static IReadOnlyList<Look> All { get; } =
    [
        new("light", Desktop, ColorScheme.Light),
        // The same page in other colours.
        new("dark", Desktop, ColorScheme.Dark, ["color-contrast", "link-in-text-block"]),
        new("phone", Phone, ColorScheme.Light),
    ];
}

/// <summary>What axe-core finds on a page.</summary>
internal static class Accessibility
{
    private static readonly string[] Grave = ["serious", "critical"];

    /// <summary>Fails on every serious or critical finding on the page as it stands, in every look.</summary>
    public static async Task ShouldBeAccessibleAsync(this Visitor visitor) => (await visitor.FindAsync()).ShouldBeEmpty();

    /// <summary>Serious and critical findings on the page as it stands, in every look; the first look is put back.</summary>
    public static async Task<IReadOnlyList<Finding>> FindAsync(this Visitor visitor)
    {
        var found = new List<Finding>();
        foreach (var look in Look.All)
        {
            var place = $"{new Uri(visitor.Page.Url).PathAndQuery} ({look.Name})";
            await ShowAsync(visitor.Page, look);
            var rules = look.Rules is { } only ? new RunOnlyOptions { Type = "rule", Values = [.. only] } : null;
            var result = await visitor.Page.RunAxe(new AxeRunOptions { RunOnly = rules, ResultTypes = [ResultType.Violations] });
            found.AddRange(
                from violation in result.Violations
                where Grave.Contains(violation.Impact)
                from node in violation.Nodes
                select new Finding($"{violation.Id} at {node.Target}: {string.Join("; ", node.Any.Concat(node.All).Concat(node.None).Select(check => check.Message))}", place));
            if (await OverflowsAsync(visitor.Page)) found.Add(new Finding("the page is wider than the screen", place));
        }

        await ShowAsync(visitor.Page, Look.All[0]);
        return found;
    }

    private static async Task ShowAsync(IPage page, Look look)
    {
        await page.EmulateMediaAsync(new() { ColorScheme = look.Scheme });
        await page.SetViewportSizeAsync(look.Size.Width, look.Size.Height);
        // Colours pass over, if only for a millisecond.
        await page.WaitForFunctionAsync("() => document.getAnimations().every(animation => animation.playState !== 'running' || animation.effect.getTiming().iterations === Infinity)");
    }

    // WCAG 2.2, 1.4.10: nobody has to scroll in two directions.
    private static Task<bool> OverflowsAsync(IPage page) =>
        page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth > document.documentElement.clientWidth");
}

/// <summary>Something that keeps somebody out, as axe-core says it.</summary>
/// <param name="Where">Page and look.</param>
public sealed record Finding(string What, string Where);
