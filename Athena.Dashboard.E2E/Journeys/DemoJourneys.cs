using Athena.Dashboard.E2E.Infrastructure;
using Microsoft.Playwright;

namespace Athena.Dashboard.E2E.Journeys;

/// <summary>What somebody sees who starts the demo. The README's picture is taken here.</summary>
public sealed class DemoJourney(Surroundings surroundings) : Journey(surroundings)
{
    [Fact]
    public async Task The_demo_lets_every_role_in_and_its_release_is_on_its_way_with_moving_charts()
    {
        World.Accounts.Count.ShouldBe(8);
        foreach (var (email, password) in World.Accounts.Values) (await Api.SignInAsync(World.Server.Address, email, password)).Dispose();

        var manager = await World.SignInAsync("Release Manager");
        var rollout = (await World.Api.GetAsync("/api/rollouts")).AsArray().Single()!;
        var id = rollout["id"]!.GetValue<Guid>();
        await manager.OpenAsync($"/rollouts/{id}");
        foreach (var chart in await manager.Page.Locator("athena-chart").AllAsync()) await ShouldMoveAsync(chart);

        await Rollouts.ReachStageAsync(World, id, "beta", TimeSpan.FromMinutes(4));
        await Eventually.TrueAsync(async () => Rollouts.Counted(await Rollouts.ReadAsync(World, id)) > 20, "half of beta is over");
        await manager.OpenAsync("/experiments/command-palette");
        await Assertions.Expect(manager.Page.Locator("main")).ToContainTextAsync("Not harmed beyond 15 ms");
        await manager.OpenAsync("/");
        await Assertions.Expect(manager.Page.Locator("athena-chart canvas")).ToHaveCountAsync(5);
        await Assertions.Expect(manager.Page.Locator("main")).ToContainTextAsync("10 %");
        await manager.Page.ScreenshotAsync(new() { Path = Picture(), Animations = ScreenshotAnimations.Disabled });
    }

    // The table shows the same numbers as the lines, and stays open when the page says something new about the chart: its limits, its gaps.
    private static async Task ShouldMoveAsync(ILocator chart)
    {
        await chart.GetByRole(AriaRole.Button, new() { Name = "Table" }).ClickAsync();
        await NewPointsAsync();
        await chart.EvaluateAsync("chart => chart.setAttribute('options', JSON.stringify({ ...JSON.parse(chart.getAttribute('options')), thresholds: [] }))");
        await NewPointsAsync();

        async Task NewPointsAsync()
        {
            var newest = chart.Locator("tbody tr:not(.chart-gap) td").First;
            var before = await newest.InnerTextAsync();
            await Eventually.TrueAsync(async () => await newest.IsVisibleAsync() && await newest.InnerTextAsync() != before, "new points arrive");
        }
    }

    // A run of the tests leaves the tree as it was, unless the picture itself is wanted.
    private static string Picture()
    {
        if (Environment.GetEnvironmentVariable("UPDATE_SCREENSHOT") is { Length: > 0 }) return Path.Combine(Repository.Root, "docs", "dashboard.png");
        Directory.CreateDirectory(Repository.Evidence);
        return Path.Combine(Repository.Evidence, "dashboard.png");
    }

    protected override Task<World> BeginAsync(Surroundings around) => World.BeginDemoAsync(around);
}
