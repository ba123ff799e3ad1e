using Athena.Dashboard.E2E.Infrastructure;
using Microsoft.Playwright;

namespace Athena.Dashboard.E2E.Journeys;

/// <summary>Somebody without a mouse. Wherever the focus goes, it can be seen.</summary>
public sealed class KeyboardJourney(Surroundings surroundings) : Journey(surroundings)
{
    // More stops than any page has before what is looked for.
    private const int MostStops = 150;

    private IPage page = default!;

    [Fact]
    public async Task A_release_is_found_and_its_gate_ticked_with_the_keyboard_alone()
    {
        await World.PlanReleaseAsync();
        var lead = await World.ArriveAsync("engineeringLead");
        page = lead.Page;

        await page.GotoAsync("/releases");
        await SignInAsync("engineeringLead");
        await page.WaitForURLAsync("**/releases");
        await lead.SettleAsync();

        await FindAsync(World.Release);
        await page.WaitForURLAsync($"**/releases/{World.Release}");
        await lead.SettleAsync();
        // A new page begins at its heading, not where the last one was left.
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = World.Release })).ToBeFocusedAsync();

        await GoToAsync(page.GetByRole(AriaRole.Navigation, new() { Name = "Parts of the release" }).GetByRole(AriaRole.Link, new() { Name = "Gates" }));
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**tab=gates");
        await TickAsync(page.Locator("[data-tick=design-approved]"));
        await lead.SettleAsync();

        await GoToAsync(page.Locator("#gate-design-approved .gate-title"));
        await page.Keyboard.PressAsync("Enter");
        var opener = page.GetByRole(AriaRole.Button, new() { Name = "Link evidence" });
        await GoToAsync(opener);
        await CancelAsync(opener, dialog => GoToAsync(dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }), "Enter"));
        await CancelAsync(opener, _ => page.Keyboard.PressAsync("Escape"));
    }

    private async Task SignInAsync(string role)
    {
        await Assertions.Expect(page.GetByLabel("Email")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync(World.EmailOf(role));
        await GoToAsync(page.GetByLabel("Password", new() { Exact = true }));
        await page.Keyboard.TypeAsync(World.Password);
        await page.Keyboard.PressAsync("Enter");
    }

    private async Task FindAsync(string words)
    {
        await page.Keyboard.PressAsync("Control+k");
        await Assertions.Expect(page.GetByRole(AriaRole.Combobox, new() { Name = "Search, go, do" })).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync(words);
        await Assertions.Expect(page.GetByRole(AriaRole.Listbox, new() { Name = "Results" }).GetByRole(AriaRole.Option, new() { Selected = true })).ToContainTextAsync(words);
        await page.Keyboard.PressAsync("Enter");
    }

    private async Task TickAsync(ILocator box)
    {
        await GoToAsync(box);
        await page.Keyboard.PressAsync("Space");
        await Assertions.Expect(box).ToHaveAttributeAsync("aria-checked", "true");
        await Assertions.Expect(box).ToBeFocusedAsync();
    }

    /// <summary>Opens a dialog from the button that has the focus, leaves it, and comes back to where it was.</summary>
    private async Task CancelAsync(ILocator opener, Func<ILocator, Task> leave)
    {
        await page.Keyboard.PressAsync("Enter");
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Assertions.Expect(dialog).ToBeVisibleAsync();
        await Assertions.Expect(dialog.Locator(":focus")).ToHaveCountAsync(1);
        await ShouldShowFocusAsync();
        await leave(dialog);
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
        await Assertions.Expect(opener).ToBeFocusedAsync();
        await ShouldShowFocusAsync();
    }

    /// <summary>Tab until it has the focus; every stop on the way is visible.</summary>
    /// <param name="then">A key to press there.</param>
    private async Task GoToAsync(ILocator target, string? then = null)
    {
        await target.WaitForAsync();
        for (var stop = 0; stop < MostStops; stop++)
        {
            await page.Keyboard.PressAsync("Tab");
            await ShouldShowFocusAsync();
            if (!await target.EvaluateAsync<bool>("element => element === document.activeElement")) continue;
            if (then is not null) await page.Keyboard.PressAsync(then);
            return;
        }

        throw new InvalidOperationException($"{target} is not reached with Tab.");
    }

    private async Task ShouldShowFocusAsync() =>
        (await page.EvaluateAsync<string?>("""
            () => {
              const element = document.activeElement;
              if (element === document.body) return null;
              const style = getComputedStyle(element);
              const box = element.getBoundingClientRect();
              const drawn = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
              const inside = box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
              return drawn && inside ? null : `${element.outerHTML.slice(0, 200)} has the focus and does not show it`;
            }
            """)).ShouldBeNull();
}
