using Athena.Dashboard.E2E.Infrastructure;
using Microsoft.Playwright;

namespace Athena.Dashboard.E2E.Journeys;

/// <summary>A release carried from its last gates to the end, by people in their browsers and a real client application.</summary>
public sealed class TwoPeopleJourney(Surroundings surroundings) : Journey(surroundings)
{
    private const string OfQa = "accessibility-verified";
    private const string OfDevOps = "monitoring-configured";

    [Fact]
    public async Task Two_people_tick_the_last_gates_and_healthy_traffic_carries_the_release_to_completed()
    {
        var id = await World.PlanAsync(Plans.ToCompletion);
        await World.PrepareAsync(OfQa, OfDevOps);
        await using var application = ClientApplication.Start(World.Server.Address, await World.CreateServiceKeyAsync(), World.Flag, users: 1500);

        var manager = await World.SignInAsync("releaseManager");
        await manager.OpenAsync("/releases/" + World.Release);
        var start = manager.Page.GetByRole(AriaRole.Button, new() { Name = "Start rolling out" });
        await Assertions.Expect(start).ToHaveAttributeAsync("aria-disabled", "true");
        await Assertions.Expect(manager.Page.Locator(".obstacles li")).ToHaveCountAsync(2);

        var qa = await World.SignInAsync("qaLead");
        var devOps = await World.SignInAsync("devOpsEngineer");
        await qa.OpenAsync($"/releases/{World.Release}?tab=gates");
        await devOps.OpenAsync($"/releases/{World.Release}?tab=gates");
        await Tick(qa, OfQa).ClickAsync();
        await Task.WhenAll(ShouldBeTickedAsync(qa, OfQa), ShouldBeTickedAsync(devOps, OfQa));
        await Tick(devOps, OfDevOps).ClickAsync();
        await Task.WhenAll(ShouldBeTickedAsync(devOps, OfDevOps), ShouldBeTickedAsync(qa, OfDevOps));

        await start.ClickAsync();
        await Assertions.Expect(State(manager)).ToHaveTextAsync("Rolling out");
        await Rollouts.ReachAsync(World, id, "completed");

        // Nobody has touched the page since.
        await Assertions.Expect(State(manager)).ToHaveTextAsync("Completed");
        (await World.ReleaseStateAsync()).ShouldBe("completed");
        await manager.OpenAsync($"/rollouts/{id}");
        await Assertions.Expect(State(manager)).ToHaveTextAsync("Completed");
        var answers = await application.AskAsync("user-1", "user-2", "somebody new");
        answers.Values.ShouldAllBe(answer => answer.Value);
        application.Problems.ShouldBeEmpty();
        await manager.ShouldBeAccessibleAsync();
    }

    private static ILocator Tick(Visitor visitor, string item) => visitor.Page.Locator($"[data-tick={item}]");

    // What is waited for is the page's own update, not a reload.
    private static Task ShouldBeTickedAsync(Visitor visitor, string item) =>
        Assertions.Expect(Tick(visitor, item)).ToHaveAttributeAsync("aria-checked", "true");

    private static ILocator State(Visitor visitor) => visitor.Page.Locator(".page-header-line .badge");
}
