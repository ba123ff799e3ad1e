using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Athena.Dashboard.E2E.Infrastructure;

/// <summary>A set-up server with one account per role, and what a journey does to get to its beginning.</summary>
public sealed class World
{
    public const string Flag = "database-views-v2";
    public const string Release = "1.2.0";
    private const string Password = "a long enough passphrase";
    private readonly Browsers browsers;
    private readonly List<Visitor> visitors = [];
    private readonly Dictionary<string, Guid> people = [];

    private World(AthenaProcess server, Browsers browsers, string adminKey)
    {
        Server = server;
        this.browsers = browsers;
        AdminKey = adminKey;
        Api = new Api(server.Address, adminKey);
    }

    public AthenaProcess Server { get; }

    /// <summary>With the scope <c>admin</c>.</summary>
    public Api Api { get; }

    public string AdminKey { get; }

    /// <summary>Starts the program, sets it up by the operator's commands, and adds a person per role.</summary>
    public static async Task<World> BeginAsync(Browsers browsers, params string[] settings)
    {
        var server = await AthenaProcess.StartAsync(settings);
        try
        {
            await server.CommandAsync(["setup", "--email", "administrator@example.com", "--password-stdin"], Password);
            var world = new World(server, browsers, await server.CommandAsync(["keys", "create", "--name", "journey", "--scope", "admin", "--environment", "production"]));
            // The running server learns of keys made beside it by the event log.
            await Eventually.TrueAsync(async () => (await world.Api.AskAsync(HttpMethod.Get, "/api/people")).Status == 200, "the key works");
            foreach (var role in (string[])["releaseManager", "engineeringLead", "productManager", "devOpsEngineer", "qaLead", "support", "viewer"])
            {
                var added = await world.Api.PostAsync("/api/people", new JsonObject
                {
                    ["name"] = "The " + role,
                    ["email"] = role.ToLowerInvariant() + "@example.com",
                    ["roles"] = new JsonArray(role),
                    ["password"] = Password,
                });
                world.people[role] = added["id"]!.GetValue<Guid>();
            }

            return world;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Somebody with this role, signed in, in a browser of his own.</summary>
    /// <param name="role">As the API writes it: <c>releaseManager</c>.</param>
    public async Task<Visitor> SignInAsync(string role, ViewportSize? viewport = null, ColorScheme scheme = ColorScheme.Light)
    {
        var visitor = await ArriveAsync(role, viewport, scheme);
        await visitor.SignInAsync(role.ToLowerInvariant() + "@example.com", Password);
        return visitor;
    }

    /// <summary>This person's session over HTTP, without a browser.</summary>
    public Task<Api> SessionAsync(string role) => Api.SignInAsync(Server.Address, role.ToLowerInvariant() + "@example.com", Password);

    /// <summary>Somebody who is not signed in.</summary>
    public async Task<Visitor> ArriveAsync(string name, ViewportSize? viewport = null, ColorScheme scheme = ColorScheme.Light)
    {
        var visitor = await Visitor.ArriveAsync(browsers.Browser, Server.Address, name, viewport, scheme);
        visitors.Add(visitor);
        return visitor;
    }

    /// <summary>A key of the client application's.</summary>
    public async Task<string> CreateServiceKeyAsync(string environment = "production") =>
        (await Api.PostAsync("/api/keys", new JsonObject
        {
            ["name"] = "client application",
            ["scopes"] = new JsonArray("flags:evaluate", "health:write"),
            ["environment"] = environment,
        }))["key"]!.GetValue<string>();

    /// <summary>The release, its flag switched on in production, and a rollout planned by this YAML.</summary>
    /// <returns>The rollout's id.</returns>
    public async Task<Guid> PlanAsync(string plan)
    {
        await Api.PostAsync("/api/flags", new JsonObject { ["key"] = Flag, ["name"] = "Database views v2", ["type"] = "release", ["releaseId"] = Release });
        await SwitchAsync(on: true);
        await PlanReleaseAsync();
        var rollout = await Api.PostAsync("/api/rollouts", new JsonObject { ["release"] = Release, ["environment"] = "production", ["flag"] = Flag, ["plan"] = plan });
        return rollout["id"]!.GetValue<Guid>();
    }

    public Task PlanReleaseAsync(string version = Release, string title = "Enhanced Database Views", string day = "2030-08-15", string zone = "Europe/Berlin", string type = "minor") =>
        Api.PostAsync("/api/releases", new JsonObject
        {
            ["type"] = type,
            ["version"] = version,
            ["title"] = title,
            ["targetDate"] = day,
            ["zone"] = zone,
            ["ownerId"] = people["releaseManager"],
            ["userValue"] = "People find what they need in a large database.",
        });

    public async Task SwitchAsync(bool on)
    {
        var path = $"/api/flags/{Flag}/environments/production";
        var setting = await Api.GetAsync(path);
        await Api.PostAsync(path + "/switches", new JsonObject { ["on"] = on, ["reason"] = "The journey needs it.", ["confirmation"] = "production" }, setting["version"]!.GetValue<long>());
    }

    /// <summary>Ticks every item of these sets except the named ones.</summary>
    /// <param name="except">Keys of items that stay open.</param>
    public async Task TickAsync(string[] sets, string release = Release, params string[] except)
    {
        var board = await BoardAsync(release);
        foreach (var set in board["sets"]!.AsArray().Where(set => sets.Contains(set!["key"]!.GetValue<string>())))
        {
            // An item with a check follows its check by itself.
            foreach (var item in set!["items"]!.AsArray().Where(item => !except.Contains(item!["key"]!.GetValue<string>()) && item["settledBy"] is null && item["state"]!.GetValue<string>() != "passed"))
                await Api.PostAsync($"/api/gates/items/{item!["id"]!.GetValue<Guid>()}/ticks", null, item["version"]!.GetValue<long>());
        }
    }

    /// <summary>Gives a command on one gate item.</summary>
    /// <param name="item">Its key.</param>
    /// <param name="command">Last part of the command's address.</param>
    public async Task OnItemAsync(string release, string item, string command, JsonObject? body = null)
    {
        var found = (await BoardAsync(release))["sets"]!.AsArray().SelectMany(set => set!["items"]!.AsArray()).Single(candidate => candidate!["key"]!.GetValue<string>() == item)!;
        await Api.PostAsync($"/api/gates/items/{found["id"]!.GetValue<Guid>()}/{command}", body, found["version"]!.GetValue<long>());
    }

    /// <summary>Gives a command on one item of the timeline.</summary>
    /// <param name="item">Its key.</param>
    /// <param name="command">Last part of the command's address.</param>
    public async Task OnEntryAsync(string release, string item, string command, JsonObject? body = null)
    {
        var entry = (await EntryAsync(release, item))["entry"]!;
        await Api.PostAsync($"/api/communication/items/{entry["id"]!.GetValue<Guid>()}/{command}", body, entry["version"]!.GetValue<long>());
    }

    /// <summary>An item of the timeline with its message, once the timeline is there: it follows the release in a moment.</summary>
    public Task<JsonNode> EntryAsync(string release, string item) => Eventually.GetAsync(
        async () => (await Api.AskAsync(HttpMethod.Get, "/api/communication/releases/" + release)).Json?["moments"]?.AsArray()
            .SelectMany(moment => moment!["rows"]!.AsArray())
            .SingleOrDefault(row => row!["entry"]!["key"]!.GetValue<string>() == item),
        $"the timeline of {release} has {item}");

    public async Task TransitionAsync(string to, string version = Release, string? reason = null)
    {
        var release = await Api.GetAsync("/api/releases/" + version);
        await Api.PostAsync($"/api/releases/{version}/transitions", new JsonObject { ["to"] = to, ["reason"] = reason }, release["rowVersion"]!.GetValue<long>());
    }

    /// <summary>Notes from the template, approved by both roles that have to.</summary>
    public async Task ApproveNotesAsync()
    {
        await Api.PostAsync($"/api/notes/{Release}/draft");
        foreach (var role in (string[])["productManager", "support"])
        {
            using var person = await SessionAsync(role);
            var draft = await person.GetAsync($"/api/notes/{Release}/draft");
            await person.PostAsync($"/api/notes/{Release}/approvals", null, draft["version"]!.GetValue<long>());
        }
    }

    /// <summary>Everything up to the last step before rolling out.</summary>
    public async Task PrepareAsync(params string[] openItems)
    {
        await ApproveNotesAsync();
        await TickAsync(["pre-development"]);
        await TransitionAsync("inDevelopment");
        await TickAsync(["development"]);
        await TransitionAsync("inQa");
        await TransitionAsync("inPreparation");
        await TickAsync(["pre-release", "production"], Release, openItems);
    }

    public Task ReleaseReachesAsync(string state) =>
        Eventually.TrueAsync(async () => await ReleaseStateAsync() == state, $"the release is {state}");

    public async Task<string> ReleaseStateAsync() => (await Api.GetAsync("/api/releases/" + Release))["release"]!["state"]!.GetValue<string>();

    public Task<JsonNode> RolloutAsync(Guid id) => Api.GetAsync($"/api/rollouts/{id}");

    private Task<JsonNode> BoardAsync(string release) => Eventually.GetAsync(
        async () => (await Api.AskAsync(HttpMethod.Get, $"/api/releases/{release}/gates")) is { Status: 200, Json: { } board } ? board : null,
        $"the gates of {release} are put up");

    /// <summary>Closes everything. What a browser complained of or the server logged as an error fails the journey.</summary>
    /// <param name="failed">It has failed already: evidence is kept, and nothing more is asserted.</param>
    public async Task CloseAsync(string journey, bool failed)
    {
        var complaints = visitors.SelectMany(visitor => visitor.Complaints).Concat(Server.Errors).ToList();
        if (failed || complaints.Count > 0) await KeepEvidenceAsync(journey);
        foreach (var visitor in visitors) await visitor.DisposeAsync();
        Api.Dispose();
        await Server.DisposeAsync();
        if (!failed) complaints.ShouldBeEmpty();
    }

    private async Task KeepEvidenceAsync(string journey)
    {
        Directory.CreateDirectory(Repository.Evidence);
        foreach (var visitor in visitors) await visitor.KeepEvidenceAsync(journey);
        await File.WriteAllTextAsync(Path.Combine(Repository.Evidence, journey + "-server.log"), Server.Output);
    }
}
