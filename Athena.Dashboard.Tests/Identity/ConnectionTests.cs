using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Athena.Dashboard.Identity;
using Athena.Dashboard.Identity.Access;
using Athena.Dashboard.Identity.Domain;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Tests.Infrastructure;

namespace Athena.Dashboard.Tests.Identity;

/// <summary>What stays open between requests: how much of it there may be, and that it ends with what it was opened with.</summary>
public sealed class ConnectionTests
{
    private static readonly Actor Admin = Actor.System("test");

    public static TheoryData<string> Ends => [.. EndsOf.Keys];

    private static Dictionary<string, Func<AthenaServer, Guid, Task<Outcome<long>>>> EndsOf { get; } = new()
    {
        ["another role"] = (server, id) => server.Get<PeopleService>().ChangeRolesAsync(id, 1, [Role.Support], Admin, default),
        ["a disabled account"] = (server, id) => server.Get<PeopleService>().DisableAsync(id, 1, Admin, default),
        ["signing out everywhere"] = (server, id) => server.Get<PeopleService>().EndSessionsAsync(id, Admin, default),
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task What_ends_a_session_closes_its_hub_and_its_circuit_and_nobody_else_s(string how)
    {
        await using var server = await AthenaServer.StartAsync();
        var (id, other) = (await server.PersonAsync(Role.ReleaseManager), await server.PersonAsync(Role.ReleaseManager));
        using var hub = await OpenHubAsync(server, server.CookieOf(id));
        using var circuit = await CircuitClient.ConnectAsync(server, server.CookieOf(id));
        var circuitId = await circuit.StartAsync();
        using var others = await CircuitClient.ConnectAsync(server, server.CookieOf(other));

        (await EndsOf[how](server, id)).IsAccepted.ShouldBeTrue();
        await ShouldCloseAsync(hub);
        await circuit.ClosedAsync();
        await Should.ThrowAsync<WebSocketException>(() => CircuitClient.ConnectAsync(server, server.CookieOf(id)[..^4] + "AAAA"));
        (await others.StartAsync()).ShouldNotBe(circuitId);
    }

    [OnBothDatabases]
    [Theory]
    public async Task A_change_by_another_process_closes_what_is_open_here(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind);
        await using var here = await AthenaServer.StartAsync(database);
        await using var there = await AthenaServer.StartAsync(database);
        var id = await here.PersonAsync(Role.ReleaseManager);
        await there.Get<PersonDirectory>().RefreshAsync(default);
        using var circuit = await CircuitClient.ConnectAsync(here, here.CookieOf(id));
        await circuit.StartAsync();
        var (key, keyId) = await KeyAsync(here, expiresAt: null);
        using var hub = await OpenHubAsync(here, cookie: null, key);

        (await there.Get<PeopleService>().DisableAsync(id, 1, Admin, default)).IsAccepted.ShouldBeTrue();
        (await there.Get<KeyService>().RevokeAsync(keyId, Admin, default)).IsAccepted.ShouldBeTrue();
        await circuit.ClosedAsync();
        await ShouldCloseAsync(hub);
    }

    [Fact]
    public async Task A_revoked_key_and_one_that_expires_close_their_connections()
    {
        var clock = new FakeClock();
        await using var server = await AthenaServer.StartAsync(clock: clock);
        var (revoked, revokedId) = await KeyAsync(server, expiresAt: null);
        var (expiring, _) = await KeyAsync(server, clock.GetUtcNow().AddHours(1));
        var (good, _) = await KeyAsync(server, expiresAt: null);
        using var first = await OpenHubAsync(server, cookie: null, revoked);
        using var second = await OpenHubAsync(server, cookie: null, expiring);
        using var third = await OpenHubAsync(server, cookie: null, good);

        (await server.Get<KeyService>().RevokeAsync(revokedId, Admin, default)).IsAccepted.ShouldBeTrue();
        await ShouldCloseAsync(first);
        clock.Leap(TimeSpan.FromHours(1));
        var closing = ShouldCloseAsync(second);
        await Wait.UntilAsync(() =>
        {
            // Whoever looks may begin to wait for its next second only now.
            clock.Advance(TimeSpan.FromSeconds(1));
            return closing.IsCompleted;
        });
        await closing;
        third.State.ShouldBe(WebSocketState.Open);
    }

    [Fact]
    public async Task A_session_that_grows_too_old_takes_its_open_pages_with_it()
    {
        var clock = new FakeClock(TimeProvider.System.GetUtcNow());
        await using var server = await AthenaServer.StartAsync(clock: clock);
        using var circuit = await CircuitClient.ConnectAsync(server, server.CookieOf(await server.PersonAsync(Role.Viewer)));
        await circuit.StartAsync();
        clock.JumpWallClock(TimeSpan.FromDays(31));
        await Wait.UntilAsync(() =>
        {
            // The monotonic clock drives the looking, the wall clock the age.
            clock.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(circuit.IsClosed);
        });
    }

    [Fact]
    public async Task One_person_has_only_so_many_circuits_and_lost_ones_count()
    {
        await using var server = await AthenaServer.StartAsync(configure: builder => builder.Configuration["Athena:Identity:CircuitsPerPerson"] = "2");
        var person = await server.PersonAsync(Role.Viewer);
        var cookie = server.CookieOf(person);
        using var first = await CircuitClient.ConnectAsync(server, cookie);
        using var second = await CircuitClient.ConnectAsync(server, cookie);
        var circuitId = await first.StartAsync();
        await second.StartAsync();

        using var third = await CircuitClient.ConnectAsync(server, cookie);
        (await Should.ThrowAsync<InvalidOperationException>(() => third.StartAsync())).Message.ShouldContain("too many pages");
        using var page = server.ClientOf(person);
        page.DefaultRequestHeaders.Add("Accept", "text/html");
        var refused = await page.GetAsync("/profile");
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Headers.RetryAfter.ShouldNotBeNull();

        // A connection that is lost leaves its circuit behind, which can be taken up again but makes no room.
        first.Abort();
        using var fourth = await CircuitClient.ConnectAsync(server, cookie);
        (await Should.ThrowAsync<InvalidOperationException>(() => fourth.StartAsync())).Message.ShouldContain("too many pages");
        await Wait.UntilAsync(() => fourth.ResumeAsync(circuitId));
        server.Get<CircuitCount>().Of(person).ShouldBe(2);

        using var other = await CircuitClient.ConnectAsync(server, server.CookieOf(await server.PersonAsync(Role.Viewer)));
        (await other.StartAsync()).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task One_caller_and_one_address_hold_only_so_many_connections()
    {
        await using var server = await AthenaServer.StartAsync(configure: builder =>
        {
            builder.Configuration["Athena:Limits:ConnectionsPerCaller"] = "2";
            builder.Configuration["Athena:Limits:ConnectionsPerAddress"] = "3";
        });
        var (mine, others) = (server.CookieOf(await server.PersonAsync(Role.Viewer)), server.CookieOf(await server.PersonAsync(Role.Viewer)));
        using var first = await OpenHubAsync(server, mine);
        using var second = await CircuitClient.ConnectAsync(server, mine);
        (await RefusalOfAsync(server, mine)).ShouldBe(HttpStatusCode.TooManyRequests, "a third connection of one person");
        using var third = await OpenHubAsync(server, others);
        (await RefusalOfAsync(server, others)).ShouldBe(HttpStatusCode.TooManyRequests, "a fourth connection from one address");

        // Other ways than WebSockets count too; there the connection begins and is refused with its first poll.
        await ShouldNotPollAsync(server, others);
        first.Abort();
        await Wait.UntilAsync(async () => await RefusalOfAsync(server, others) is null);
    }

    private static async Task<(string Text, Guid Id)> KeyAsync(AthenaServer server, DateTimeOffset? expiresAt)
    {
        var issued = (await server.Get<KeyService>().CreateAsync(new KeyRequest("reader", ["read"], null, expiresAt), Admin, default)).Value;
        return (issued.Key, issued.Id);
    }

    private static async Task<ClientWebSocket> OpenHubAsync(AthenaServer server, string? cookie, string? key = null)
    {
        var socket = new ClientWebSocket();
        if (cookie is not null) socket.Options.SetRequestHeader("Cookie", cookie);
        if (key is not null) socket.Options.SetRequestHeader("X-API-Key", key);
        socket.Options.SetRequestHeader("Origin", server.Origin);
        socket.Options.CollectHttpResponseDetails = true;
        await socket.ConnectAsync(new UriBuilder(server.Address) { Scheme = "ws", Path = "/hubs/live" }.Uri, default);
        await socket.SendAsync(Encoding.UTF8.GetBytes("{\"protocol\":\"json\",\"version\":1}\u001e"), WebSocketMessageType.Text, true, default);
        await socket.ReceiveAsync(new byte[100], default);
        return socket;
    }

    private static async Task<HttpStatusCode?> RefusalOfAsync(AthenaServer server, string cookie)
    {
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Cookie", cookie);
        socket.Options.SetRequestHeader("Origin", server.Origin);
        socket.Options.CollectHttpResponseDetails = true;
        try
        {
            await socket.ConnectAsync(new UriBuilder(server.Address) { Scheme = "ws", Path = "/hubs/live" }.Uri, default);
            return null;
        }
        catch (WebSocketException)
        {
            return socket.HttpStatusCode;
        }
    }

    private static async Task ShouldNotPollAsync(AthenaServer server, string cookie)
    {
        using var client = server.CreateClient();
        client.DefaultRequestHeaders.Add("Cookie", cookie);
        client.DefaultRequestHeaders.Add("Origin", server.Origin);
        var negotiated = await (await client.PostAsync("/hubs/live/negotiate?negotiateVersion=1", null)).Content.ReadFromJsonAsync<JsonElement>();
        var poll = "/hubs/live?id=" + Uri.EscapeDataString(negotiated.GetProperty("connectionToken").GetString()!);
        await client.GetAsync(poll);
        await client.PostAsync(poll, new StringContent("{\"protocol\":\"json\",\"version\":1}\u001e"));
        var said = "";
        for (var answer = await client.GetAsync(poll); answer.StatusCode == HttpStatusCode.OK; answer = await client.GetAsync(poll)) said += await answer.Content.ReadAsStringAsync();
        said.ShouldContain("too many connections");
    }

    /// <summary>Reads until the other side closes; pings come for as long as it does not.</summary>
    private static async Task ShouldCloseAsync(WebSocket socket)
    {
        using var limit = new CancellationTokenSource(Wait.Patience);
        try
        {
            while ((await socket.ReceiveAsync(new byte[1000], limit.Token)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (WebSocketException)
        {
            // Closed without the courtesies, which is as good.
        }
    }
}
