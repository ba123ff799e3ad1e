using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Athena.Dashboard.Identity;
using Athena.Dashboard.Identity.Access;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Tests.Infrastructure;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Athena.Dashboard.Tests.Identity;

public sealed class AccessTests
{
    /// <summary>Everything that may be asked for without being known. Longer is worse.</summary>
    private static readonly string[] ForEverybody =
        ["/healthz", "/readyz", "/sign-in", "/setup", "/set-password", "/error", "/not-found", "/status/404", "/status/{Code:int}", "/notes", "/notes/{Release}"];

    /// <summary>What needs somebody signed in and no permission in particular.</summary>
    private static readonly string[] ForEveryone = ["/sign-out", "/api/me", "/profile", "/_blazor"];

    /// <summary>What people who see and keys that only report both read: the handler asks for itself.</summary>
    private static readonly string[] AskingInside = ["/api/gates/boards", "/api/releases/{version}/gates"];

    private static readonly string[] Policies = Enum.GetNames<Permission>();

    [Fact]
    public async Task Every_endpoint_names_its_permission_or_is_on_a_short_list()
    {
        await using var server = await AthenaServer.StartAsync();
        var endpoints = server.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();
        endpoints.Count.ShouldBeGreaterThan(20);
        var faults = endpoints.Where(endpoint => !IsFile(endpoint)).Select(FaultOf).OfType<string>().Order(StringComparer.Ordinal).Distinct();
        faults.ShouldBeEmpty();
    }

    [Fact]
    public void Every_page_names_its_policy_too_because_a_circuit_navigates_without_the_server_s_routes() =>
        typeof(AthenaApplication).Assembly.GetTypes()
            .Where(type => type.IsDefined(typeof(RouteAttribute), false))
            .Where(type => !type.IsDefined(typeof(AllowAnonymousAttribute), true) && !type.IsDefined(typeof(AuthorizeAttribute), true))
            .Select(type => type.FullName).ShouldBeEmpty();

    [Fact]
    public async Task A_changed_role_a_disabled_account_and_an_ended_session_end_everything_at_once()
    {
        await using var server = await AthenaServer.StartAsync();
        var people = server.Get<PeopleService>();
        var admin = Actor.System("test");
        Func<Guid, Task>[] ends =
        [
            async id => (await people.ChangeRolesAsync(id, 1, [Role.Support], admin, default)).IsAccepted.ShouldBeTrue(),
            async id => (await people.DisableAsync(id, 1, admin, default)).IsAccepted.ShouldBeTrue(),
            async id => (await people.EndSessionsAsync(id, admin, default)).IsAccepted.ShouldBeTrue(),
        ];
        foreach (var end in ends)
        {
            var id = await server.PersonAsync(Role.ReleaseManager);
            using var client = server.ClientOf(id);
            await using var circuit = Circuit.Of(server, id);
            (await circuit.Actor.GetAsync()).May(Permission.EditReleases).ShouldBeTrue();

            await end(id);
            (await client.GetAsync("/api/me")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
            circuit.IsOver.ShouldBeTrue();
            (await circuit.Actor.GetAsync()).May(Permission.See).ShouldBeFalse();
        }
    }

    [Fact]
    public async Task The_circuit_s_state_is_the_one_that_watches_the_session()
    {
        await using var server = await AthenaServer.StartAsync();
        await using var scope = server.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<AuthenticationStateProvider>().ShouldBeOfType<SessionState>();
        scope.ServiceProvider.GetRequiredService<IHostEnvironmentAuthenticationStateProvider>().ShouldBeSameAs(scope.ServiceProvider.GetRequiredService<AuthenticationStateProvider>());
    }

    [Fact]
    public async Task Whoever_asks_too_much_is_told_when_to_come_back()
    {
        await using var server = await AthenaServer.StartAsync(configure: builder =>
        {
            builder.Configuration["Athena:Limits:RequestsAtOnce"] = "5";
            builder.Configuration["Athena:Limits:RequestsPerSecond"] = "1";
        });
        using var greedy = await server.ClientAsync(Role.Viewer);
        using var other = await server.ClientAsync(Role.Viewer);
        // At once: one after the other they may be as slow as is allowed.
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => greedy.GetAsync("/api/me")));
        var refused = answers.First(answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
        refused.Headers.RetryAfter.ShouldNotBeNull();
        (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().ShouldBe("too_many_requests");
        (await other.GetAsync("/api/me")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Every_answer_carries_the_policy_and_the_session_is_out_of_scripts_reach()
    {
        await using var server = await AthenaServer.StartAsync();
        using var browser = new Browser(server);
        foreach (var path in new[] { "/sign-in", "/no-such-page", "/api/me", "/api/nothing", "/assets/css/athena.css", "/healthz" })
        {
            var headers = (await browser.GetAsync(path)).Headers;
            headers["Content-Security-Policy"].ShouldBe(
                "default-src 'self'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'",
                path);
            headers["X-Content-Type-Options"].ShouldBe("nosniff");
            headers["Referrer-Policy"].ShouldBe("same-origin");
            headers.ShouldContainKey("Permissions-Policy");
            headers.ShouldNotContainKey("Server");
        }
    }

    [Fact]
    public async Task Forwarded_headers_count_only_from_proxies_that_are_named()
    {
        await using var plain = await AthenaServer.StartAsync();
        await using var behind = await AthenaServer.StartAsync(configure: builder => builder.Configuration["Athena:Proxy:Known:0"] = "127.0.0.0/8");
        foreach (var (server, secure) in new[] { (plain, false), (behind, true) })
        {
            await server.Get<PeopleService>().AddAsync(new NewPerson("Someone", "someone@example.org", [Role.Viewer], Password: "four mild winters ago"), Actor.System("test"), default);
            using var browser = new Browser(server);
            browser.Client.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
            browser.Client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9");
            var page = await browser.GetAsync("/sign-in");
            // The test's cookie container keeps Secure cookies back from http; the header is what counts here.
            var cookie = page.Headers["Set-Cookie"];
            cookie.Contains("secure", StringComparison.OrdinalIgnoreCase).ShouldBe(secure);
            page.Headers.ContainsKey("Strict-Transport-Security").ShouldBe(secure);
            using var form = new HttpRequestMessage(HttpMethod.Post, "/sign-in") { Headers = { { "Cookie", cookie.Split(';')[0] } } };
            form.Content = new FormUrlEncodedContent(Fields(page.Body));
            using var raw = server.CreateClient();
            browser.Client.DefaultRequestHeaders.Remove("Origin");
            browser.Client.DefaultRequestHeaders.Add("Origin", secure ? server.Origin.Replace("http:", "https:", StringComparison.Ordinal) : server.Origin);
            foreach (var header in browser.Client.DefaultRequestHeaders) form.Headers.TryAddWithoutValidation(header.Key, header.Value);
            var signedIn = (await raw.SendAsync(form)).Headers.GetValues("Set-Cookie").Single(text => text.Contains("session", StringComparison.Ordinal));
            signedIn.StartsWith("__Host-athena.session=", StringComparison.Ordinal).ShouldBe(secure);
            signedIn.ShouldContain("httponly");
            signedIn.ShouldContain("samesite=lax");
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Fields(string body) =>
        Browser.HiddenFields(body).Concat([new("Form.Email", "someone@example.org"), new("Form.Password", "four mild winters ago")]);

    private static bool IsFile(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.StaticAssets.StaticAssetDescriptor>() is not null
        || endpoint.RoutePattern.RawText is "{**path:file}" or "/_framework/opaque-redirect" or "_framework/opaque-redirect";

    private static string? FaultOf(RouteEndpoint endpoint)
    {
        var path = "/" + endpoint.RoutePattern.RawText!.TrimStart('/');
        if (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            return ForEverybody.Contains(path) ? null : path + " is open to everybody";
        if (ForEveryone.Concat(AskingInside).Any(open => path == open || path.StartsWith(open + "/", StringComparison.Ordinal))) return null;
        return endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Any(data => Policies.Contains(data.Policy)) ? null : path + " names no permission";
    }

    /// <summary>The services of a circuit, with the state that it would have begun with.</summary>
    private sealed class Circuit(AsyncServiceScope scope) : IAsyncDisposable
    {
        public ICurrentActor Actor => scope.ServiceProvider.GetRequiredService<ICurrentActor>();

        public bool IsOver { get; private set; }

        public static Circuit Of(AthenaServer server, Guid personId)
        {
            var circuit = new Circuit(server.Services.CreateAsyncScope());
            circuit.Begin(SessionPrincipal.Of(server.Get<PersonDirectory>().Find(personId)!, server.Get<TimeProvider>().GetUtcNow().AddDays(1), "203.0.113.9"));
            return circuit;
        }

        public ValueTask DisposeAsync() => scope.DisposeAsync();

        private void Begin(System.Security.Claims.ClaimsPrincipal user)
        {
            var state = scope.ServiceProvider.GetRequiredService<SessionState>();
            state.SetAuthenticationState(Task.FromResult(new AuthenticationState(user)));
            state.AuthenticationStateChanged += next => IsOver = next.Result.User.Identity?.IsAuthenticated != true;
        }
    }
}
