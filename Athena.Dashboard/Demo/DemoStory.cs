using System.Text.Json.Nodes;

namespace Athena.Dashboard.Demo;

/// <summary>
/// The spec's own example: v1.2.0 "Enhanced Database Views" behind <c>database-views-v2</c>, carried to the moment
/// when it rolls out; beside it a release that is only planned, two flags of the other types, and an experiment.
/// </summary>
internal sealed class DemoStory(DemoApi api, TimeProvider clock)
{
    public const string Flag = "database-views-v2";
    public const string ExperimentFlag = "command-palette-experiment";
    public const string Experiment = "command-palette";
    private const string Version = "1.2.0";

    public async Task TellAsync(string adminKey, Guid owner, IEnumerable<DemoApi> approvers, CancellationToken cancellationToken)
    {
        await CreateFlagsAsync(adminKey, cancellationToken);
        await PlanAsync(adminKey, owner, "minor", Version, "Enhanced Database Views", 0, "People find what they need in a large database without exporting it first.", cancellationToken);
        await PlanAsync(adminKey, owner, "minor", "1.3.0", "Template System", 21, "A new workspace starts from something that works instead of from an empty page.", cancellationToken);
        await WriteNotesAsync(adminKey, cancellationToken);
        foreach (var approver in approvers) await ApproveNotesAsync(approver, cancellationToken);
        await PlanRolloutAsync(adminKey, cancellationToken);
        await ExperimentAsync(adminKey, cancellationToken);
        foreach (var (gates, state) in ((string[], string)[])[(["pre-development"], "inDevelopment"), (["development"], "inQa"), ([], "inPreparation"), (["pre-release", "production"], "rollingOut")])
        {
            foreach (var set in gates) await TickAsync(adminKey, set, cancellationToken);
            await TransitionAsync(adminKey, state, cancellationToken);
        }
    }

    private async Task CreateFlagsAsync(string key, CancellationToken cancellationToken)
    {
        await api.PostAsync(key, "/api/flags", new JsonObject
        {
            ["key"] = Flag,
            ["name"] = "Database views v2",
            ["type"] = "release",
            ["description"] = "Filters with AND and OR, and named views.",
            ["releaseId"] = Version,
        }, cancellationToken);
        await api.PostAsync(key, "/api/flags", new JsonObject
        {
            ["key"] = "ai-suggestions-enabled",
            ["name"] = "AI suggestions",
            ["type"] = "operational",
            ["description"] = "Switches suggestions off when the model behind them is slow.",
        }, cancellationToken);
        await api.PostAsync(key, "/api/flags", new JsonObject
        {
            ["key"] = ExperimentFlag,
            ["name"] = "Command palette redesign",
            ["type"] = "experimental",
            ["description"] = "Does the new palette get people to what they look for sooner?",
        }, cancellationToken);
        await SwitchOnAsync(key, Flag, cancellationToken);
        await SwitchOnAsync(key, "ai-suggestions-enabled", cancellationToken);
    }

    private async Task ExperimentAsync(string key, CancellationToken cancellationToken)
    {
        var setting = await api.GetAsync(key, $"/api/flags/{ExperimentFlag}/environments/production", cancellationToken);
        await api.PutAsync(
            key,
            $"/api/flags/{ExperimentFlag}/environments/production",
            new JsonObject { ["conditions"] = new JsonObject(), ["percentage"] = 50, ["reason"] = "Half of the visitors see the new palette.", ["confirmation"] = "production", ["override"] = true },
            setting["version"]!.GetValue<long>(),
            cancellationToken);
        await SwitchOnAsync(key, ExperimentFlag, cancellationToken);
        var planned = await api.PostAsync(key, "/api/experiments", new JsonObject
        {
            ["key"] = Experiment,
            ["name"] = "Command palette redesign",
            ["flagKey"] = ExperimentFlag,
            ["environment"] = "production",
            ["hypothesis"] = "Results grouped by kind let more people find what they look for at their first try.",
            ["control"] = "off",
            ["treatments"] = new JsonArray("on"),
            ["primary"] = new JsonObject { ["name"] = "found", ["kind"] = "proportion", ["better"] = "higher", ["margin"] = 0.02 },
            ["guards"] = new JsonArray(new JsonObject { ["name"] = "opening_time", ["kind"] = "mean", ["better"] = "lower", ["unit"] = "ms", ["margin"] = 15 }),
            ["plannedUsers"] = 4_000,
        }, cancellationToken);
        await api.PostAsync(key, $"/api/experiments/{Experiment}/starts", null, cancellationToken, planned["version"]!.GetValue<long>());
    }

    private async Task SwitchOnAsync(string key, string flag, CancellationToken cancellationToken)
    {
        var setting = await api.GetAsync(key, $"/api/flags/{flag}/environments/production", cancellationToken);
        await api.PostAsync(
            key,
            $"/api/flags/{flag}/environments/production/switches",
            new JsonObject { ["on"] = true, ["reason"] = "Prepared for the demo.", ["confirmation"] = "production", ["override"] = true },
            cancellationToken,
            setting["version"]!.GetValue<long>());
    }

    private Task PlanAsync(string key, Guid owner, string type, string version, string title, int daysAhead, string value, CancellationToken cancellationToken) =>
        api.PostAsync(key, "/api/releases", new JsonObject
        {
            ["type"] = type,
            ["version"] = version,
            ["title"] = title,
            ["targetDate"] = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).AddDays(daysAhead).ToString("O", System.Globalization.CultureInfo.InvariantCulture),
            ["zone"] = "UTC",
            ["ownerId"] = owner,
            ["userValue"] = value,
        }, cancellationToken);

    private async Task TickAsync(string key, string set, CancellationToken cancellationToken)
    {
        var board = await api.GetAsync(key, $"/api/releases/{Version}/gates", cancellationToken);
        var items = board["sets"]!.AsArray().First(candidate => candidate!["key"]!.GetValue<string>() == set)!["items"]!.AsArray();
        // An item with a check follows its check by itself.
        foreach (var item in items.Where(item => item!["settledBy"] is null))
        {
            await api.PostAsync(
                key,
                $"/api/gates/items/{item!["id"]!.GetValue<Guid>()}/ticks",
                new JsonObject { ["comment"] = "Done for the demo." },
                cancellationToken,
                item["version"]!.GetValue<long>());
        }
    }

    private async Task TransitionAsync(string key, string to, CancellationToken cancellationToken)
    {
        var release = await api.GetAsync(key, "/api/releases/" + Version, cancellationToken);
        await api.PostAsync(key, $"/api/releases/{Version}/transitions", new JsonObject { ["to"] = to }, cancellationToken, release["rowVersion"]!.GetValue<long>());
    }

    private async Task WriteNotesAsync(string key, CancellationToken cancellationToken)
    {
        var draft = await api.PostAsync(key, $"/api/notes/{Version}/draft", null, cancellationToken);
        await api.PutTextAsync(key, $"/api/notes/{Version}/draft", Resource("demo-notes.md"), draft["version"]!.GetValue<long>(), cancellationToken);
    }

    private static async Task ApproveNotesAsync(DemoApi person, CancellationToken cancellationToken)
    {
        var draft = await person.GetAsync(null, $"/api/notes/{Version}/draft", cancellationToken);
        await person.PostAsync(null, $"/api/notes/{Version}/approvals", null, cancellationToken, draft["version"]!.GetValue<long>());
    }

    private async Task PlanRolloutAsync(string key, CancellationToken cancellationToken)
    {
        var rollout = await api.PostAsync(key, "/api/rollouts", new JsonObject
        {
            ["release"] = Version,
            ["environment"] = "production",
            ["flag"] = Flag,
            ["plan"] = Resource("demo-rollout.yaml"),
        }, cancellationToken);
        // Of a plan of minutes it takes seconds. Figures are those of the simulated service.
        await api.PostAsync(key, $"/api/rollouts/{rollout["id"]!.GetValue<Guid>()}/rehearsals", new JsonObject
        {
            ["figures"] = new JsonObject { ["requestsPerMinute"] = 130_000, ["errorRate"] = 0.0006, ["responseTime"] = 156, ["responseSpread"] = 0.1, ["bursts"] = 0, ["scoresPerThousand"] = 20, ["meanScore"] = 4.5 },
            ["runs"] = 100,
        }, cancellationToken);
    }

    private static string Resource(string name)
    {
        using var stream = typeof(DemoStory).Assembly.GetManifestResourceStream("Athena.Dashboard.Demo." + name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
