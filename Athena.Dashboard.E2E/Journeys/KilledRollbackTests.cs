using System.Text.Json.Nodes;
using Athena.Dashboard.E2E.Infrastructure;

namespace Athena.Dashboard.E2E.Journeys;

/// <summary>A real process, killed as soon as a rollback is decided, in the middle of a drill.</summary>
public sealed class KilledRollbackTests(Surroundings surroundings) : Journey(surroundings)
{
    [Fact]
    public async Task A_killed_server_takes_everything_back_once_and_leaves_nothing_of_a_drill()
    {
        var id = await World.PlanAsync(Plans.LongBeta);
        await World.PrepareAsync();
        await World.TransitionAsync("rollingOut");
        await Eventually.TrueAsync(async () => (await Rollouts.ReadAsync(World, id))["state"]!.GetValue<string>() is "running" or "held", "the rollout has begun", TimeSpan.FromMinutes(1));
        using (var qa = await World.SessionAsync("qaLead"))
        {
            await qa.PostAsync("/api/drills", new JsonObject { ["environment"] = "staging", ["release"] = World.Release });
            await Eventually.TrueAsync(async () => (await DrillAsync())["rolloutId"] is not null, "the drill is under way", TimeSpan.FromMinutes(1));
            await qa.PostAsync($"/api/rollouts/{id}/rollbacks", new JsonObject { ["reason"] = "Rows are lost." });
        }

        var killedAt = TimeProvider.System.GetUtcNow();
        await World.Server.KillAsync();
        await World.Server.StartAgainAsync();
        await Rollouts.ReachAsync(World, id, "rolledBack");
        await Eventually.TrueAsync(async () => (await ProceduresAsync()) is [{ } only] && only["report"] is not null, "the post-mortem is drafted", TimeSpan.FromMinutes(1));
        (await ProceduresAsync()).Count.ShouldBe(1);
        var keys = (await World.Api.GetAsync($"/api/communication/releases/{World.Release}"))["moments"]!.AsArray()
            .SelectMany(moment => moment!["rows"]!.AsArray()).Select(row => row!["entry"]!["key"]!.GetValue<string>()).ToList();
        keys.Count(key => key.StartsWith("rollback-notice-", StringComparison.Ordinal)).ShouldBe(2);
        keys.Count(key => key == "post-mortem").ShouldBe(1);

        await Eventually.TrueAsync(async () => (await DrillAsync())["isClean"]!.GetValue<bool>(), "the drill is cleaned up", TimeSpan.FromMinutes(1));
        // On a machine that was busy for so long the drill may have been over.
        var drill = await DrillAsync();
        drill["part"]!.GetValue<string>().ShouldBe(drill["endedAt"]!.GetValue<DateTimeOffset>() < killedAt ? "passed" : "interrupted");
        (await World.Api.GetAsync("/api/flags/recovery-drill/environments/staging"))["enabled"]!.GetValue<bool>().ShouldBeFalse();
    }

    private async Task<JsonNode> DrillAsync() => (await World.Api.GetAsync("/api/drills")).AsArray()[0]!;

    private async Task<JsonArray> ProceduresAsync() => (await World.Api.GetAsync("/api/recovery")).AsArray();
}
