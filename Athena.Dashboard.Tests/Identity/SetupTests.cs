using System.Net;
using Athena.Dashboard.Identity;
using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Tests.Infrastructure;

namespace Athena.Dashboard.Tests.Identity;

public sealed class SetupTests
{
    private const string Password = "four mild winters ago";

    [Fact]
    public async Task Nothing_works_before_there_is_an_administrator()
    {
        await using var server = await AthenaServer.StartAsync(setUp: false);
        using var browser = new Browser(server);
        foreach (var page in new[] { "/", "/sign-in", "/settings/people" })
        {
            var answer = await browser.GetAsync(page);
            (answer.Status, answer.Location).ShouldBe((302, "/setup"), page);
        }

        (await browser.GetAsync("/setup")).Body.ShouldContain("not set up yet");
        using var program = server.CreateClient();
        foreach (var path in new[] { "/api/me", "/api/people", "/hubs/live/negotiate" })
        {
            var answer = await program.GetAsync(path);
            answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable, path);
            (await answer.Content.ReadAsStringAsync()).ShouldContain("not_set_up");
        }

        (await program.GetAsync("/healthz")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await program.GetAsync("/readyz")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [OnBothDatabases]
    [Theory]
    public async Task The_link_makes_the_administrator_once_and_signs_him_in(DatabaseKind kind)
    {
        await using var server = await AthenaServer.StartAsync(kind, setUp: false);
        var path = "/setup?token=" + server.Get<SetupService>().Token;
        using var browser = new Browser(server);
        var answer = await browser.FillAsync(path, ("Form.Name", "Someone"), ("Form.Email", "admin@example.org"), ("Form.Password", Password));
        answer.Status.ShouldBe(302, answer.Body);

        var me = await browser.GetAsync("/api/me");
        me.Status.ShouldBe(200);
        me.Body.ShouldContain("administrator");
        (await browser.GetAsync(path)).Status.ShouldBe(302);
        server.Get<SetupService>().IsGood(server.Get<SetupService>().Token).ShouldBeFalse();
        (await server.Get<IPeople>().InRoleAsync(Role.Administrator)).ShouldHaveSingleItem().Email.ShouldBe("admin@example.org");
    }

    [Fact]
    public async Task A_wrong_link_and_a_weak_password_make_nobody()
    {
        await using var server = await AthenaServer.StartAsync(setUp: false);
        using var browser = new Browser(server);
        (await browser.GetAsync("/setup?token=guessed")).Body.ShouldContain("not set up yet");
        var weak = await browser.FillAsync("/setup?token=" + server.Get<SetupService>().Token, ("Form.Name", "Someone"), ("Form.Email", "nowhere"), ("Form.Password", "password1234"));
        weak.Body.ShouldContain("is not an address");
        weak.Body.ShouldContain("first that anybody would try");
        server.Get<PersonDirectory>().HasAdministrator.ShouldBeFalse();
    }

    [Fact]
    public async Task Two_who_use_the_link_in_the_same_moment_make_one_administrator()
    {
        await using var server = await AthenaServer.StartAsync(setUp: false);
        var setup = server.Get<SetupService>();
        var tries = await Task.WhenAll(Enumerable.Range(0, 4).Select(n => setup.UseLinkAsync(setup.Token, "Someone", $"admin{n}@example.org", Password, null, CancellationToken.None)));
        tries.Count(outcome => outcome.IsAccepted).ShouldBe(1);
    }
}
