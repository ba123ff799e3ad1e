using Athena.Dashboard.E2E.Infrastructure;

namespace Athena.Dashboard.E2E.Journeys;

/// <summary>A real process whose clock is wrong by an hour for a while, as after a machine has slept or its battery was dead.</summary>
public sealed class ClockTests(Surroundings surroundings) : Journey(surroundings)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private readonly FalseClock clock = new();

    [Fact]
    public async Task A_clock_that_is_an_hour_ahead_for_a_while_holds_a_rollout_and_decides_nothing()
    {
        var id = await World.PlanAsync(Plans.HourlyBeta);
        await World.PrepareAsync();
        using var service = new Api(World.Server.Address, await World.CreateServiceKeyAsync());
        await World.TransitionAsync("rollingOut");
        var began = TimeProvider.System.GetTimestamp();
        await using var application = new ReportingApplication(service, id);
        await Rollouts.CountsInBetaAsync(World.Api, id, more: 0);

        // The server's clock alone: what is reported is an hour old to it, and no news.
        clock.Set(Hour);
        await Eventually.TrueAsync(() => Task.FromResult(application.LastStatus == 400), "reports are refused as too old");
        (await Rollouts.ReachAsync(World, id, "held"))["cause"]!.GetValue<string>().ShouldBe("stale");

        // The whole machine's: its own applications report with the same time.
        application.Ahead = Hour;
        await Rollouts.CountsInBetaAsync(World.Api, id, more: 1);
        application.IsSilent = true;
        clock.Set(TimeSpan.Zero);
        (await Rollouts.ReachAsync(World, id, "held"))["cause"]!.GetValue<string>().ShouldBe("stale", "reports from a time to come say nothing of now");

        application.Ahead = TimeSpan.Zero;
        application.IsSilent = false;
        var counted = await Rollouts.CountsInBetaAsync(World.Api, id, more: 1);
        counted.ShouldBeLessThan(TimeProvider.System.GetElapsedTime(began).TotalSeconds);
        (await DecisionsAsync(id, "rolledBack")).ShouldBe(0);

        application.Fail(id, 500);
        await Rollouts.ReachAsync(World, id, "rolledBack");
        (await DecisionsAsync(id, "rolledBack")).ShouldBe(1);
        (await DecisionsAsync(id, "advanced")).ShouldBe(1, "from alpha to beta");
        var view = await World.RolloutAsync(id);
        view["journal"]!.AsArray().Count(entry => entry!["title"]!.GetValue<string>().StartsWith("Take the flag", StringComparison.Ordinal)).ShouldBe(1);
        await Eventually.TrueAsync(async () => (await World.Api.GetAsync("/api/recovery")).AsArray().Count == 1, "one procedure is opened");
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        clock.Dispose();
    }

    protected override Task<World> BeginAsync(Surroundings around) => World.BeginAsync(around, clock.Environment);

    private async Task<int> DecisionsAsync(Guid id, string kind) =>
        (await World.Api.GetAsync($"/api/rollouts/{id}/decisions")).AsArray().Count(decision => decision!["kind"]!.GetValue<string>() == kind);
}
