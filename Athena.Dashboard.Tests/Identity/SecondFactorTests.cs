using System.Collections.Immutable;
using System.Text;
using Athena.Dashboard.Identity;
using Athena.Dashboard.Identity.Domain;
using Athena.Dashboard.Identity.Storage;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Tests.Identity;

public sealed class SecondFactorTests
{
    private const string Email = "someone@example.org";
    private const string Password = "four mild winters ago";

    [Fact]
    public async Task A_code_is_asked_for_and_none_counts_twice()
    {
        await using var world = await World.StartAsync();
        await world.TurnOnAsync();
        using var browser = new Browser(world.Server);
        var asked = await browser.SignInAsync(Email, Password);
        asked.Body.ShouldContain("authenticator app");
        (await browser.GetAsync("/api/me")).Status.ShouldBe(302);
        (await EnterAsync(browser, asked, world.Code())).Body.ShouldContain("That did not work.", customMessage: "this code turned the factor on");
        world.Clock.Advance(TimeSpan.FromSeconds(31));
        var code = world.Code();
        (await EnterAsync(browser, asked, code)).Status.ShouldBe(302);
        (await browser.GetAsync("/api/me")).Status.ShouldBe(200);
        using var other = new Browser(world.Server);
        (await EnterAsync(other, await other.SignInAsync(Email, Password), code)).Status.ShouldBe(200);
    }

    [OnBothDatabases]
    [Theory]
    public async Task A_recovery_code_lets_in_once_and_is_kept_as_a_hash_only(DatabaseKind kind)
    {
        await using var world = await World.StartAsync(kind);
        var codes = await world.TurnOnAsync();
        codes.Length.ShouldBe(10);
        codes.ShouldBeUnique();
        var stored = await world.AccountAsync();
        stored.RecoveryCodes.Length.ShouldBe(10);
        stored.RecoveryCodes.ShouldNotContain(hash => codes.Any(code => hash.Contains(code.Replace("-", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase)));
        stored.SecondFactorSecret!.ShouldNotContain(Convert.ToBase64String(world.Secret));

        using var browser = new Browser(world.Server);
        var asked = await browser.SignInAsync(Email, Password);
        // As somebody types it who reads it from paper.
        (await RecoverAsync(browser, asked, codes[3].ToUpperInvariant().Replace('-', ' '))).Status.ShouldBe(302);
        (await browser.GetAsync("/api/me")).Status.ShouldBe(200);
        using var again = new Browser(world.Server);
        var second = await again.SignInAsync(Email, Password);
        (await RecoverAsync(again, second, codes[3])).Body.ShouldContain("That did not work.");
        (await RecoverAsync(again, second, codes[4])).Status.ShouldBe(302);
        (await world.AccountAsync()).RecoveryCodes.Length.ShouldBe(8);
        (await world.EventsAsync("Identity.RecoveryCodeUsed")).Count.ShouldBe(2);
    }

    [OnBothDatabases]
    [Theory]
    public async Task Two_who_use_the_same_recovery_code_in_the_same_moment_do_not_both_come_in(DatabaseKind kind)
    {
        await using var world = await World.StartAsync(kind);
        var codes = await world.TurnOnAsync();
        var service = world.Server.Get<SignInService>();
        var ticket = (await service.SignInAsync(Email, Password, "10.0.0.1", default)).Value.Ticket;
        var tries = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => service.ContinueAsync(ticket, codes[0], "10.0.0.1", default)));
        tries.Count(outcome => outcome.IsAccepted).ShouldBe(1);
    }

    [Fact]
    public async Task New_codes_end_the_old_ones_and_both_they_and_turning_off_ask_for_a_code()
    {
        await using var world = await World.StartAsync();
        var before = await world.TurnOnAsync();
        var service = world.Server.Get<SecondFactorService>();
        (await service.RenewCodesAsync("000000", world.Actor, default)).Refusal!.Code.ShouldBe("code_wrong");
        (await service.TurnOffAsync("", world.Actor, default)).Refusal!.Code.ShouldBe("code_wrong");
        world.Clock.Advance(TimeSpan.FromSeconds(31));
        var after = (await service.RenewCodesAsync(world.Code(), world.Actor, default)).Value;
        after.Intersect(before).ShouldBeEmpty();
        (await service.TurnOffAsync(before[0], world.Actor, default)).IsAccepted.ShouldBeFalse();

        using var browser = new Browser(world.Server);
        await RecoverAsync(browser, await browser.SignInAsync(Email, Password), after[0]);
        (await browser.GetAsync("/api/me")).Status.ShouldBe(200);
        (await service.TurnOffAsync(after[1], world.Actor, default)).IsAccepted.ShouldBeTrue();
        (await browser.GetAsync("/api/me")).Status.ShouldBe(302, "every session ends");
        (await world.AccountAsync()).RecoveryCodes.ShouldBeEmpty();
        (await browser.SignInAsync(Email, Password)).Status.ShouldBe(302, "the password alone is enough again");
    }

    [Fact]
    public async Task An_administrator_turns_it_off_for_somebody_who_lost_everything_and_nobody_else_does()
    {
        await using var world = await World.StartAsync();
        await world.TurnOnAsync();
        var service = world.Server.Get<SecondFactorService>();
        (await service.TurnOffOfAsync(world.Actor.Id, world.Actor with { Id = Guid.NewGuid() }, default)).Refusal!.Kind.ShouldBe(RefusalKind.Forbidden);
        (await service.TurnOffOfAsync(world.Actor.Id, Actor.System("test"), default)).IsAccepted.ShouldBeTrue();
        (await service.TurnOffOfAsync(world.Actor.Id, Actor.System("test"), default)).Refusal!.Code.ShouldBe("no_second_factor");
    }

    [Fact]
    public async Task Wrong_codes_lock_the_account_and_slow_the_address_down()
    {
        await using var world = await World.StartAsync();
        await world.TurnOnAsync();
        using var browser = new Browser(world.Server);
        var asked = await browser.SignInAsync(Email, Password);
        for (var i = 0; i < 8; i++) await EnterAsync(browser, asked, $"{i:000000}");
        world.Clock.Advance(TimeSpan.FromSeconds(31));
        (await EnterAsync(browser, asked, world.Code())).Body.ShouldContain("That did not work.", customMessage: "the account is locked");
        var failed = await world.EventsAsync("Identity.SignInFailed");
        failed.ShouldContain(row => row.Payload.Contains("wrongCode", StringComparison.Ordinal));
        failed.ShouldContain(row => row.Payload.Contains("lockedOut", StringComparison.Ordinal));

        for (var i = 0; i < 30; i++) await world.Server.Get<SecondFactorService>().RenewCodesAsync("000000", world.Actor, default);
        (await world.Server.Get<SecondFactorService>().RenewCodesAsync("000000", world.Actor, default)).Refusal!.Kind.ShouldBe(RefusalKind.TooMany);
        (await EnterAsync(browser, asked, "000000")).Status.ShouldBe(200, "another address is not slowed down");
    }

    [Fact]
    public async Task A_ticket_of_the_first_step_is_good_for_five_minutes_and_ends_with_the_password()
    {
        await using var world = await World.StartAsync();
        var codes = await world.TurnOnAsync();
        var service = world.Server.Get<SignInService>();
        var ticket = (await service.SignInAsync(Email, Password, null, default)).Value.Ticket;
        ticket.ShouldNotBeNull().ShouldNotContain(world.Actor.Id.ToString());
        (await service.ContinueAsync("made up", codes[0], null, default)).IsAccepted.ShouldBeFalse();
        await world.Server.Get<PeopleService>().EndSessionsAsync(world.Actor.Id, Actor.System("test"), default);
        (await service.ContinueAsync(ticket, codes[0], null, default)).IsAccepted.ShouldBeFalse();
    }

    private static Task<Answer> EnterAsync(Browser browser, Answer page, string code) => SubmitAsync(browser, page, "sign-in-code", "CodeForm", code);

    private static Task<Answer> RecoverAsync(Browser browser, Answer page, string code) => SubmitAsync(browser, page, "sign-in-recovery", "RecoveryForm", code);

    // The page has two forms: only the fields of the one that is sent.
    private static Task<Answer> SubmitAsync(Browser browser, Answer page, string form, string prefix, string code)
    {
        var from = page.Body.IndexOf($"value=\"{form}\"", StringComparison.Ordinal);
        var begin = page.Body.LastIndexOf("<form", from, StringComparison.Ordinal);
        var body = page.Body[begin..page.Body.IndexOf("</form>", from, StringComparison.Ordinal)];
        return browser.PostAsync("/sign-in", page with { Body = body }, (prefix + ".Code", code));
    }

    private sealed class World(AthenaServer server, FakeClock clock, Actor actor) : IAsyncDisposable
    {
        public AthenaServer Server => server;

        public FakeClock Clock => clock;

        public Actor Actor => actor;

        public byte[] Secret { get; } = SecondFactorService.MakeSecret();

        public static async Task<World> StartAsync(DatabaseKind kind = DatabaseKind.Sqlite)
        {
            var clock = new FakeClock(TimeProvider.System.GetUtcNow());
            var server = await AthenaServer.StartAsync(kind, clock);
            var added = await server.Get<PeopleService>().AddAsync(new NewPerson("Someone", Email, [Role.Viewer], Password: Password), Actor.System("test"), default);
            return new World(server, clock, new Actor(ActorKind.Person, added.Value.Id, "Someone", [], [], Source: "10.9.9.9"));
        }

        public async Task<ImmutableArray<string>> TurnOnAsync()
        {
            var service = server.Get<SecondFactorService>();
            (await service.TurnOnAsync(Secret, "000000", actor, default)).IsAccepted.ShouldBeFalse();
            var codes = (await service.TurnOnAsync(Secret, Code(), actor, default)).Value;
            (await service.TurnOnAsync(SecondFactorService.MakeSecret(), Code(), actor, default)).IsAccepted.ShouldBeFalse();
            return codes;
        }

        public string Code() => OneTimeCode.At(Secret, clock.GetUtcNow().ToUnixTimeSeconds() / 30);

        public Task<Account> AccountAsync() => server.Get<Store>().ReadAsync((db, token) => db.Set<Account>().SingleAsync(row => row.Id == actor.Id, token), default);

        public Task<List<EventRow>> EventsAsync(string type) => server.Get<Store>().ReadAsync((db, token) => db.Set<EventRow>().Where(row => row.Type == type).ToListAsync(token), default);

        public ValueTask DisposeAsync() => server.DisposeAsync();
    }
}
