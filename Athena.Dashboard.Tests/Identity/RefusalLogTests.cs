using System.Net;
using System.Text.Json;
using Athena.Dashboard.Identity;
using Athena.Dashboard.Identity.Access;
using Athena.Dashboard.Identity.Domain;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Tests.Infrastructure;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Athena.Dashboard.Tests.Identity;

/// <summary>What was refused for want of rights is in the audit, and cannot fill it.</summary>
public sealed class RefusalLogTests
{
    [OnBothDatabases]
    [Theory]
    public async Task A_request_refused_by_a_policy_is_a_line_with_who_what_and_why(DatabaseKind kind)
    {
        await using var server = await AthenaServer.StartAsync(kind);
        using var viewer = await server.ClientAsync(Role.Viewer);
        for (var i = 0; i < 3; i++) (await viewer.GetAsync("/api/people?secret=1")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var row = (await DenialsAsync(server)).ShouldHaveSingleItem();
        (row.ActorName, row.Source).ShouldBe(("Viewer", "127.0.0.1"));
        Payload(row).GetProperty("what").GetString().ShouldBe("GET /api/people");
        Payload(row).GetProperty("permission").GetString().ShouldBe("managePeople");
        Payload(row).GetProperty("why").GetString().ShouldBe("Viewer lacks the permission ManagePeople.");
    }

    [Fact]
    public async Task A_command_refused_by_a_service_is_a_line_with_the_sentence_that_was_answered()
    {
        await using var server = await AthenaServer.StartAsync();
        using var viewer = await server.ClientAsync(Role.Viewer);
        (await viewer.PostAsync("/api/communication/test-mails", null)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var row = (await DenialsAsync(server)).ShouldHaveSingleItem();
        Payload(row).GetProperty("what").GetString().ShouldBe("POST /api/communication/test-mails");
        Payload(row).GetProperty("why").GetString()!.ShouldStartWith("Viewer may not ");
    }

    [Fact]
    public async Task A_key_that_has_ended_leaves_a_line_and_an_unknown_one_none()
    {
        var clock = new FakeClock();
        await using var server = await AthenaServer.StartAsync(clock: clock);
        using var program = server.CreateClient();
        program.DefaultRequestHeaders.Add("X-API-Key", await server.KeyAsync("read", expiresAt: clock.GetUtcNow().AddHours(1)));
        clock.JumpWallClock(TimeSpan.FromHours(2));
        (await program.GetAsync("/api/me")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        using var stranger = server.CreateClient();
        stranger.DefaultRequestHeaders.Add("X-API-Key", "athena_nobody");
        (await stranger.GetAsync("/api/me")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        var row = (await DenialsAsync(server)).ShouldHaveSingleItem();
        (row.ActorKind, row.ActorName).ShouldBe((ActorKind.Key, "read"));
        Payload(row).GetProperty("why").GetString().ShouldBe("The API key has expired.");
    }

    [Fact]
    public async Task A_command_refused_on_an_open_page_is_a_line_too()
    {
        await using var server = await AthenaServer.StartAsync();
        var id = await server.PersonAsync(Role.Viewer);
        await using var scope = server.Services.CreateAsyncScope();
        var state = scope.ServiceProvider.GetRequiredService<SessionState>();
        state.SetAuthenticationState(Task.FromResult(new AuthenticationState(SessionPrincipal.Of(server.Get<PersonDirectory>().Find(id)!, DateTimeOffset.MaxValue, "203.0.113.9"))));
        ((IHostEnvironmentNavigationManager)scope.ServiceProvider.GetRequiredService<NavigationManager>()).Initialize(server.Address.ToString(), new Uri(server.Address, "/settings/people?q=1").ToString());
        foreach (var handler in scope.ServiceProvider.GetServices<CircuitHandler>()) await handler.OnCircuitOpenedAsync(null!, default);

        var refusals = scope.ServiceProvider.GetRequiredService<Refusals>();
        refusals.Tell(Refusal.Conflict("not_now", "The item is open."));
        refusals.Tell(Refusal.Forbidden("Viewer may not add people.", "Administrator"));
        await Wait.UntilAsync(async () => (await DenialsAsync(server)).Count > 0);
        var row = (await DenialsAsync(server)).ShouldHaveSingleItem();
        (row.ActorId, row.Source).ShouldBe((id, "203.0.113.9"));
        Payload(row).GetProperty("what").GetString().ShouldBe("a command on /settings/people");
        Payload(row).GetProperty("why").GetString().ShouldBe("Viewer may not add people.");
    }

    [Fact]
    public async Task A_flood_of_refusals_costs_a_few_lines_and_its_count_is_told()
    {
        var clock = new FakeClock();
        await using var server = await AthenaServer.StartAsync(clock: clock);
        using var viewer = await server.ClientAsync(Role.Viewer);
        for (var i = 0; i < 5; i++) await viewer.GetAsync("/api/people");
        for (var i = 0; i < 40; i++) await viewer.GetAsync($"/api/people/{Guid.NewGuid()}");
        (await DenialsAsync(server)).Count.ShouldBe(10);

        clock.Advance(TimeSpan.FromMinutes(11));
        await Wait.UntilAsync(async () => (await DenialsAsync(server)).Count == 12);
        var counted = (await DenialsAsync(server)).Skip(10).Select(row => (Payload(row).GetProperty("what").GetString(), Payload(row).GetProperty("times").GetInt32()));
        counted.ShouldBe([("GET /api/people", 4), ("several others", 31)], ignoreOrder: true);
    }

    [Fact]
    public async Task A_flood_of_wrong_passwords_costs_a_few_lines_and_its_count_is_told()
    {
        var clock = new FakeClock();
        await using var server = await AthenaServer.StartAsync(clock: clock);
        var service = server.Get<SignInService>();
        for (var i = 0; i < 30; i++) await service.SignInAsync("nobody@example.org", "", $"10.0.{i % 15}.1", default);
        (await RowsAsync(server, "Identity.SignInFailed")).Count.ShouldBe(10);
        clock.Advance(TimeSpan.FromMinutes(11));
        await Wait.UntilAsync(async () => (await RowsAsync(server, "Identity.SignInFailed")).Sum(row => Payload(row).GetProperty("times").GetInt32()) == 30);
    }

    [Fact]
    public void Every_window_tells_each_thing_once_and_loses_no_count()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var limit = new RepeatLimit<int, string>(TimeSpan.FromMinutes(10), mostLines: 3);
        var now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var (happened, told) = (new int[4], new int[4]);
        for (var i = 0; i < 5_000; i++)
        {
            var group = random.Next(4);
            happened[group]++;
            if (limit.IsNew(group, "line " + random.Next(6), now)) told[group]++;
            now += TimeSpan.FromSeconds(random.Next(60));
            if (random.Next(50) == 0) Count(limit.Take(now));
        }

        Count(limit.Take(now, all: true));
        told.ShouldBe(happened, $"seed {seed}");
        limit.Take(now, all: true).ShouldBeEmpty();

        void Count(IReadOnlyList<Repeated<int, string>> taken)
        {
            foreach (var repeated in taken) told[repeated.Group] += repeated.Times;
        }
    }

    private static JsonElement Payload(EventRow row) => JsonSerializer.Deserialize<JsonElement>(row.Payload);

    private static Task<List<EventRow>> DenialsAsync(AthenaServer server) => RowsAsync(server, "Identity.AccessDenied");

    private static Task<List<EventRow>> RowsAsync(AthenaServer server, string type) =>
        server.Get<Store>().ReadAsync((db, token) => db.Set<EventRow>().Where(row => row.Type == type).OrderBy(row => row.Sequence).ToListAsync(token), default);
}
