using Athena.Dashboard.E2E.Infrastructure;

namespace Athena.Dashboard.E2E.Journeys;

public sealed class FullWorldJourney(Surroundings surroundings) : Journey(surroundings)
{
    [Fact]
    public async Task Every_page_of_a_full_world_can_be_used_by_everybody()
    {
        var rollout = await World.FillAsync();
        await World.BeHostileAsync();
        await using (var application = ClientApplication.Start(World.Server.Address, await World.CreateServiceKeyAsync(), World.Flag, users: 300))
            await Eventually.TrueAsync(() => Task.FromResult(application.Last is { On: > 0 }), "some users have the feature");
        await EveryPage.ShouldBeAccessibleAsync(World, rollout);
    }
}

public sealed class EmptyWorldJourney(Surroundings surroundings) : Journey(surroundings)
{
    [Fact]
    public Task Every_page_of_an_empty_world_can_be_used_by_everybody() => EveryPage.ShouldBeAccessibleAsync(World, Guid.Empty, Look.Light);
}

/// <summary>What axe-core finds serious or critical on any page. The colours and boxes of an empty page are those of a full one.</summary>
internal static class EveryPage
{
    public static async Task ShouldBeAccessibleAsync(World world, Guid rollout, params IReadOnlyList<Look> looks)
    {
        var found = new List<Finding>();
        var administrator = await world.SignInAsync("administrator");
        var hostile = 0;
        await administrator.WalkAsync(Site.Pages(rollout), async (_, _) =>
        {
            if (await administrator.Page.ShowsHostileTextAsync()) hostile++;
            found.AddRange(await administrator.FindAsync(looks));
        });
        var nobody = await world.ArriveAsync("nobody");
        await nobody.WalkAsync(await Site.PublicPagesAsync(world.Server.Address, rollout), async (_, _) => found.AddRange(await nobody.FindAsync(looks)));
        // Where the world has such texts, they stand on the pages as they were written.
        if (rollout != Guid.Empty) hostile.ShouldBeGreaterThan(15);
        found.GroupBy(finding => finding.What).Select(same => $"{same.Key}\n    on {string.Join(", ", same.Select(finding => finding.Where).Distinct())}\n").ShouldBeEmpty();
    }
}
