using System.Text.Json.Nodes;
using Athena.Dashboard.E2E.Infrastructure;

namespace Athena.Dashboard.E2E.Journeys;

/// <summary>A rollout by its own rules, with a real OpenFeature client as the application.</summary>
public sealed class HealthyRolloutJourney(Browsers browsers) : Journey(browsers)
{
    [Fact]
    public async Task Healthy_traffic_carries_the_release_through_all_stages_to_completed()
    {
        var id = await World.PlanAsync(Plans.ToCompletion);
        await World.PrepareAsync();
        await using var application = ClientApplication.Start(World.Server.Address, await World.CreateServiceKeyAsync(), World.Flag, users: 1500);
        await World.TransitionAsync("rollingOut");

        await Rollouts.ReachAsync(World, id, "completed", TimeSpan.FromMinutes(2));

        await World.ReleaseReachesAsync("completed");
        var answers = await application.AskAsync("user-1", "user-2", "somebody new");
        answers.Values.ShouldAllBe(answer => answer.Value);
        application.Problems.ShouldBeEmpty();
    }
}

public sealed class FailingBetaJourney(Browsers browsers) : Journey(browsers)
{
    [Fact]
    public async Task An_application_that_fails_for_exposed_users_is_rolled_back_and_every_user_gets_the_old_value()
    {
        var id = await World.PlanAsync(Plans.LongBeta);
        await World.PrepareAsync();
        await using var application = ClientApplication.Start(World.Server.Address, await World.CreateServiceKeyAsync(), World.Flag, users: 300);
        await World.TransitionAsync("rollingOut");
        await Rollouts.ReachStageAsync(World, id, "beta");
        await Eventually.TrueAsync(() => Task.FromResult(application.Last is { On: > 0 }), "beta users have the feature");

        await application.StartFailingAsync();
        await Rollouts.ReachAsync(World, id, "rolledBack");

        await World.ReleaseReachesAsync("rolledBack");
        var users = Enumerable.Range(1, 300).Select(i => $"user-{i}").ToArray();
        (await application.AskAsync(users)).Values.ShouldAllBe(answer => !answer.Value && answer.Error == null);

        var decided = (await World.Api.GetAsync($"/api/rollouts/{id}/decisions")).AsArray().Single(record => record!["kind"]!.GetValue<string>() == "rolledBack")!;
        var rule = decided["rule"]!.GetValue<string>();
        rule.ShouldStartWith("error_rate >");
        // The event's own JSON may stand in the answer as a text, so a sign can be escaped once or twice.
        var audit = (await World.Api.AskAsync(HttpMethod.Get, $"/api/audit?subject=rollout/{id}")).Text.Replace(@"\\u003E", ">", StringComparison.Ordinal).Replace(@"\u003E", ">", StringComparison.Ordinal);
        audit.ShouldContain("RolloutRolledBack");
        audit.ShouldContain(rule);
    }
}

public sealed class SilentApplicationJourney(Browsers browsers) : Journey(browsers)
{
    [Fact]
    public async Task A_stage_without_reports_holds_with_its_reason_and_goes_on_when_they_resume()
    {
        var id = await World.PlanAsync(Plans.LongBeta);
        await World.PrepareAsync();
        await using var application = ClientApplication.Start(World.Server.Address, await World.CreateServiceKeyAsync(), World.Flag, users: 300);
        await World.TransitionAsync("rollingOut");
        await Rollouts.ReachStageAsync(World, id, "beta");

        await application.StopReportingAsync();
        var held = await Rollouts.ReachAsync(World, id, "held");
        held["cause"]!.GetValue<string>().ShouldBe("stale");
        held["because"]!.GetValue<string>().ShouldNotBeEmpty();
        (await application.AskAsync("user-1")).Values.ShouldAllBe(answer => answer.Error == null);
        (await World.ReleaseStateAsync()).ShouldBe("rollingOut");

        await application.BecomeHealthyAsync();
        await Rollouts.ReachAsync(World, id, "running");
    }
}

public sealed class KilledServerJourney(Browsers browsers) : Journey(browsers)
{
    [Fact]
    public async Task A_server_killed_in_mid_stage_goes_on_where_it_was_with_the_time_it_had_counted()
    {
        var id = await World.PlanAsync(Plans.LongBeta);
        await World.PrepareAsync();
        await using var application = ClientApplication.Start(World.Server.Address, await World.CreateServiceKeyAsync(), World.Flag, users: 300);
        await World.TransitionAsync("rollingOut");
        await Rollouts.ReachStageAsync(World, id, "beta");
        await Eventually.TrueAsync(async () => Rollouts.Counted(await Rollouts.ReadAsync(World, id)) > 3, "some seconds are counted");

        var before = await Rollouts.ReadAsync(World, id);
        await World.Server.KillAsync();
        await World.Server.StartAgainAsync();

        var after = await Rollouts.ReadAsync(World, id);
        Rollouts.Stage(after).ShouldBe("beta");
        // The ticks between the last reading and the kill may have counted a little more; nothing may be lost.
        Rollouts.Counted(after).ShouldBeInRange(Rollouts.Counted(before), Rollouts.Counted(before) + 8);
        await Rollouts.ReachAsync(World, id, "completed", TimeSpan.FromMinutes(2));
    }
}

/// <summary>Reading a rollout until it is somewhere.</summary>
internal static class Rollouts
{
    public static async Task<JsonNode> ReadAsync(World world, Guid id)
    {
        var answer = await world.RolloutAsync(id);
        return answer["rollout"] ?? answer;
    }

    public static string? Stage(JsonNode rollout) => rollout["stage"]?["name"]?.GetValue<string>() ?? rollout["stage"]?.ToString();

    public static double Counted(JsonNode rollout) => rollout["countedSeconds"]!.GetValue<double>();

    public static async Task<JsonNode> ReachAsync(World world, Guid id, string state, TimeSpan? longest = null)
    {
        JsonNode rollout = new JsonObject();
        try
        {
            await Eventually.TrueAsync(async () => (rollout = await ReadAsync(world, id))["state"]!.GetValue<string>() == state, $"the rollout is {state}", longest ?? TimeSpan.FromMinutes(1));
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message} It is: {rollout.ToJsonString()}", late);
        }

        return rollout;
    }

    public static Task ReachStageAsync(World world, Guid id, string stage) =>
        Eventually.TrueAsync(async () => Stage(await ReadAsync(world, id)) == stage, $"the rollout is in {stage}", TimeSpan.FromMinutes(1));
}
