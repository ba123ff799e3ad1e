using System.Text.Json.Nodes;
using Athena.Dashboard.E2E.Infrastructure;
using Microsoft.Playwright;

namespace Athena.Dashboard.E2E.Journeys;

/// <summary>A Viewer tries everything that the pages offer him. Over the API, <c>ViewerTests</c> asks every endpoint.</summary>
public sealed class ViewerJourney(Surroundings surroundings) : Journey(surroundings)
{
    private const string Enabled = ":visible:not(:disabled):not([aria-disabled=true]):not([data-dialog-close])";

    /// <summary>Pages about oneself: there is something to change, and it is one's own.</summary>
    private static readonly string[] Own = ["/profile"];

    /// <summary>Pages of Administrators.</summary>
    private static readonly string[] Closed = ["/settings/people", "/settings/keys"];

    private readonly List<string> faults = [];

    [Fact]
    public async Task A_viewer_sees_every_page_and_nothing_that_he_presses_changes_anything()
    {
        var filled = await World.FillAsync();
        var viewer = await World.SignInAsync("viewer");
        string[] opened = ["/releases/1.3.0?tab=gates&item=dependencies-planned", "/releases/1.3.0?tab=gates&item=design-approved"];
        await viewer.WalkAsync(Site.Pages(filled).Concat(opened), async (path, status) =>
        {
            if (Closed.Contains(path)) await ShouldBeRefusedAsync(viewer, path, status);
            else if (!Own.Contains(path)) await TryAsync(viewer, path);
        });

        faults.ShouldBeEmpty();
        var changes = (await World.Api.GetAsync("/api/audit?take=200&actor=" + Uri.EscapeDataString("The viewer")))["entries"]!.AsArray().Select(entry => entry!["type"]!.GetValue<string>());
        changes.Distinct().Except(["Identity.SignedIn", "Identity.AccessDenied"]).ShouldBeEmpty();
    }

    private async Task ShouldBeRefusedAsync(Visitor viewer, string path, int status)
    {
        if (status != 403) faults.Add($"{path} answered {status}");
        await Assertions.Expect(viewer.Page.Locator("main")).ToContainTextAsync("You may not see this");
        await Assertions.Expect(viewer.Page.Locator("main")).ToContainTextAsync("An administrator can change them");
    }

    private async Task TryAsync(Visitor viewer, string path)
    {
        var page = viewer.Page;
        await ShouldSayWhyAsync(page, path);
        await ChangeInputsAsync(viewer, page.Locator("main"));
        await BackAsync(viewer, path);
        var buttons = page.Locator("main").Locator("button" + Enabled);
        for (var i = 0; i < await buttons.CountAsync(); i++)
        {
            await buttons.Nth(i).ClickAsync();
            await viewer.SettleAsync();
            var dialog = page.Locator("dialog[open]");
            if (await dialog.CountAsync() > 0)
            {
                await ShouldSayWhyAsync(page, path);
                await ChangeInputsAsync(viewer, dialog);
                foreach (var act in await dialog.Locator("button" + Enabled).AllAsync())
                {
                    await act.ClickAsync();
                    await viewer.SettleAsync();
                }

                await page.Keyboard.PressAsync("Escape");
                await Assertions.Expect(dialog).ToHaveCountAsync(0);
            }

            await BackAsync(viewer, path);
        }
    }

    // What was pressed may have filtered something, or led away.
    private async Task BackAsync(Visitor viewer, string path)
    {
        if (viewer.Page.Url != new Uri(World.Server.Address, path).ToString()) await viewer.OpenAsync(path);
    }

    // A control that is off says what cannot be done, and why or who can.
    private async Task ShouldSayWhyAsync(IPage page, string path)
    {
        var silent = await page.EvaluateAsync<string[]>("""
            () => [...document.querySelectorAll('main [aria-disabled=true], dialog[open] [aria-disabled=true]')]
              .filter(control => !(document.getElementById(control.getAttribute('aria-describedby'))?.textContent.trim().length > 10))
              .map(control => control.outerHTML.slice(0, 200))
            """);
        faults.AddRange(silent.Select(control => $"{path}: is off and does not say why: {control}"));
    }

    private static async Task ChangeInputsAsync(Visitor viewer, ILocator within)
    {
        foreach (var select in await within.Locator("select" + Enabled).AllAsync())
        {
            var options = await select.Locator("option:not(:disabled)").CountAsync();
            await select.SelectOptionAsync(new SelectOptionValue { Index = options - 1 });
        }

        foreach (var input in await within.Locator($":is(input:not([type=hidden], [type=file], [type=date], [type=datetime-local], [readonly]), textarea:not([readonly])){Enabled}").AllAsync())
        {
            if (await input.GetAttributeAsync("type") is "checkbox" or "radio") await input.ClickAsync();
            else await input.FillAsync("1");
            await input.PressAsync("Tab");
        }

        await viewer.SettleAsync();
    }
}
