using System.Text.Json.Nodes;
using Athena.Dashboard.E2E.Journeys;

namespace Athena.Dashboard.E2E.Infrastructure;

/// <summary>Rollouts in staging, where no gate and no release is asked: one in every state that there is.</summary>
internal sealed class StagingRollouts(Api manager)
{
    private const string Planned = "planned", CalledOff = "called-off", Running = "running", Paused = "paused", Silent = "silent", Asking = "asking", GoingBack = "going-back", RolledBack = "rolled-back", Completed = "completed";

    private readonly Dictionary<string, Guid> ids = [];

    /// <summary>Those that an application reports for.</summary>
    public Guid[] Reported => [ids[Running], ids[Paused], ids[Asking], ids[GoingBack], ids[RolledBack], ids[Completed]];

    public async Task PlanAsync()
    {
        foreach (var name in (string[])[Planned, CalledOff, Running, Paused, Silent, Asking, GoingBack, RolledBack, Completed])
        {
            var flag = "in-staging-" + name;
            await manager.PostAsync("/api/flags", new JsonObject { ["key"] = flag, ["name"] = flag, ["type"] = "release", ["releaseId"] = World.Release });
            var plan = name switch { Completed => Plans.Moments, Asking => Plans.Steps.Replace("automatic: true", "automatic: false", StringComparison.Ordinal), _ => Plans.Steps };
            var rollout = await manager.PostAsync("/api/rollouts", new JsonObject { ["release"] = World.Release, ["environment"] = "staging", ["flag"] = flag, ["plan"] = plan.Replace(World.Flag, flag, StringComparison.Ordinal) });
            ids[name] = rollout["id"]!.GetValue<Guid>();
        }
    }

    /// <summary>Takes each to its state.</summary>
    public async Task BeginAsync(ReportingApplication application)
    {
        await OnAsync(CalledOff, "cancellations");
        foreach (var name in (string[])[Running, Paused, Silent, Asking, GoingBack, RolledBack, Completed]) await OnAsync(name, "starts");
        await ReachAsync(Running, "running");
        await ReachAsync(Silent, "held");
        await ReachAsync(Paused, "running");
        await OnAsync(Paused, "pauses");
        await ReachAsync(Asking, "running");
        application.Fail(ids[Asking], 500);
        await Eventually.TrueAsync(async () => (await FindAsync(RolledBack))["exposed"]!.GetValue<double>() > 0, "somebody is exposed");
        await OnAsync(RolledBack, "rollbacks");
        await ReachAsync(RolledBack, "rolledBack");
        await ReachAsync(Completed, "completed");
        await Eventually.TrueAsync(async () => (await FindAsync(Asking))["cause"]?.GetValue<string>() == "asksAPerson", "a person is asked");
        await Eventually.TrueAsync(async () => (await FindAsync(GoingBack))["exposed"]!.GetValue<double>() == 50, "half are exposed");
        await manager.PostAsync($"/api/rollouts/{ids[GoingBack]}/rollbacks", new JsonObject { ["reason"] = "The test wants it.", ["action"] = "gradual" });
    }

    /// <summary>Waits until so many of the two steps back, and the last to nobody, are taken.</summary>
    public Task StepsBackAsync(int steps) => Eventually.TrueAsync(async () => (await TitlesAsync(GoingBack, "Back to", "done")).Count >= steps, $"{steps} steps back are taken");

    /// <summary>Each as it is told now.</summary>
    public async Task<IReadOnlyDictionary<string, (JsonNode Rollout, int Decisions)>> LookAsync()
    {
        var seen = new Dictionary<string, (JsonNode, int)>();
        foreach (var name in ids.Keys) seen[name] = (await FindAsync(name), (await DecisionsAsync(name)).Count);
        return seen;
    }

    /// <summary>Those that rested are what they were, to the letter; the others have gone on, and did nothing twice.</summary>
    public async Task AreAsBeforeAsync(IReadOnlyDictionary<string, (JsonNode Rollout, int Decisions)> before)
    {
        var after = await LookAsync();
        foreach (var name in (string[])[Planned, CalledOff, RolledBack, Completed])
        {
            after[name].Rollout.ToJsonString().ShouldBe(before[name].Rollout.ToJsonString());
            after[name].Decisions.ShouldBe(before[name].Decisions, name);
        }

        // Their rules are looked at all the same, so the newest look may say other figures.
        foreach (var name in (string[])[Paused, Silent, Asking])
        {
            foreach (var what in (string[])["state", "cause", "stage", "exposed", "countedSeconds", "since", "version"])
                after[name].Rollout[what]?.ToJsonString().ShouldBe(before[name].Rollout[what]?.ToJsonString(), $"{what} of {name}");
        }

        await Eventually.TrueAsync(async () => await FindAsync(Running) is var now && Rollouts.Counted(now) > Rollouts.Counted(before[Running].Rollout), "it counts on");
        Rollouts.Stage(await FindAsync(Running)).ShouldBe(Rollouts.Stage(before[Running].Rollout));
        await ReachAsync(GoingBack, "rolledBack");
        (await TitlesAsync(GoingBack, "", "done")).ShouldBeUnique();
        (await DecisionsAsync(GoingBack)).Count(decision => decision!["kind"]!.GetValue<string>() is "rolledBack").ShouldBe(1);
        (await DecisionsAsync(GoingBack)).Count(decision => decision!["kind"]!.GetValue<string>() is "steppedDown").ShouldBe(2);
    }

    private async Task ReachAsync(string name, string state) =>
        await Eventually.TrueAsync(async () => (await FindAsync(name))["state"]!.GetValue<string>() == state, $"the rollout {name} is {state}");

    private async Task<List<string>> TitlesAsync(string name, string beginning, string state) =>
        [.. (await manager.GetAsync($"/api/rollouts/{ids[name]}"))["journal"]!.AsArray()
            .Where(step => step!["state"]!.GetValue<string>() == state).Select(step => step!["title"]!.GetValue<string>()).Where(title => title.StartsWith(beginning, StringComparison.Ordinal))];

    private async Task<JsonArray> DecisionsAsync(string name) => (await manager.GetAsync($"/api/rollouts/{ids[name]}/decisions")).AsArray();

    private async Task<JsonNode> FindAsync(string name) => (await manager.GetAsync($"/api/rollouts/{ids[name]}"))["rollout"]!;

    private async Task OnAsync(string name, string command) =>
        await manager.PostAsync($"/api/rollouts/{ids[name]}/{command}", new JsonObject { ["reason"] = "The test wants it." }, (await FindAsync(name))["version"]!.GetValue<long>());
}
