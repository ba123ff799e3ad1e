using System.Text.Json.Nodes;
using Athena.Dashboard.E2E.Infrastructure;
using Microsoft.Playwright;

namespace Athena.Dashboard.E2E.Journeys;

/// <summary>Rollouts by their own rules, with a real OpenFeature client as the application.</summary>
public sealed class FailingBetaJourney(Surroundings surroundings) : Journey(surroundings)
{
    [Fact]
    public async Task An_application_that_fails_for_exposed_users_is_rolled_back_and_every_user_gets_the_old_value()
    {
        var id = await World.PlanAsync(Plans.LongBeta);
        await World.PrepareAsync();
        await using var application = ClientApplication.Start(World.Server.Address, await World.CreateServiceKeyAsync(), World.Flag, users: 300);
        await World.TransitionAsync("rollingOut");
        var lead = await World.SignInAsync("engineeringLead");
        await lead.OpenAsync($"/rollouts/{id}");
        await Rollouts.ReachStageAsync(World, id, "beta");
        await Eventually.TrueAsync(() => Task.FromResult(application.Last is { On: > 0 }), "beta users have the feature");

        await application.StartFailingAsync();
        await Rollouts.ReachAsync(World, id, "rolledBack");

        await World.ReleaseReachesAsync("rolledBack");
        var users = Enumerable.Range(1, 300).Select(i => $"user-{i}").ToArray();
        (await application.AskAsync(users)).Values.ShouldAllBe(answer => !answer.Value && answer.Error == null);
        var decided = (await World.Api.GetAsync($"/api/rollouts/{id}/decisions")).AsArray().Single(record => record!["kind"]!.GetValue<string>() == "rolledBack")!;
        await ShouldAllSayAsync(lead, id, decided["rule"]!.GetValue<string>());
    }

    // The record's word is compared with the banner, the list of decisions, and the audit.
    private static async Task ShouldAllSayAsync(Visitor visitor, Guid id, string rule)
    {
        rule.ShouldStartWith("error_rate ");
        var page = visitor.Page;
        await Assertions.Expect(page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "Rolled back" })).ToContainTextAsync(rule);
        await page.GetByRole(AriaRole.Link, new() { Name = "Decisions" }).ClickAsync();
        var record = page.Locator("li", new() { HasText = "Rolled back" });
        await Assertions.Expect(record.Locator(".facts code").First).ToHaveTextAsync(rule);
        await visitor.ShouldBeAccessibleAsync();

        await visitor.OpenAsync($"/audit?subject=rollout/{id}");
        var entry = page.Locator("details", new() { Has = page.Locator("summary", new() { HasText = "rolled back" }) });
        await entry.Locator("summary").ClickAsync();
        await Assertions.Expect(entry).ToContainTextAsync(rule);
    }
}

public sealed class SilentApplicationJourney(Surroundings surroundings) : Journey(surroundings)
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
        var devOps = await World.SignInAsync("devOpsEngineer");
        await devOps.OpenAsync($"/rollouts/{id}");
        var banner = devOps.Page.GetByRole(AriaRole.Status).Filter(new() { HasText = "Held" });
        await Assertions.Expect(banner).ToContainTextAsync(held["because"]!.GetValue<string>());
        await devOps.ShouldBeAccessibleAsync();
        (await application.AskAsync("user-1")).Values.ShouldAllBe(answer => answer.Error == null);
        (await World.ReleaseStateAsync()).ShouldBe("rollingOut");

        await application.BecomeHealthyAsync();
        await Rollouts.ReachAsync(World, id, "running");
        await Assertions.Expect(banner).ToHaveCountAsync(0);
    }
}

public sealed class KilledServerJourney(Surroundings surroundings) : Journey(surroundings)
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

        var lead = await World.SignInAsync("engineeringLead");
        await lead.OpenAsync($"/rollouts/{id}");
        var forgotten = await World.SignInAsync("qaLead");
        await forgotten.OpenAsync("/flags");
        var before = await Rollouts.ReadAsync(World, id);
        await World.Server.KillAsync();
        await forgotten.Page.Context.ClearCookiesAsync();
        await Assertions.Expect(lead.Page.GetByText("Connection lost")).ToBeVisibleAsync();
        await Assertions.Expect(lead.Page.Locator("h1")).ToHaveTextAsync(World.Flag);
        await World.Server.StartAgainAsync();

        var after = await Rollouts.ReadAsync(World, id);
        Rollouts.Stage(after).ShouldBe("beta");
        // The ticks between the last reading and the kill may have counted a little more; nothing may be lost.
        Rollouts.Counted(after).ShouldBeInRange(Rollouts.Counted(before), Rollouts.Counted(before) + 8);
        await lead.ReturnAsync();
        // Whose session ended meanwhile is led to the sign-in, and from there to where he was.
        await forgotten.Page.WaitForURLAsync(url => url.Contains("/sign-in", StringComparison.Ordinal) && url.Contains("flags", StringComparison.Ordinal));
        await Assertions.Expect(lead.Page.Locator("h1")).ToHaveTextAsync(World.Flag);
        await Rollouts.ReachAsync(World, id, "completed");
        await Assertions.Expect(lead.Page.Locator(".page-header-line .badge")).ToHaveTextAsync("Completed");
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
            await Eventually.TrueAsync(async () => (rollout = await ReadAsync(world, id))["state"]!.GetValue<string>() == state, $"the rollout is {state}", longest);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message} It is: {rollout.ToJsonString()}", late);
        }

        return rollout;
    }

    /// <summary>Waits until the beta stage has gained this much observed healthy time.</summary>
    public static async Task<double> CountsInBetaAsync(Api api, Guid id, double more)
    {
        double? before = null;
        var counted = 0.0;
        await Eventually.TrueAsync(
            async () =>
            {
                var rollout = (await api.GetAsync($"/api/rollouts/{id}"))["rollout"]!;
                if (Stage(rollout) != "beta" || rollout["state"]!.GetValue<string>() != "running") return false;
                counted = Counted(rollout);
                before ??= counted;
                return counted > before + more;
            },
            "time is counted in beta");
        return counted;
    }

    public static Task ReachStageAsync(World world, Guid id, string stage, TimeSpan? longest = null) =>
        Eventually.TrueAsync(async () => Stage(await ReadAsync(world, id)) == stage, $"the rollout is in {stage}", longest);
}
