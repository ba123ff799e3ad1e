using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Athena.Dashboard.E2E.Infrastructure;
using Microsoft.Playwright;

namespace Athena.Dashboard.E2E.Journeys;

/// <summary>The main flows of people and keys with the logging turned all the way up: no secret is in what the server writes.</summary>
public sealed partial class SecretTests(Surroundings surroundings)
{
    private const string First = "quiet rivers carry many stones";
    private const string Second = "seven lanterns over wet roofs";
    private const string Newcomers = "old bridges hum in the wind";
    private const string Wrong = "a password in the wrong field";
    private const string Mail = "secret-of-the-mail-server";

    private readonly Dictionary<string, string> secrets = new() { ["the first password"] = First, ["the second password"] = Second, ["a wrong password"] = Wrong, ["the mail server's password"] = Mail };

    [Fact]
    public async Task No_log_line_holds_a_password_a_key_a_cookie_a_code_or_a_token()
    {
        await using var server = await AthenaProcess.StartAsync(
            "--Logging:LogLevel:Default=Trace",
            "--Logging:Console:LogLevel:Default=Trace",
            "--Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics=Trace",
            "--Athena:Mail:Host=127.0.0.1",
            "--Athena:Mail:From=athena@example.com",
            "--Athena:Mail:User=athena",
            "--Athena:Mail:Password=" + Mail);
        var link = Token().Match(server.Output).Value;
        secrets["the link to set up"] = link;
        await using var visitor = await Visitor.ArriveAsync(surroundings.Browser, server.Address, "administrator");
        var page = visitor.Page;
        await page.GotoAsync("/setup?token=" + link);
        await visitor.ShouldBeAccessibleAsync();
        await page.GetByLabel("Name").FillAsync("Somebody");
        await page.GetByLabel("Email").FillAsync("administrator@example.com");
        await page.GetByLabel("Password").FillAsync(First);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create Administrator" }).ClickAsync();
        await page.WaitForURLAsync(new Uri(server.Address, "/").ToString());
        await KeepCookiesAsync(page, "of set-up");

        await KeyAsync(visitor, server);
        await AddSomebodyAsync(visitor, server);
        await ChangePasswordAsync(visitor);
        await SecondFactorAsync(visitor);

        // The log is the server's own: what it prints on purpose, the one link, is there once.
        var lines = server.Output.Split('\n');
        lines.Length.ShouldBeGreaterThan(1_000, "the logging is turned up");
        lines.ShouldContain(line => line.Contains("dbug:", StringComparison.Ordinal) || line.Contains("trce:", StringComparison.Ordinal));
        secrets.Count.ShouldBeGreaterThan(15);
        foreach (var (what, secret) in secrets)
        {
            var told = lines.Where(line => line.Contains(secret, StringComparison.Ordinal) || line.Contains(Uri.EscapeDataString(secret), StringComparison.Ordinal)).ToList();
            told.Count.ShouldBe(what == "the link to set up" ? 1 : 0, $"{what}: {string.Join('\n', told)}");
        }
    }

    private async Task KeyAsync(Visitor visitor, AthenaProcess server)
    {
        var page = visitor.Page;
        await visitor.OpenAsync("/settings/keys");
        await page.GetByRole(AriaRole.Button, new() { Name = "New key" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Name").FillAsync("checkout-service");
        await dialog.GetByLabel("Environment").SelectOptionAsync(new SelectOptionValue { Label = "production" });
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Make the key" }).ClickAsync();
        var key = await dialog.GetByText("athena_").InnerTextAsync();
        secrets["a key made in a page"] = key;
        secrets["a key made by command"] = await server.CommandAsync(["keys", "create", "--name", "x", "--scope", "flags:evaluate", "--scope", "health:write", "--environment", "production"]);
        secrets["an unknown key"] = "athena_" + new string('x', 43);
        using var client = new HttpClient { BaseAddress = server.Address };
        foreach (var secret in secrets.Where(secret => secret.Key.Contains(" key", StringComparison.Ordinal)).Select(secret => secret.Value).ToList())
        {
            foreach (var path in new[] { "/api/me", "/ofrep/v1/evaluate/flags", "/health/v1/batches" })
            {
                using var bearer = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent("{}", MediaTypeHeaderValue.Parse("application/json")), Headers = { { "Authorization", "Bearer " + secret } } };
                await client.SendAsync(bearer);
                using var header = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "X-API-Key", secret } } };
                await client.SendAsync(header);
            }
        }

        await dialog.GetByRole(AriaRole.Button, new() { Name = "Done" }).ClickAsync();
    }

    private async Task AddSomebodyAsync(Visitor visitor, AthenaProcess server)
    {
        var page = visitor.Page;
        await visitor.OpenAsync("/settings/people");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add somebody" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Name").FillAsync("Newcomer");
        await dialog.GetByLabel("Email").FillAsync("newcomer@example.com");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
        var link = await dialog.GetByText("/set-password?token=").InnerTextAsync();
        secrets["the link to set a password"] = Token().Match(link).Value;
        secrets["the newcomer's password"] = Newcomers;
        await using var newcomer = await Visitor.ArriveAsync(surroundings.Browser, server.Address, "newcomer");
        await newcomer.Page.GotoAsync(new Uri(link).PathAndQuery);
        await newcomer.Page.GetByLabel("Password", new() { Exact = true }).FillAsync(Newcomers);
        await newcomer.Page.GetByRole(AriaRole.Button, new() { Name = "Set password" }).ClickAsync();
        await newcomer.Page.GotoAsync("/sign-in");
        await newcomer.Page.GetByLabel("Email").FillAsync(Wrong);
        await newcomer.Page.GetByLabel("Password", new() { Exact = true }).FillAsync(Wrong);
        await newcomer.Page.EvaluateAsync("document.querySelector('form').noValidate = true");
        await newcomer.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Assertions.Expect(newcomer.Page.GetByText("That did not work.")).ToBeVisibleAsync();
        await newcomer.SignInAsync("newcomer@example.com", Newcomers);
        await KeepCookiesAsync(newcomer.Page, "of the newcomer");
    }

    private async Task ChangePasswordAsync(Visitor visitor)
    {
        var page = visitor.Page;
        await visitor.OpenAsync("/profile");
        await page.GetByLabel("Current password").FillAsync(First);
        await page.GetByLabel("New password").FillAsync(Second);
        await page.GetByRole(AriaRole.Button, new() { Name = "Change password" }).ClickAsync();
        await page.WaitForURLAsync(SignIn());
        await visitor.SignInAsync("administrator@example.com", Second);
        await KeepCookiesAsync(page, "after the change");
    }

    private async Task SecondFactorAsync(Visitor visitor)
    {
        var page = visitor.Page;
        await visitor.OpenAsync("/profile");
        await page.GetByRole(AriaRole.Button, new() { Name = "Set up" }).ClickAsync();
        var shown = await page.Locator("code.secret-text").InnerTextAsync();
        var secret = shown.Replace(" ", "", StringComparison.Ordinal);
        secrets["the secret of the app as it is shown"] = shown;
        secrets["the secret of the app"] = secret;
        secrets["the bytes of the secret"] = Convert.ToBase64String(Authenticator.Decode(secret));
        await page.GetByLabel("Code that the app shows").FillAsync(Authenticator.CodeOf(secret, TimeProvider.System.GetUtcNow()));
        await page.GetByRole(AriaRole.Button, new() { Name = "Turn on" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Your recovery codes:")).ToBeVisibleAsync();
        var codes = (await page.Locator("code.secret-text").InnerTextAsync()).Split('\n');
        for (var i = 0; i < codes.Length; i++) secrets[$"recovery code {i}"] = codes[i];
        await page.GetByRole(AriaRole.Button, new() { Name = "I have kept them" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out everywhere" }).ClickAsync();
        await page.WaitForURLAsync(SignIn());

        await page.GetByLabel("Email").FillAsync("administrator@example.com");
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(Second);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await page.GetByText("The app is not at hand").ClickAsync();
        secrets["the ticket between the steps"] = (await page.Locator("input[name='RecoveryForm.Ticket']").InputValueAsync())[..60];
        await page.GetByLabel("Recovery code").FillAsync(codes[0]);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with it" }).ClickAsync();
        await page.WaitForURLAsync(url => !url.Contains("/sign-in", StringComparison.Ordinal));
        await KeepCookiesAsync(page, "with a recovery code");
    }

    // Signed and long: a part in the middle tells it apart.
    private async Task KeepCookiesAsync(IPage page, string which)
    {
        foreach (var cookie in (await page.Context.CookiesAsync()).Where(cookie => cookie.Name.Contains("athena.", StringComparison.Ordinal)))
            secrets[$"the cookie {cookie.Name} {which}"] = cookie.Value[20..80];
    }

    [GeneratedRegex(@"(?<=[?&]token=)[A-Za-z0-9_-]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Token();

    [GeneratedRegex("/sign-in", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SignIn();
}
