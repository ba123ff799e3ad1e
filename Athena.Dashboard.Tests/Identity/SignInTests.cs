using System.Net;
using Athena.Dashboard.Identity;
using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Tests.Identity;

public sealed class SignInTests
{
    private const string Email = "someone@example.org";
    private const string Password = "four mild winters ago";
    private static readonly Actor Operator = Actor.System("test");

    [OnBothDatabases]
    [Theory]
    public async Task Somebody_signs_in_works_and_signs_out_everywhere(DatabaseKind kind)
    {
        await using var server = await AthenaServer.StartAsync(kind);
        await AddAsync(server);
        using var desk = new Browser(server);
        using var phone = new Browser(server);
        var page = await desk.GetAsync("/settings/people?x=1");
        page.Location.ShouldEndWith("/sign-in?returnUrl=%2Fsettings%2Fpeople%3Fx%3D1");
        (await desk.FillAsync("/sign-in?returnUrl=%2Fprofile", ("Form.Email", Email), ("Form.Password", Password))).Location.ShouldEndWith("/profile");
        (await phone.SignInAsync(Email, Password)).Status.ShouldBe(302);
        (await desk.GetAsync("/api/me")).Status.ShouldBe(200);
        (await phone.GetAsync("/api/me")).Status.ShouldBe(200);

        using var stranger = new Browser(server);
        (await stranger.Client.PostAsync("/sign-out", null)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await desk.Client.PostAsync("/sign-out", null)).StatusCode.ShouldBe(HttpStatusCode.BadRequest, "without the form's token");
        var page404 = await desk.GetAsync("/no-such-page");
        (await desk.PostAsync("/sign-out", page404)).Location.ShouldBe("/sign-in");
        (await phone.GetAsync("/api/me")).Location.ShouldContain("/sign-in");
        (await desk.GetAsync("/api/me")).Location.ShouldContain("/sign-in");
        (await TypesAsync(server)).ShouldBe(["Identity.PersonAdded", "Identity.SignedIn", "Identity.SignedIn", "Identity.SessionsEnded"]);
    }

    [Fact]
    public async Task The_way_back_leads_nowhere_else()
    {
        await using var server = await AthenaServer.StartAsync();
        await AddAsync(server);
        foreach (var elsewhere in new[] { "//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)" })
        {
            using var browser = new Browser(server);
            var answer = await browser.FillAsync("/sign-in?returnUrl=" + Uri.EscapeDataString(elsewhere), ("Form.Email", Email), ("Form.Password", Password));
            new Uri(server.Address, answer.Location).ShouldBe(server.Address, elsewhere);
        }
    }

    [Fact]
    public async Task Every_failure_sounds_the_same_and_leaves_its_reason_in_the_log_without_what_was_typed()
    {
        await using var server = await AthenaServer.StartAsync();
        var id = await AddAsync(server);
        using var browser = new Browser(server);
        var wrong = await browser.SignInAsync(Email, "something else entirely");
        var unknown = await browser.SignInAsync("typed my secret here", Password);
        await server.Get<PeopleService>().DisableAsync(id, (await server.Get<PeopleQueries>().FindAsync(id, default))!.Version, Operator, default);
        var disabled = await browser.SignInAsync(Email, Password);
        foreach (var answer in new[] { wrong, unknown, disabled })
        {
            answer.Status.ShouldBe(200);
            answer.Body.ShouldContain("That did not work.");
        }

        var rows = (await RowsAsync(server)).Where(row => row.Type == "Identity.SignInFailed").Select(row => row.Payload).ToList();
        rows.Count.ShouldBe(3);
        rows[0].ShouldContain("wrongPassword");
        rows[1].ShouldContain("unknownAccount");
        rows[2].ShouldContain("disabled");
        rows.ShouldNotContain(row => row.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Too_many_wrong_tries_lock_the_account_for_a_while_even_for_the_right_password()
    {
        var clock = new FakeClock(TimeProvider.System.GetUtcNow());
        await using var server = await AthenaServer.StartAsync(clock: clock, configure: builder => builder.Configuration["Athena:Identity:TriesPerAccount"] = "3");
        await AddAsync(server);
        var service = server.Get<SignInService>();
        for (var i = 0; i < 3; i++) (await service.SignInAsync(Email, "wrong wrong wrong", "10.0.0.1", default)).IsAccepted.ShouldBeFalse();
        (await service.SignInAsync(Email, Password, "10.0.0.2", default)).IsAccepted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromMinutes(16));
        (await service.SignInAsync(Email, Password, "10.0.0.2", default)).IsAccepted.ShouldBeTrue();
    }

    [Fact]
    public async Task An_address_that_tries_too_often_has_to_wait_whatever_account_it_tries()
    {
        var clock = new FakeClock();
        await using var server = await AthenaServer.StartAsync(clock: clock, configure: builder => builder.Configuration["Athena:Identity:TriesPerAddress"] = "5");
        await AddAsync(server);
        var service = server.Get<SignInService>();
        for (var i = 0; i < 5; i++) await service.SignInAsync($"nobody{i}@example.org", "wrong wrong wrong", "10.0.0.1", default);
        var refused = (await service.SignInAsync(Email, Password, "10.0.0.1", default)).Refusal!;
        (refused.Kind, refused.Code).ShouldBe((RefusalKind.TooMany, "too_many_tries"));
        (await service.SignInAsync(Email, Password, "10.0.0.2", default)).IsAccepted.ShouldBeTrue();
        clock.Advance(TimeSpan.FromMinutes(11));
        (await service.SignInAsync(Email, Password, "10.0.0.1", default)).IsAccepted.ShouldBeTrue();
    }

    [Fact]
    public async Task A_link_sets_a_password_once()
    {
        var clock = new FakeClock(TimeProvider.System.GetUtcNow());
        await using var server = await AthenaServer.StartAsync(clock: clock);
        var added = (await server.Get<PeopleService>().AddAsync(new NewPerson("Someone", Email, [Role.Viewer]), Operator, default)).Value;
        using var browser = new Browser(server);
        var path = "/set-password?token=" + added.LinkToken;
        (await browser.FillAsync(path, ("Form.Password", "short"))).Body.ShouldContain("is too short");
        (await browser.FillAsync(path, ("Form.Password", Password))).Body.ShouldContain("Your password is set");
        (await browser.GetAsync(path)).Body.ShouldContain("not good any more");
        (await browser.SignInAsync(Email, Password)).Status.ShouldBe(302);

        var second = (await server.Get<PasswordService>().MakeLinkAsync(added.Id, Operator, default)).Value;
        clock.Leap(TimeSpan.FromHours(73));
        (await browser.GetAsync("/set-password?token=" + second)).Body.ShouldContain("not good any more");
    }

    [Fact]
    public async Task A_session_ends_when_it_is_idle_or_old()
    {
        var clock = new FakeClock(TimeProvider.System.GetUtcNow());
        await using var server = await AthenaServer.StartAsync(clock: clock, configure: builder => builder.Configuration["Athena:Identity:SessionDays"] = "10");
        var id = await server.PersonAsync(Role.Viewer);
        using var idle = server.ClientOf(id);
        clock.JumpWallClock(TimeSpan.FromDays(8));
        (await idle.GetAsync("/api/me")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        await AddAsync(server);
        using var busy = new Browser(server);
        await busy.SignInAsync(Email, Password);
        for (var day = 0; day < 9; day += 3)
        {
            clock.JumpWallClock(TimeSpan.FromDays(3));
            (await busy.GetAsync("/api/me")).Status.ShouldBe(200);
        }

        clock.JumpWallClock(TimeSpan.FromDays(2));
        (await busy.GetAsync("/api/me")).Status.ShouldBe(302);
    }

    private static async Task<Guid> AddAsync(AthenaServer server) =>
        (await server.Get<PeopleService>().AddAsync(new NewPerson("Someone", Email, [Role.Viewer], Password: Password), Operator, default)).Value.Id;

    private static Task<List<EventRow>> RowsAsync(AthenaServer server) =>
        server.Get<Store>().ReadAsync((db, token) => db.Set<EventRow>().Where(row => row.Type.StartsWith("Identity.")).OrderBy(row => row.Sequence).ToListAsync(token), default);

    private static async Task<List<string>> TypesAsync(AthenaServer server) => [.. (await RowsAsync(server)).Select(row => row.Type)];
}
