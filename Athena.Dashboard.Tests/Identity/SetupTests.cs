using System.Net;
using Athena.Dashboard.Identity;
using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Platform.Hosting;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Tests.Infrastructure;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;

namespace Athena.Dashboard.Tests.Identity;

public sealed class SetupTests
{
    private const string Password = "four mild winters ago";

    /// <summary>What answers before there is an Administrator. Longer is worse.</summary>
    private static readonly string[] Open = ["/healthz", "/readyz", "/setup", "/error"];

    [Fact]
    public async Task Nothing_works_before_there_is_an_administrator()
    {
        await using var server = await AthenaServer.StartAsync(setUp: false);
        using var client = server.CreateClient();
        var routes = server.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is null && !Open.Contains("/" + endpoint.RoutePattern.RawText!.TrimStart('/')))
            .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET", "POST"]).Select(method => (Method: method, Path: PathOf(endpoint.RoutePattern))))
            .Append((Method: "GET", Path: "/no-such-page")).Distinct().ToList();
        routes.Count.ShouldBeGreaterThan(100);
        var key = await server.KeyAsync("admin", environment: null);
        foreach (var (method, path) in routes)
        {
            using var asProgram = new HttpRequestMessage(new HttpMethod(method), path) { Headers = { { "X-API-Key", key } } };
            var refused = await client.SendAsync(asProgram);
            // A page is for people, whoever asks for it.
            if (refused.Headers.Location?.ToString() == "/setup") continue;
            refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable, $"{method} {path}");
            if (method != "HEAD") (await refused.Content.ReadAsStringAsync()).ShouldContain("not_set_up");
            using var asPerson = new HttpRequestMessage(new HttpMethod(method), path) { Headers = { { "Accept", "text/html" } } };
            var led = await client.SendAsync(asPerson);
            ((int)led.StatusCode, led.Headers.Location?.ToString()).ShouldBe((302, "/setup"), $"{method} {path}");
        }

        using var browser = new Browser(server);
        (await browser.GetAsync("/setup")).Body.ShouldContain("not set up yet");
        (await client.GetAsync("/healthz")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.GetAsync("/readyz")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_link_is_good_until_the_next_start_only()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        string token;
        await using (var first = await AthenaServer.StartAsync(database, setUp: false))
        {
            token = first.Get<SetupService>().Token;
            first.Get<SetupService>().IsGood(token).ShouldBeTrue();
        }

        await using var second = await AthenaServer.StartAsync(database, setUp: false);
        second.Get<SetupService>().IsGood(token).ShouldBeFalse();
        using var browser = new Browser(second);
        (await browser.GetAsync("/setup?token=" + token)).Body.ShouldContain("not set up yet");
        (await second.Get<SetupService>().UseLinkAsync(token, "Someone", "admin@example.org", Password, null, default)).Refusal!.Kind.ShouldBe(RefusalKind.Forbidden);
    }

    [Fact]
    public async Task Once_it_is_used_nobody_uses_it_again_not_even_a_page_that_is_open()
    {
        await using var server = await AthenaServer.StartAsync(setUp: false);
        var path = "/setup?token=" + server.Get<SetupService>().Token;
        using var slow = new Browser(server);
        var open = await slow.GetAsync(path);
        using var quick = new Browser(server);
        (await quick.FillAsync(path, ("Form.Name", "Someone"), ("Form.Email", "admin@example.org"), ("Form.Password", Password))).Status.ShouldBe(302);
        (await slow.PostAsync(path, open, ("Form.Name", "Other"), ("Form.Email", "other@example.org"), ("Form.Password", Password))).Location.ShouldEndWith("/");
        (await server.Get<IPeople>().ListAsync()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_demo_has_its_administrator_before_it_listens_and_prints_no_link()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using var app = AthenaApplication.Create(new ServerSettings(database.Folder, "http://127.0.0.1:0", Demo: true));
        await OperatorHost.StartupAsync(app, CancellationToken.None);
        app.Services.GetRequiredService<SetupService>().IsNeeded.ShouldBeFalse();
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

    private static string PathOf(RoutePattern pattern) =>
        "/" + string.Join('/', pattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
        {
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternParameterPart parameter when parameter.ParameterPolicies.Any(policy => policy.Content == "guid") => Guid.Empty.ToString(),
            RoutePatternParameterPart { IsCatchAll: true } => "any.file",
            _ => "1",
        }))));
}
