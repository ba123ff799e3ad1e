using System.Text.Json.Nodes;
using Athena.Dashboard.E2E.Infrastructure;
using Microsoft.Playwright;

namespace Athena.Dashboard.E2E.Journeys;

public sealed class FullWorldJourney(Surroundings surroundings) : Journey(surroundings)
{
    [Fact]
    public async Task Every_page_of_a_full_world_can_be_used_by_everybody()
    {
        var filled = await World.FillAsync(Hostile.Name);
        await World.BeHostileAsync(filled);
        await using (var application = ClientApplication.Start(World.Server.Address, await World.CreateServiceKeyAsync(), World.Flag, users: 300))
            await Eventually.TrueAsync(() => Task.FromResult(application.Last is { On: > 0 }), "some users have the feature");
        await EveryPage.ShouldBeAccessibleAsync(World, filled);
        await TryHostileContextsAsync();
    }

    /// <summary>Contexts stand nowhere but where somebody writes one: names and values that are markup, turn the text around, or cannot be seen.</summary>
    private async Task TryHostileContextsAsync()
    {
        var person = await World.SignInAsync("engineeringLead");
        foreach (var path in (string[])["/playground", "/playground?flag=" + World.Flag])
        {
            await person.OpenAsync(path);
            await person.Page.GetByText("JSON", new() { Exact = true }).First.ClickAsync();
            var context = new JsonObject { ["targetingKey"] = Hostile.Sentence, ["userTier"] = Hostile.Name, [Hostile.Name] = "\u202Eowned\u200B", ["deep"] = JsonNode.Parse(new string('[', 40) + new string(']', 40)) };
            await person.Page.GetByRole(AriaRole.Textbox, new() { Name = "Context", Exact = true }).FillAsync(context.ToJsonString());
            await person.SettleAsync();
            (await person.Page.TracesOfTextsAsync()).ShouldBeEmpty(path);
            await Assertions.Expect(person.Page.Locator("main")).ToContainTextAsync(World.Flag);
        }
    }
}

public sealed class EmptyWorldJourney(Surroundings surroundings) : Journey(surroundings)
{
    [Fact]
    public Task Every_page_of_an_empty_world_can_be_used_by_everybody() => EveryPage.ShouldBeAccessibleAsync(World, Filled.Nothing, Look.Light);
}

/// <summary>What axe-core finds serious or critical on any page. The colours and boxes of an empty page are those of a full one.</summary>
internal static class EveryPage
{
    public static async Task ShouldBeAccessibleAsync(World world, Filled filled, params IReadOnlyList<Look> looks)
    {
        var found = new List<Finding>();
        var administrator = await world.SignInAsync("administrator");
        var hostile = 0;
        string[] states = filled == Filled.Nothing ? [] : [$"/change-requests/{filled.Approved}", $"/change-requests/{filled.Void}"];
        await administrator.WalkAsync(Site.Pages(filled).Concat(states), async (_, _) =>
        {
            if (await administrator.Page.ShowsHostileTextAsync()) hostile++;
            found.AddRange(await administrator.FindAsync(looks));
        });
        var nobody = await world.ArriveAsync("nobody");
        await nobody.WalkAsync(await Site.PublicPagesAsync(world.Server.Address, filled), async (_, _) => found.AddRange(await nobody.FindAsync(looks)));
        // Where the world has such texts, they stand on the pages as they were written.
        if (filled != Filled.Nothing) hostile.ShouldBeGreaterThan(15);
        found.GroupBy(finding => finding.What).Select(same => $"{same.Key}\n    on {string.Join(", ", same.Select(finding => finding.Where).Distinct())}\n").ShouldBeEmpty();
    }
}
