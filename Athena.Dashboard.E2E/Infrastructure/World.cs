using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Athena.Dashboard.E2E.Infrastructure;

/// <summary>A set-up server with one account per role, and the people in front of it.</summary>
public sealed partial class World
{
    public const string Flag = "database-views-v2";

    public const string Segment = "beta-testers";
    public const string Experiment = "palette-on-top";
    public const string Release = "1.2.0";
    public const string Password = "a long enough passphrase";
    private readonly Surroundings surroundings;
    private readonly List<Visitor> visitors = [];
    private readonly IReadOnlyDictionary<string, Guid> people;
    private readonly IReadOnlyDictionary<string, (string Email, string Password)> accounts;

    private World(
        AthenaProcess server,
        Surroundings surroundings,
        Api api,
        string key = "",
        IReadOnlyDictionary<string, Guid>? people = null,
        IReadOnlyDictionary<string, (string Email, string Password)>? accounts = null)
    {
        Server = server;
        this.surroundings = surroundings;
        Api = api;
        Key = key;
        this.people = people ?? new Dictionary<string, Guid>();
        this.accounts = accounts ?? new Dictionary<string, (string Email, string Password)>();
    }

    public AthenaProcess Server { get; }

    /// <summary>Email and password by role, of a demo.</summary>
    public IReadOnlyDictionary<string, (string Email, string Password)> Accounts => accounts;

    /// <summary>As the one who may everything.</summary>
    public Api Api { get; }

    /// <summary>Of the one who may everything; empty in a demo.</summary>
    public string Key { get; }

    /// <summary>Starts the program on data that is set up, with a person per role.</summary>
    public static Task<World> BeginAsync(Surroundings surroundings, params string[] settings) => BeginAsync(surroundings, new Dictionary<string, string>(), settings);

    /// <param name="environment">Variables of the program's process.</param>
    public static async Task<World> BeginAsync(Surroundings surroundings, IReadOnlyDictionary<string, string> environment, params string[] settings)
    {
        var data = await surroundings.DataAsync();
        var server = await AthenaProcess.StartOnAsync(data.Copy(), environment, settings);
        return new World(server, surroundings, new Api(server.Address, data.Key), data.Key, data.People);
    }

    /// <summary>Starts the program on an empty database, and sets it up.</summary>
    /// <param name="environment">Variables of the program's process; they name the database.</param>
    public static async Task<World> BeginEmptyAsync(Surroundings surroundings, IReadOnlyDictionary<string, string> environment, params string[] settings)
    {
        var server = await AthenaProcess.StartWithAsync(environment, settings);
        try
        {
            var (key, people) = await SetUpData.SetUpAsync(server);
            return new World(server, surroundings, new Api(server.Address, key), key, people);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the program as a demo, and knows the people whom it prints.</summary>
    public static async Task<World> BeginDemoAsync(Surroundings surroundings)
    {
        var server = await AthenaProcess.StartAsync("--demo");
        try
        {
            await Eventually.TrueAsync(() => Task.FromResult(server.Output.Contains("The demo is ready", StringComparison.Ordinal)), "the demo is ready");
            var printed = PrintedAccount().Matches(server.Output).ToDictionary(line => line.Groups["role"].Value, line => (line.Groups["email"].Value, line.Groups["password"].Value));
            var (email, password) = printed["Administrator"];
            return new World(server, surroundings, await Api.SignInAsync(server.Address, email, password), accounts: printed);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public static string EmailOf(string role) => role.ToLowerInvariant() + "@example.com";

    public Guid IdOf(string role) => people[role];

    /// <summary>Somebody with this role, signed in, in a browser of his own.</summary>
    /// <param name="role">As the API writes it, <c>releaseManager</c>; in a demo as it prints it, <c>Release Manager</c>.</param>
    public async Task<Visitor> SignInAsync(string role, ViewportSize? viewport = null, ColorScheme scheme = ColorScheme.Light)
    {
        var visitor = await ArriveAsync(role, viewport, scheme);
        var (email, password) = accounts.TryGetValue(role, out var account) ? account : (EmailOf(role), Password);
        await visitor.SignInAsync(email, password);
        return visitor;
    }

    /// <summary>This person's session over HTTP, without a browser.</summary>
    public Task<Api> SessionAsync(string role) => Api.SignInAsync(Server.Address, EmailOf(role), Password);

    /// <summary>Somebody who is not signed in.</summary>
    public async Task<Visitor> ArriveAsync(string name, ViewportSize? viewport = null, ColorScheme scheme = ColorScheme.Light)
    {
        var visitor = await Visitor.ArriveAsync(surroundings.Browser, Server.Address, name, viewport, scheme);
        visitors.Add(visitor);
        return visitor;
    }

    /// <summary>A browser of somebody who never comes to this site: nothing that happens in it is a complaint.</summary>
    public Task<IBrowserContext> StrangeBrowserAsync() => surroundings.Browser.NewContextAsync();

    /// <summary>A key of the client application's.</summary>
    public async Task<string> CreateServiceKeyAsync(string environment = "production") =>
        (await Api.PostAsync("/api/keys", new JsonObject
        {
            ["name"] = "client application",
            ["scopes"] = new JsonArray("flags:evaluate", "health:write"),
            ["environment"] = environment,
        }))["key"]!.GetValue<string>();

    /// <summary>Closes everything. What a browser complained of or the server logged as an error fails the journey.</summary>
    /// <param name="failed">It has failed already: evidence is kept, and nothing more is asserted.</param>
    public async Task CloseAsync(string journey, bool failed)
    {
        var complaints = visitors.SelectMany(visitor => visitor.Complaints).Where(complaint => !(Server.WasKilled && IsOfOutage(complaint))).Concat(Server.Errors).ToList();
        if (failed || complaints.Count > 0) await KeepEvidenceAsync(journey);
        foreach (var visitor in visitors) await visitor.DisposeAsync();
        Api.Dispose();
        await Server.DisposeAsync();
        if (!failed) complaints.ShouldBeEmpty();
    }

    // "  Release Manager   release-manager@example.com      95ug5-yb5gr-rercs"
    [GeneratedRegex(@"^  (?<role>\S+( \S+)?) +(?<email>\S+@\S+) +(?<password>\S+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PrintedAccount();

    // Connections log that they were lost and could not be made again.
    private static bool IsOfOutage(string complaint) =>
        new[] { "WebSocket", "Failed to fetch", "Failed to complete negotiation", "Failed to start the connection", "ERR_CONNECTION_REFUSED" }.Any(word => complaint.Contains(word, StringComparison.Ordinal));

    private async Task KeepEvidenceAsync(string journey)
    {
        Directory.CreateDirectory(Repository.Evidence);
        foreach (var visitor in visitors) await visitor.KeepEvidenceAsync(journey);
        await File.WriteAllTextAsync(Path.Combine(Repository.Evidence, journey + "-server.log"), Server.Output);
    }
}
