using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Athena.Dashboard.Gates;
using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Identity;
using Athena.Dashboard.Identity.Storage;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Releases;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Releases.Domain;
using Athena.Dashboard.Tests.Gates;
using Athena.Dashboard.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;

namespace Athena.Dashboard.Tests.Releases;

/// <summary>The real server with people, keys and releases.</summary>
internal sealed class ReleaseServer(AthenaServer server) : IAsyncDisposable
{
    public AthenaServer Server => server;

    public static async Task<ReleaseServer> StartAsync(DatabaseKind kind, TimeProvider? clock = null, Action<WebApplicationBuilder>? configure = null) =>
        new(await AthenaServer.StartAsync(kind, clock, configure));

    public T Get<T>()
        where T : notnull => server.Get<T>();

    /// <summary>Somebody with an account.</summary>
    public async Task<Actor> PersonAsync(string name, params Role[] roles)
    {
        var account = new Account
        {
            Id = Guid.CreateVersion7(),
            Name = name,
            UserName = name + "@example.com",
            NormalizedUserName = name.ToUpperInvariant() + "@EXAMPLE.COM",
            Email = name + "@example.com",
            NormalizedEmail = name.ToUpperInvariant() + "@EXAMPLE.COM",
            Roles = [.. roles],
            SecurityStamp = Guid.NewGuid().ToString(),
        };
        await AddAsync(account);
        await Get<PersonDirectory>().RefreshAsync(CancellationToken.None);
        return new Actor(ActorKind.Person, account.Id, name, Permissions.Of(roles), [.. roles]);
    }

    /// <summary>A client in which the person is signed in.</summary>
    public HttpClient ClientOf(Actor person) => server.ClientOf(person.Id);

    /// <summary>A client with a key of its own.</summary>
    public async Task<HttpClient> ClientAsync(params string[] scopes)
    {
        var key = "athena_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        await AddAsync(new ApiKey
        {
            Id = Guid.CreateVersion7(),
            Name = "pipeline",
            Prefix = key[..12],
            Hash = SHA256.HashData(Encoding.UTF8.GetBytes(key)),
            Scopes = [.. scopes],
            CreatedBy = "test",
        });
        await Get<KeyRing>().RefreshAsync(CancellationToken.None);
        var client = server.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    public async Task<Release> GivenReleaseAsync(Actor manager, string version = "1.2.0", string type = "minor", string userValue = "Users find rows in large databases")
    {
        var target = DateOnly.FromDateTime(Get<TimeProvider>().GetUtcNow().UtcDateTime).AddDays(28);
        var planned = await Get<ReleaseService>().PlanAsync(
            new ReleaseInput(type, version, "Enhanced Database Views", target, "Europe/Berlin", null, userValue, []), manager, CancellationToken.None);
        return planned.Value;
    }

    public async Task<GateBoardView> BoardAsync(string version = "1.2.0") =>
        (await Get<IGateBoards>().FindAsync(ReleaseSubject.Of(version), CancellationToken.None))!;

    /// <summary>Lets every item of the sets named pass: ticked by the release manager, waived where a check settles it.</summary>
    public async Task PassAsync(Actor manager, string version, params string[] sets)
    {
        foreach (var item in (await BoardAsync(version)).Sets.Where(set => sets.Contains(set.Key)).SelectMany(set => set.Items).Where(item => !item.State.IsDone()))
        {
            if (item.SettledBy is null) (await Get<GateService>().TickAsync(item.Id, item.Version, null, manager, CancellationToken.None)).IsAccepted.ShouldBeTrue();
            else await WaiveAsync(manager, version, item.Id);
        }
    }

    private async Task WaiveAsync(Actor manager, string version, Guid itemId)
    {
        var gates = Get<GateService>();
        // The check itself writes to the item meanwhile: as a person would, look again and ask again.
        var asked = default(Outcome<Athena.Dashboard.Gates.Domain.GateItem>);
        await Wait.UntilAsync(async () =>
        {
            var item = (await BoardAsync(version)).Find(itemId)!;
            asked = await gates.AskWaiverAsync(itemId, item.Version, GateSamples.Request(Get<TimeProvider>().GetUtcNow().AddDays(30), "Later"), manager, CancellationToken.None);
            return asked.IsAccepted;
        });
        var second = await PersonAsync("Second " + Guid.NewGuid().ToString("N"), Role.QaLead);
        await Wait.UntilAsync(async () => (await gates.ApproveWaiverAsync(asked.Value.WaiverId!.Value, second, CancellationToken.None)).IsAccepted);
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private Task AddAsync<T>(T row)
        where T : class =>
        Get<Store>().WriteAsync<Done>(
            Actor.System("test"),
            (write, _) =>
            {
                write.Add(row);
                return Task.FromResult<Outcome<Done>>(Done.Yes);
            },
            CancellationToken.None);
}

internal static class HttpCalls
{
    /// <summary>A command on a row whose version was seen.</summary>
    public static Task<HttpResponseMessage> PostAsync(this HttpClient client, string path, object? body, long? version)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (version is not null) request.Headers.TryAddWithoutValidation("If-Match", $"\"{version}\"");
        return client.SendAsync(request);
    }

    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;

    public static async Task<string> CodeAsync(this HttpResponseMessage response) => (await response.JsonAsync()).GetProperty("code").GetString()!;
}
