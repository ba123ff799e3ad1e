using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Athena.Dashboard.E2E.Infrastructure;
using Microsoft.Playwright;

namespace Athena.Dashboard.E2E.Journeys;

/// <summary>Behind a real HAProxy that ends TLS, once named in the settings and once not.</summary>
public sealed partial class ProxyTests(Surroundings surroundings)
{
    private const string Email = "administrator@example.com";
    private static readonly IPAddress Elsewhere = IPAddress.Parse("127.0.0.9");

    [Fact]
    public async Task Behind_a_named_proxy_people_sign_in_over_https_with_host_cookies_and_a_live_circuit()
    {
        await using var server = await StartAsync("--Athena:Proxy:Known:0=127.0.0.1");
        await using var proxy = await HaProxy.StartAsync(server.Address);
        await using var visitor = await Visitor.ArriveAsync(surroundings.Browser, proxy.Address, "visitor");
        var sockets = new List<string>();
        visitor.Page.WebSocket += (_, socket) => sockets.Add(socket.Url);
        await visitor.SignInAsync(Email, World.Password);
        await visitor.OpenAsync("/profile");
        sockets.ShouldContain(url => url.StartsWith($"wss://localhost:{proxy.Address.Port}/_blazor", StringComparison.Ordinal));

        var cookies = await visitor.Page.Context.CookiesAsync();
        foreach (var name in new[] { "__Host-athena.session", "__Host-athena.antiforgery" })
        {
            var cookie = cookies.Single(cookie => cookie.Name == name);
            (cookie.Secure, cookie.Path, cookie.Domain).ShouldBe((true, "/", "localhost"));
        }

        cookies.Single(cookie => cookie.Name == "__Host-athena.session").HttpOnly.ShouldBeTrue();
        cookies.Where(cookie => cookie.Name.StartsWith("athena.", StringComparison.Ordinal)).ShouldBeEmpty();

        // The circuit carries commands.
        await visitor.Page.GetByLabel("Name").FillAsync("Somebody behind a proxy");
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(visitor.Page.GetByText("Profile saved")).ToBeVisibleAsync();
        // And so does the form that a page with a circuit posts.
        await visitor.Page.Locator("details.user > summary").ClickAsync();
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out", Exact = true }).ClickAsync();
        await visitor.Page.WaitForURLAsync(SignIn());
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_named_proxy_s_word_for_the_browser_s_address_counts_and_the_browser_s_own_does_not()
    {
        await using var server = await StartAsync("--Athena:Proxy:Known:0=127.0.0.1");
        await using var proxy = await HaProxy.StartAsync(server.Address);
        (await TryAsync(proxy.Address, "203.0.113.7")).ShouldBe(HttpStatusCode.OK);
        (await SourceOfLastTryAsync(server)).ShouldBe(Elsewhere.ToString());
    }

    [Fact]
    public async Task An_unnamed_proxy_is_a_client_like_any_other_and_nobody_signs_in_through_it()
    {
        await using var server = await StartAsync();
        await using var proxy = await HaProxy.StartAsync(server.Address);
        using var client = new HttpClient(HaProxy.Unchecked()) { BaseAddress = proxy.Address };
        var page = await client.GetAsync("/sign-in");
        page.Headers.GetValues("Set-Cookie").ShouldAllBe(cookie => cookie.StartsWith("athena.", StringComparison.Ordinal) && !cookie.Contains("secure", StringComparison.OrdinalIgnoreCase));
        page.Headers.Contains("Strict-Transport-Security").ShouldBeFalse();

        // The browser says https, the server knows of http only: refused, with the setting that would mend it.
        (await TryAsync(proxy.Address, "203.0.113.7", expects: "Athena:Proxy:Known")).ShouldBe(HttpStatusCode.Forbidden);
        // What claims to come from elsewhere does not: the address is that of the connection.
        (await TryAsync(server.Address, "203.0.113.7")).ShouldBe(HttpStatusCode.OK);
        (await SourceOfLastTryAsync(server)).ShouldBe(Elsewhere.ToString());
    }

    private async Task<AthenaProcess> StartAsync(params string[] settings) =>
        await AthenaProcess.StartOnAsync((await surroundings.DataAsync()).Copy(), settings);

    /// <summary>A wrong password from another address of this machine, with a header that lies about it.</summary>
    private static async Task<HttpStatusCode> TryAsync(Uri at, string lie, string? expects = null)
    {
        using var client = new HttpClient(HaProxy.Unchecked(Elsewhere)) { BaseAddress = at };
        client.DefaultRequestHeaders.Add("X-Forwarded-For", lie);
        var page = await client.GetAsync("/sign-in");
        var fields = Api.HiddenFields(await page.Content.ReadAsStringAsync())
            .Append(KeyValuePair.Create("Form.Email", "nobody@example.com")).Append(KeyValuePair.Create("Form.Password", "wrong wrong wrong"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/sign-in") { Content = new FormUrlEncodedContent(fields) };
        request.Headers.Add("Cookie", string.Join("; ", page.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0])));
        request.Headers.Add("Origin", at.GetLeftPart(UriPartial.Authority));
        using var answer = await client.SendAsync(request);
        if (expects is not null) (await answer.Content.ReadAsStringAsync()).ShouldContain(expects);
        return answer.StatusCode;
    }

    private async Task<string?> SourceOfLastTryAsync(AthenaProcess server)
    {
        using var api = new Api(server.Address, (await surroundings.DataAsync()).Key);
        JsonNode? entry = null;
        await Eventually.TrueAsync(async () => (entry = (await api.AskAsync(HttpMethod.Get, "/api/audit?type=Identity.SignInFailed")).Json?["entries"]?[0]) is not null, "the try is in the audit");
        return entry!["source"]!.GetValue<string>();
    }

    [GeneratedRegex("/sign-in", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SignIn();
}
