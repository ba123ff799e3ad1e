using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;

namespace Athena.Dashboard.Tests.Platform.Api;

/// <summary>Asks every endpoint that changes something. Endpoints are found, not listed.</summary>
public abstract class BadInput(BadInputServer world)
{
    protected static readonly string[] NotJson = ["{", "{\"a\":", "{'a':1}", "[1,]", "nul", "\"\\ud8", "{\"a\":1}{", "\u0000", new('[', 2000)];

    protected BadInputServer World => world;

    protected ImmutableArray<WriteEndpoint> Endpoints { get; } = WriteEndpoint.AllOf(world.Server);

    protected static HttpContent BodyFor(WriteEndpoint endpoint) => endpoint switch
    {
        { TakesJson: false } => new StringContent("", Encoding.UTF8, "application/yaml"),
        { Body: null } => BadInputServer.Json("{}"),
        _ => BadInputServer.Json(endpoint.Sample()),
    };

    protected async Task TryAsync(WriteEndpoint endpoint, string what, JsonNode body, Faults faults)
    {
        var answer = await world.SendAsync(endpoint, BadInputServer.Json(body));
        if (!answer.IsAccepted) faults.Add(endpoint, what, answer.Fault(placed: answer.Status == 400));
    }

    protected async Task ShouldRefuseAsync(IEnumerable<WriteEndpoint> tried, Func<WriteEndpoint, Faults, Task> attempt)
    {
        await world.SettleAsync();
        var before = await world.StoredAsync();
        await ShouldNotBreakAsync(attempt, tried);
        (await world.StoredAsync()).Except(before).Select(table => table.Key).ShouldBeEmpty();
    }

    protected async Task ShouldNotBreakAsync(Func<WriteEndpoint, Faults, Task> attempt, IEnumerable<WriteEndpoint>? tried = null)
    {
        var faults = new Faults();
        foreach (var endpoint in tried ?? Endpoints.Where(endpoint => endpoint.Body is not null)) await attempt(endpoint, faults);
        faults.All.ShouldBeEmpty();
    }

    protected sealed class Faults
    {
        public List<string> All { get; } = [];

        public void Add(WriteEndpoint endpoint, string what, string? fault)
        {
            if (fault is not null) All.Add($"{endpoint} <- {(what.Length > 60 ? what[..60] : what)}: {fault}\n");
        }
    }
}
