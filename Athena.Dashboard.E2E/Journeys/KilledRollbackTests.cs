using System.Text.Json.Nodes;
using Athena.Dashboard.E2E.Infrastructure;

namespace Athena.Dashboard.E2E.Journeys;

/// <summary>A real process, killed as soon as a rollback is decided, in the middle of a drill, with rollouts in every state.</summary>
public sealed class KilledRollbackTests(Surroundings surroundings) : Journey(surroundings)
{
    [Fact]
    public async Task A_killed_server_takes_everything_back_once_leaves_nothing_of_a_drill_and_goes_on_with_all_rollouts_where_they_were()
    {
        var id = await World.PlanAsync(Plans.LongBeta);
        using var manager = await World.SessionAsync("releaseManager");
        using var reports = new Api(World.Server.Address, await World.CreateServiceKeyAsync("staging"));
        var staging = new StagingRollouts(manager);
        await staging.PlanAsync();
        await using var application = new ReportingApplication(reports, staging.Reported);
        await staging.BeginAsync(application);
        await World.PrepareAsync();
        await World.TransitionAsync("rollingOut");
        await Eventually.TrueAsync(async () => (await Rollouts.ReadAsync(World, id))["state"]!.GetValue<string>() is "running" or "held", "the rollout has begun");
        using (var qa = await World.SessionAsync("qaLead"))
        {
            await qa.PostAsync("/api/drills", new JsonObject { ["environment"] = "staging", ["release"] = World.Release });
            await Eventually.TrueAsync(async () => (await DrillAsync())["rolloutId"] is not null, "the drill is under way");
            await qa.PostAsync($"/api/rollouts/{id}/rollbacks", new JsonObject { ["reason"] = "Rows are lost." });
        }

        // Two of three steps back are yet to come; then, killed again, one.
        await staging.StepsBackAsync(1);
        var before = await staging.LookAsync();
        var killedAt = TimeProvider.System.GetUtcNow();
        await World.Server.KillAsync();
        await World.Server.StartAgainAsync();
        await staging.StepsBackAsync(2);
        await World.Server.KillAsync();
        await World.Server.StartAgainAsync();
        await staging.AreAsBeforeAsync(before);
        await Rollouts.ReachAsync(World, id, "rolledBack");
        await Eventually.TrueAsync(async () => (await ProceduresAsync(id)) is [{ } only] && only["report"] is not null, "the post-mortem is drafted");
        (await ProceduresAsync(id)).Count.ShouldBe(1);
        var keys = (await World.Api.GetAsync($"/api/communication/releases/{World.Release}"))["moments"]!.AsArray()
            .SelectMany(moment => moment!["rows"]!.AsArray()).Select(row => row!["entry"]!["key"]!.GetValue<string>()).ToList();
        keys.Count(key => key.StartsWith("rollback-notice-", StringComparison.Ordinal)).ShouldBe(2);
        keys.Count(key => key == "post-mortem").ShouldBe(1);

        await Eventually.TrueAsync(async () => (await DrillAsync())["isClean"]!.GetValue<bool>(), "the drill is cleaned up");
        // On a machine that was busy for so long the drill may have been over.
        var drill = await DrillAsync();
        drill["part"]!.GetValue<string>().ShouldBe(drill["endedAt"]!.GetValue<DateTimeOffset>() < killedAt ? "passed" : "interrupted");
        (await World.Api.GetAsync("/api/flags/recovery-drill/environments/staging"))["enabled"]!.GetValue<bool>().ShouldBeFalse();
    }

    protected override Task<World> BeginAsync(Surroundings around) => World.BeginAsync(around, "--Athena:Rollouts:GradualSeconds=5");

    private async Task<JsonNode> DrillAsync() => (await World.Api.GetAsync("/api/drills")).AsArray()[0]!;

    private async Task<JsonArray> ProceduresAsync(Guid rollout) => (await World.Api.GetAsync($"/api/recovery?rollout={rollout}")).AsArray();
}
