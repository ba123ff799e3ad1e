using System.Text.Json.Nodes;
using Athena.Dashboard.E2E.Infrastructure;

namespace Athena.Dashboard.E2E.Journeys;

/// <summary>Two real servers on one PostgreSQL, of which the one that does the work is killed.</summary>
public sealed class TwoServersTests(Surroundings surroundings) : Journey(surroundings)
{
    private PostgresServer postgres = default!;

    [Fact]
    public async Task Whichever_server_is_killed_the_other_goes_on_and_everything_happens_once()
    {
        await using var other = await AthenaProcess.StartWithAsync(World.Server.Environment, "--Athena:Rollouts:GradualSeconds=4");
        using var through = new Api(other.Address, World.Key);
        var id = await World.PlanAsync(Plans.HourlyBeta);
        await World.PrepareAsync();
        using var service = new Api(other.Address, await World.CreateServiceKeyAsync());
        await World.TransitionAsync("rollingOut");
        var began = TimeProvider.System.GetTimestamp();
        await using var application = new ReportingApplication(service, id);

        // The first of the two leads; the application reports to the other.
        await Rollouts.CountsInBetaAsync(through, id, more: 1);
        await World.Server.KillAsync();
        var counted = await Rollouts.CountsInBetaAsync(through, id, more: 1);
        counted.ShouldBeLessThan(TimeProvider.System.GetElapsedTime(began).TotalSeconds);
        await World.Server.StartAgainAsync();

        // Now the other one leads, and is killed between two steps of the way back.
        await through.PostAsync($"/api/rollouts/{id}/rollbacks", new JsonObject { ["reason"] = "Rows are lost.", ["action"] = "gradual" });
        await Eventually.TrueAsync(async () => (await JournalAsync(World.Api, id)).Any(step => step["title"]!.GetValue<string>().StartsWith("Back to", StringComparison.Ordinal) && step["state"]!.GetValue<string>() == "done"), "the first step is taken");
        await other.KillAsync();
        (await JournalAsync(World.Api, id)).ShouldContain(step => step["state"]!.GetValue<string>() == "pending", "it is killed in the middle");
        await Rollouts.ReachAsync(World, id, "rolledBack");

        var journal = await JournalAsync(World.Api, id);
        journal.ShouldAllBe(step => step["state"]!.GetValue<string>() != "pending");
        journal.Select(step => step["title"]!.GetValue<string>()).ShouldBeUnique();
        (await World.Api.GetAsync($"/api/rollouts/{id}/decisions")).AsArray().Count(decision => decision!["kind"]!.GetValue<string>() == "rolledBack").ShouldBe(1);
        await Eventually.TrueAsync(async () => (await World.Api.GetAsync("/api/recovery")).AsArray() is [{ } only] && only["report"] is not null, "the post-mortem is drafted");
        var told = (await World.Api.GetAsync("/api/audit?take=200"))["entries"]!.AsArray().Select(entry => entry!["type"]!.GetValue<string>()).ToList();
        foreach (var once in (string[])["Rollouts.RolloutStarted", "Rollouts.RollbackDecided", "Rollouts.ExposureSteppedDown", "Rollouts.RolloutRolledBack"])
            told.Count(type => type == once).ShouldBe(1, once);
        (await World.ReleaseStateAsync()).ShouldBe("rolledBack");
        var keys = (await World.Api.GetAsync($"/api/communication/releases/{World.Release}"))["moments"]!.AsArray()
            .SelectMany(moment => moment!["rows"]!.AsArray()).Select(row => row!["entry"]!["key"]!.GetValue<string>()).ToList();
        keys.Count(key => key.StartsWith("rollback-notice-", StringComparison.Ordinal)).ShouldBe(2);
        keys.Count(key => key == "post-mortem").ShouldBe(1);
        (await World.Api.GetAsync($"/api/flags/{World.Flag}/environments/production"))["percentage"]!.GetValue<double>().ShouldBe(0);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await postgres.DisposeAsync();
    }

    protected override async Task<World> BeginAsync(Surroundings around) =>
        await World.BeginEmptyAsync(around, (postgres = await PostgresServer.StartAsync()).Environment, "--Athena:Rollouts:GradualSeconds=4");

    private static async Task<IReadOnlyList<JsonNode>> JournalAsync(Api api, Guid id) => [.. (await api.GetAsync($"/api/rollouts/{id}"))["journal"]!.AsArray().Select(step => step!)];
}
