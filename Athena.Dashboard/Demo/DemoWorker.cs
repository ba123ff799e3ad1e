using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Athena.Dashboard.Platform.Kernel;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Athena.Dashboard.Demo;

/// <summary>Once the server listens: makes the other accounts and the sample data, prints the accounts, and runs the service.</summary>
internal sealed partial class DemoWorker(
    IHostApplicationLifetime lifetime,
    IServer server,
    DemoStart start,
    DemoAccounts accounts,
    SimulatedService service,
    SimulatedVisitors visitors,
    IHttpClientFactory clients,
    TimeProvider clock,
    ILogger<DemoWorker> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        var address = new Uri(server.Features.Get<IServerAddressesFeature>()!.Addresses.First());
        try
        {
            var state = start.Fresh is { } fresh ? await SeedAsync(fresh, address, stoppingToken) : (await accounts.ReadAsync(stoppingToken))!;
            if (!state.IsSeeded)
            {
                Log.Incomplete(logger);
                return;
            }

            await PrintAsync(state.Accounts, address);
            await Task.WhenAll(
                service.RunAsync(address, state.ServiceKey!, DemoStory.Flag, stoppingToken),
                visitors.RunAsync(address, state.ServiceKey!, stoppingToken));
        }
        catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
        {
            Log.Failed(logger, failure);
        }
    }

    private async Task<DemoState> SeedAsync(DemoState state, Uri address, CancellationToken cancellationToken)
    {
        using var http = clients.CreateClient(DemoSlice.HttpClientName);
        http.BaseAddress = address;
        var api = new DemoApi(http);
        var people = state.Accounts;
        var ids = new Dictionary<Role, Guid>();
        foreach (var person in people.Where(person => person.Role != Role.Administrator))
            ids[person.Role] = (await AddAsync(api, state.AdminKey, person, cancellationToken))["id"]!.GetValue<Guid>();
        var serviceKey = await api.PostAsync(state.AdminKey, "/api/keys", new JsonObject
        {
            ["name"] = "simulated service",
            ["scopes"] = new JsonArray("flags:evaluate", "health:write"),
            ["environment"] = "production",
        }, cancellationToken);
        using var productManager = await DemoPerson.SignInAsync(address, people.Single(person => person.Role == Role.ProductManager), cancellationToken);
        using var support = await DemoPerson.SignInAsync(address, people.Single(person => person.Role == Role.Support), cancellationToken);
        await new DemoStory(api, clock).TellAsync(state.AdminKey, ids[Role.ReleaseManager], [new DemoApi(productManager), new DemoApi(support)], cancellationToken);
        state = state with { ServiceKey = serviceKey["key"]!.GetValue<string>(), IsSeeded = true };
        await accounts.SaveAsync(state, cancellationToken);
        return state;
    }

    private static Task<JsonNode> AddAsync(DemoApi api, string adminKey, DemoAccount person, CancellationToken cancellationToken) =>
        api.PostAsync(adminKey, "/api/people", new JsonObject
        {
            ["name"] = person.Name,
            ["email"] = person.Email,
            ["roles"] = new JsonArray(char.ToLowerInvariant(person.Role.ToString()[0]) + person.Role.ToString()[1..]),
            ["password"] = person.Password,
        }, cancellationToken);

    private static async Task PrintAsync(ImmutableArray<DemoAccount> people, Uri address)
    {
        var text = new StringBuilder().AppendLine().AppendLine(null, $"The demo is ready at {address.GetLeftPart(UriPartial.Authority)} - one account per role:").AppendLine();
        foreach (var person in people) text.AppendLine(null, $"  {person.Role.Title(),-17} {person.Email,-32} {person.Password}");
        await Console.Out.WriteLineAsync(text);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "An earlier start of the demo was cut off while it filled this data folder; start it without --data, or with an empty folder")]
        public static partial void Incomplete(ILogger logger);

        [LoggerMessage(Level = LogLevel.Error, Message = "The demo stopped")]
        public static partial void Failed(ILogger logger, Exception failure);
    }
}
