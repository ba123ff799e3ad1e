using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Athena.Dashboard.Tests.Identity;

/// <summary>What other sites make a browser send with this site's cookies.</summary>
public sealed class OriginTests(OriginServer shared) : IClassFixture<OriginServer>
{
    private AthenaServer Server => shared.Server;

    public static TheoryData<string?, string?, string> Foreign => new()
    {
        { "https://evil.example", null, "foreign_origin" },
        { "null", null, "foreign_origin" },
        { "not an origin", null, "foreign_origin" },
        { "http://localhost", null, "foreign_origin" },
        { null, "cross-site", "foreign_origin" },
        { null, "same-site", "foreign_origin" },
        { null, "none", "foreign_origin" },
        { null, null, "origin_missing" },
    };

    [Theory]
    [MemberData(nameof(Foreign))]
    public async Task A_change_with_a_session_has_to_come_from_the_own_pages(string? origin, string? site, string code)
    {
        using var refused = await SendAsync(HttpMethod.Post, "/api/keys", origin, site, NewKey());
        refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await refused.Content.ReadAsStringAsync()).ShouldContain($"\"{code}\"");
    }

    [Fact]
    public async Task The_own_origin_or_the_browser_s_word_for_it_lets_a_change_through()
    {
        (await SendAsync(HttpMethod.Post, "/api/keys", Server.Origin, null, NewKey())).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await SendAsync(HttpMethod.Post, "/api/keys", null, "same-origin", NewKey())).StatusCode.ShouldBe(HttpStatusCode.Created);
        // What the browser says about the origin weighs more than anything else.
        (await SendAsync(HttpMethod.Post, "/api/keys", "https://evil.example", "same-origin", NewKey())).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await SendAsync(HttpMethod.Get, "/api/keys", "https://evil.example", "cross-site", null)).StatusCode.ShouldBe(HttpStatusCode.OK, "reading is guarded by the browser, which gives the answer to nobody");
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded", "name=x&scopes=read")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nx\r\n--b--")]
    [InlineData("text/plain", "{\"name\":\"x\",\"scopes\":[\"read\"]}")]
    public async Task What_a_form_of_any_site_can_send_is_never_taken_for_a_command(string type, string body)
    {
        foreach (var origin in new[] { "https://evil.example", null })
            (await SendAsync(HttpMethod.Post, "/api/keys", origin, null, Raw(type, body))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var own = await SendAsync(HttpMethod.Post, "/api/keys", Server.Origin, null, Raw(type, body));
        (await own.Content.ReadAsStringAsync()).ShouldContain("wrong_content_type", customMessage: own.StatusCode.ToString());
        // No body at all is as simple a request as a form.
        (await SendAsync(HttpMethod.Post, $"/api/keys/{Guid.NewGuid()}/revocations", "https://evil.example", null, Raw(type, ""))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Every_endpoint_that_changes_something_refuses_another_site()
    {
        var endpoints = Server.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["POST"]).Select(method => (Method: method, endpoint.RoutePattern)))
            .Where(route => route.Method is not ("GET" or "HEAD" or "OPTIONS"))
            .Select(route => (route.Method, Path: PathOf(route.RoutePattern))).Distinct().ToList();
        endpoints.Count.ShouldBeGreaterThan(60);
        foreach (var (method, path) in endpoints)
        {
            using var foreign = await SendAsync(new HttpMethod(method), path, "https://evil.example", null, JsonContent.Create(new { }));
            (foreign.StatusCode, await foreign.Content.ReadAsStringAsync()).ShouldSatisfyAllConditions(
                answer => answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden, $"{method} {path}"),
                answer => answer.Item2.ShouldContain("foreign_origin"));
            using var silent = await SendAsync(new HttpMethod(method), path, null, null, JsonContent.Create(new { }));
            (await silent.Content.ReadAsStringAsync()).ShouldContain("origin_missing", customMessage: $"{method} {path}");
        }
    }

    [Fact]
    public async Task A_form_needs_its_token_besides()
    {
        using var browser = new Browser(Server);
        var page = await browser.GetAsync("/sign-in");
        var fields = new[] { KeyValuePair.Create("_handler", "sign-in"), KeyValuePair.Create("Form.Email", "x@example.org"), KeyValuePair.Create("Form.Password", "x") };
        using var without = new FormUrlEncodedContent(fields);
        (await browser.Client.PostAsync("/sign-in", without)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        using var other = new Browser(Server);
        await other.GetAsync("/sign-in");
        (await other.PostAsync("/sign-in", page, ("Form.Email", "x@example.org"), ("Form.Password", "x"))).Status.ShouldBe(400, "the token belongs to another browser");
    }

    [Fact]
    public async Task A_key_may_come_from_any_site_but_only_as_a_key()
    {
        var key = await Server.KeyAsync("admin", environment: null);
        using var client = Server.CreateClient();
        foreach (var (header, value) in new[] { ("Authorization", "Bearer " + key), ("X-API-Key", key) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/keys") { Content = NewKey(), Headers = { { header, value }, { "Origin", "https://app.example" } } };
            (await client.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.Created, header);
        }

        // A header that only looks like a key's must not switch the check off and leave the session in force.
        foreach (var (header, value) in new[] { ("Authorization", "Basic eDp5"), ("Authorization", "Bearer"), ("X-API-Key", " ") })
        {
            using var request = Request(HttpMethod.Post, "/api/keys", "https://evil.example", null, NewKey());
            request.Headers.TryAddWithoutValidation(header, value);
            (await (await client.SendAsync(request)).Content.ReadAsStringAsync()).ShouldContain("foreign_origin", customMessage: $"{header}: {value}");
        }

        using var both = Request(HttpMethod.Post, "/api/keys", "https://evil.example", null, NewKey());
        both.Headers.Add("X-API-Key", "athena_wrong");
        (await client.SendAsync(both)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized, "a wrong key beside a good session is a wrong key");
    }

    [Theory]
    [InlineData("/_blazor")]
    [InlineData("/hubs/live")]
    public async Task A_hub_opens_from_the_own_origin_only(string path)
    {
        (await OpenAsync(path, Server.Origin, shared.Cookie)).ShouldBe(HttpStatusCode.SwitchingProtocols);
        (await OpenAsync(path, Server.Origin, cookie: null)).ShouldBe(HttpStatusCode.Unauthorized);
        foreach (var origin in new[] { "https://evil.example", "null", Server.Origin.Replace("127.0.0.1", "localhost", StringComparison.Ordinal), null })
            (await OpenAsync(path, origin, shared.Cookie)).ShouldBe(HttpStatusCode.Forbidden, origin ?? "none");
        (await SendAsync(HttpMethod.Post, path + "/negotiate?negotiateVersion=1", "https://evil.example", null, Raw("text/plain", ""))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await SendAsync(HttpMethod.Post, path + "/negotiate?negotiateVersion=1", Server.Origin, null, Raw("text/plain", ""))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static JsonContent NewKey() => JsonContent.Create(new { name = "x", scopes = new[] { "read" } });

    private static StringContent Raw(string type, string body)
    {
        var content = new StringContent(body, Encoding.UTF8);
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        return content;
    }

    private static string PathOf(RoutePattern pattern) =>
        "/" + string.Join('/', pattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
        {
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternParameterPart parameter when parameter.ParameterPolicies.Any(policy => policy.Content == "guid") => Guid.Empty.ToString(),
            _ => "1",
        }))));

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? origin, string? site, HttpContent? content)
    {
        using var client = Server.CreateClient();
        using var request = Request(method, path, origin, site, content);
        return await client.SendAsync(request);
    }

    private HttpRequestMessage Request(HttpMethod method, string path, string? origin, string? site, HttpContent? content)
    {
        var request = new HttpRequestMessage(method, path) { Content = content, Headers = { { "Cookie", shared.Cookie }, { "Accept", "application/json" } } };
        if (origin is not null) request.Headers.TryAddWithoutValidation("Origin", origin);
        if (site is not null) request.Headers.Add("Sec-Fetch-Site", site);
        return request;
    }

    private async Task<HttpStatusCode> OpenAsync(string path, string? origin, string? cookie)
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        if (origin is not null) socket.Options.SetRequestHeader("Origin", origin);
        if (cookie is not null) socket.Options.SetRequestHeader("Cookie", cookie);
        try
        {
            await socket.ConnectAsync(new UriBuilder(Server.Address) { Scheme = "ws", Path = path }.Uri, default);
            return HttpStatusCode.SwitchingProtocols;
        }
        catch (WebSocketException)
        {
            return socket.HttpStatusCode;
        }
    }
}

/// <summary>One server and one administrator's session for all of them.</summary>
public sealed class OriginServer : IAsyncLifetime
{
    public AthenaServer Server { get; private set; } = default!;

    public string Cookie { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Server = await AthenaServer.StartAsync();
        Cookie = Server.CookieOf(await Server.PersonAsync(Role.Administrator));
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
