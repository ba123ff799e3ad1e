using System.Text.RegularExpressions;
using Athena.Dashboard.E2E.Infrastructure;
using Microsoft.Playwright;

namespace Athena.Dashboard.E2E.Journeys;

/// <summary>People come, change and go.</summary>
public sealed partial class PeopleJourney(Surroundings surroundings) : Journey(surroundings)
{
    [Fact]
    public async Task Somebody_is_added_sets_a_password_by_link_and_loses_an_open_page_with_a_changed_role()
    {
        var admin = await World.SignInAsync("administrator");
        await admin.OpenAsync("/settings/people");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Add somebody" }).ClickAsync();
        var dialog = admin.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Name").FillAsync("Newcomer");
        await dialog.GetByLabel("Email").FillAsync("newcomer@example.com");
        await dialog.GetByLabel("QA Lead").CheckAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
        var link = await dialog.GetByText("/set-password?token=").InnerTextAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Done" }).ClickAsync();
        await Assertions.Expect(Row(admin.Page)).ToContainTextAsync("invited");

        var newcomer = await World.ArriveAsync("newcomer");
        await newcomer.Page.GotoAsync(new Uri(link).PathAndQuery);
        await newcomer.Page.GetByLabel("Password", new() { Exact = true }).FillAsync("quiet rivers carry stones");
        await newcomer.Page.GetByRole(AriaRole.Button, new() { Name = "Set password" }).ClickAsync();
        await newcomer.SignInAsync("newcomer@example.com", "quiet rivers carry stones");
        await newcomer.OpenAsync("/audit");
        await Assertions.Expect(newcomer.Page.Locator("summary", new() { HasText = "Person added" }).First).ToBeVisibleAsync();

        await Row(admin.Page).GetByRole(AriaRole.Button, new() { Name = "Change Newcomer" }).ClickAsync();
        await dialog.GetByLabel("Support").CheckAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save roles" }).ClickAsync();
        await newcomer.Page.WaitForURLAsync(SignIn());
        await Assertions.Expect(Row(admin.Page)).ToContainTextAsync("Support");
    }

    [Fact]
    public async Task A_key_is_shown_once_and_ends_when_it_is_revoked()
    {
        var admin = await World.SignInAsync("administrator");
        await admin.OpenAsync("/settings/keys");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "New key" }).ClickAsync();
        var dialog = admin.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Name").FillAsync("checkout-service");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Make the key" }).ClickAsync();
        await Assertions.Expect(dialog).ToContainTextAsync("belongs to one environment");
        await dialog.GetByLabel("Environment").SelectOptionAsync(new SelectOptionValue { Label = "production" });
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Make the key" }).ClickAsync();
        var key = await dialog.GetByText("athena_").InnerTextAsync();
        using var program = new Api(World.Server.Address, key);
        (await program.GetAsync("/api/me"))["environment"]!.GetValue<string>().ShouldBe("production");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Done" }).ClickAsync();

        var row = admin.Page.Locator("tr", new() { HasText = "checkout-service" });
        await row.GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
        await admin.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
        await Assertions.Expect(row).ToContainTextAsync("revoked");
        (await program.AskAsync(HttpMethod.Get, "/api/me")).Status.ShouldBe(401);
        (await admin.Page.ContentAsync()).ShouldNotContain(key);
    }

    private static ILocator Row(IPage page) => page.Locator("tr", new() { HasText = "newcomer@example.com" });

    [GeneratedRegex("/sign-in", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SignIn();
}
