using System.Text.Json.Nodes;

namespace Athena.Dashboard.E2E.Infrastructure;

/// <summary>What a journey does over the API to get to its beginning.</summary>
internal static class Steps
{
    /// <summary>The release, its flag switched on in production, and a rollout planned by this YAML.</summary>
    /// <returns>The rollout's id.</returns>
    public static async Task<Guid> PlanAsync(this World world, string plan)
    {
        await world.Api.PostAsync("/api/flags", new JsonObject { ["key"] = World.Flag, ["name"] = "Database views v2", ["type"] = "release", ["releaseId"] = World.Release });
        await world.SwitchAsync(on: true);
        await world.PlanReleaseAsync();
        var rollout = await world.Api.PostAsync("/api/rollouts", new JsonObject { ["release"] = World.Release, ["environment"] = "production", ["flag"] = World.Flag, ["plan"] = plan });
        return rollout["id"]!.GetValue<Guid>();
    }

    public static Task PlanReleaseAsync(this World world, string version = World.Release, string title = "Enhanced Database Views", string day = "2030-08-15", string zone = "Europe/Berlin", string type = "minor") =>
        world.Api.PostAsync("/api/releases", new JsonObject
        {
            ["type"] = type,
            ["version"] = version,
            ["title"] = title,
            ["targetDate"] = day,
            ["zone"] = zone,
            ["ownerId"] = world.IdOf("releaseManager"),
            ["userValue"] = "People find what they need in a large database.",
        });

    public static async Task SwitchAsync(this World world, bool on)
    {
        var path = $"/api/flags/{World.Flag}/environments/production";
        var setting = await world.Api.GetAsync(path);
        await world.Api.PostAsync(path + "/switches", new JsonObject { ["on"] = on, ["reason"] = "The journey needs it.", ["confirmation"] = "production", ["override"] = true }, setting["version"]!.GetValue<long>());
    }

    /// <summary>Ticks every item of these sets except the named ones.</summary>
    /// <param name="except">Keys of items that stay open.</param>
    public static async Task TickAsync(this World world, string[] sets, string release = World.Release, params string[] except)
    {
        var board = await BoardAsync(world, release);
        foreach (var set in board["sets"]!.AsArray().Where(set => sets.Contains(set!["key"]!.GetValue<string>())))
        {
            // An item with a check follows its check by itself.
            foreach (var item in set!["items"]!.AsArray().Where(item => !except.Contains(item!["key"]!.GetValue<string>()) && item["settledBy"] is null && item["state"]!.GetValue<string>() != "passed"))
                await world.Api.PostAsync($"/api/gates/items/{item!["id"]!.GetValue<Guid>()}/ticks", null, item["version"]!.GetValue<long>());
        }
    }

    /// <summary>Gives a command on one gate item.</summary>
    /// <param name="item">Its key.</param>
    /// <param name="command">Last part of the command's address.</param>
    public static async Task OnItemAsync(this World world, string release, string item, string command, JsonObject? body = null)
    {
        var found = (await BoardAsync(world, release))["sets"]!.AsArray().SelectMany(set => set!["items"]!.AsArray()).Single(candidate => candidate!["key"]!.GetValue<string>() == item)!;
        await world.Api.PostAsync($"/api/gates/items/{found["id"]!.GetValue<Guid>()}/{command}", body, found["version"]!.GetValue<long>());
    }

    /// <summary>Gives a command on one item of the timeline.</summary>
    /// <param name="item">Its key.</param>
    /// <param name="command">Last part of the command's address.</param>
    public static async Task OnEntryAsync(this World world, string release, string item, string command, JsonObject? body = null)
    {
        var entry = (await world.EntryAsync(release, item))["entry"]!;
        await world.Api.PostAsync($"/api/communication/items/{entry["id"]!.GetValue<Guid>()}/{command}", body, entry["version"]!.GetValue<long>());
    }

    /// <summary>An item of the timeline with its message, once the timeline is there: it follows the release in a moment.</summary>
    public static Task<JsonNode> EntryAsync(this World world, string release, string item) => Eventually.GetAsync(
        async () => (await world.Api.AskAsync(HttpMethod.Get, "/api/communication/releases/" + release)).Json?["moments"]?.AsArray()
            .SelectMany(moment => moment!["rows"]!.AsArray())
            .SingleOrDefault(row => row!["entry"]!["key"]!.GetValue<string>() == item),
        $"the timeline of {release} has {item}");

    public static async Task TransitionAsync(this World world, string to, string version = World.Release, string? reason = null)
    {
        var release = await world.Api.GetAsync("/api/releases/" + version);
        await world.Api.PostAsync($"/api/releases/{version}/transitions", new JsonObject { ["to"] = to, ["reason"] = reason }, release["rowVersion"]!.GetValue<long>());
    }

    /// <summary>Notes from the template, approved by both roles that have to.</summary>
    public static async Task ApproveNotesAsync(this World world)
    {
        await world.Api.PostAsync($"/api/notes/{World.Release}/draft");
        foreach (var role in (string[])["productManager", "support"])
        {
            using var person = await world.SessionAsync(role);
            var draft = await person.GetAsync($"/api/notes/{World.Release}/draft");
            await person.PostAsync($"/api/notes/{World.Release}/approvals", null, draft["version"]!.GetValue<long>());
        }
    }

    /// <summary>Everything up to the last step before rolling out.</summary>
    public static async Task PrepareAsync(this World world, params string[] openItems)
    {
        await world.ApproveNotesAsync();
        await world.PassGatesAsync(openItems);
    }

    /// <summary>Ticks everything but these items, and takes the release to the last step before rolling out.</summary>
    public static async Task PassGatesAsync(this World world, params string[] openItems)
    {
        await world.TickAsync(["pre-development"]);
        await world.TransitionAsync("inDevelopment");
        await world.TickAsync(["development"]);
        await world.TransitionAsync("inQa");
        await world.TransitionAsync("inPreparation");
        await world.TickAsync(["pre-release", "production"], World.Release, openItems);
    }

    public static Task ReleaseReachesAsync(this World world, string state) =>
        Eventually.TrueAsync(async () => await world.ReleaseStateAsync() == state, $"the release is {state}");

    public static async Task<string> ReleaseStateAsync(this World world) => (await world.Api.GetAsync("/api/releases/" + World.Release))["release"]!["state"]!.GetValue<string>();

    public static Task<JsonNode> RolloutAsync(this World world, Guid id) => world.Api.GetAsync($"/api/rollouts/{id}");

    private static Task<JsonNode> BoardAsync(World world, string release) => Eventually.GetAsync(
        async () => (await world.Api.AskAsync(HttpMethod.Get, $"/api/releases/{release}/gates")) is { Status: 200, Json: { } board } ? board : null,
        $"the gates of {release} are put up");
}
