using System.Globalization;
using System.Text.Json.Nodes;
using Athena.Dashboard.E2E.Infrastructure;
using Athena.Dashboard.E2E.Pages;
using Athena.Dashboard.Tests.Infrastructure;
using Microsoft.Playwright;

namespace Athena.Dashboard.E2E.Journeys;

/// <summary>What users read of a release: written, approved, published, and mailed over a real SMTP server.</summary>
public sealed class NotesJourney(Surroundings surroundings) : Journey(surroundings)
{
    private const string Alert = "support-alerts";
    private const string News = "user-emails";
    private const string Reader = "reader@example.org";

    /// <summary>As long as real notes get.</summary>
    private static readonly string Long = "\n\n" + string.Concat(Enumerable.Range(1, 1700).Select(i => FormattableString.Invariant($"- Item {i}: **databases** with more than 1,000 rows open faster, see `/v/{i}`.\n")));

    private SmtpSink mails = default!;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        mails.Dispose();
    }

    protected override async Task<World> BeginAsync(Surroundings around)
    {
        mails = await SmtpSink.StartAsync();
        return await World.BeginAsync(
            around, "--Athena:Mail:Host=127.0.0.1", FormattableString.Invariant($"--Athena:Mail:Port={mails.Port}"), "--Athena:Mail:Tls=false", "--Athena:Mail:From=releases@example.org");
    }

    [Fact]
    public async Task Notes_survive_kills_while_they_are_typed_and_go_out_with_the_release()
    {
        var (zone, today) = ZoneOfLateMorning();
        await World.PlanReleaseAsync(day: today, zone: zone);
        await World.Api.PutAsync("/api/communication/lists/users", new JsonObject { ["addresses"] = new JsonArray(Reader), ["roles"] = new JsonArray() }, 0);

        var product = await World.SignInAsync("productManager");
        await WriteThroughKillsAsync(product);
        await ApproveAsync(product, "Product Manager");
        await ApproveAsync(await World.SignInAsync("support"), "Support");

        await ShouldWaitAsync("has not started to roll out");
        await World.PassGatesAsync();
        await World.TransitionAsync("rollingOut");
        await ShouldWaitAsync("are not published");

        await PublishAsync(await World.SignInAsync("releaseManager"));
        await ShouldArriveAsync();
    }

    private async Task WriteThroughKillsAsync(Visitor writer)
    {
        var editor = new NotesEditor(writer);
        await editor.OpenAsync(World.Release);
        await writer.Page.GetByRole(AriaRole.Button, new() { Name = "Start the notes" }).ClickAsync();

        // Killed in the middle of a word.
        await editor.TypeAsync("\n\nTyped before the kill. ");
        var typing = editor.TypeOnAsync("Typed while the server was killed, and on and on. ");
        await Eventually.TrueAsync(async () => (await editor.TextAsync()).Contains("Typed while", StringComparison.Ordinal), "somebody types");
        await World.Server.KillAsync();
        await typing;
        await editor.ShouldBeKeptHereAsync();
        await World.Server.StartAgainAsync();
        await ShouldHaveAsync("Typed before the kill. Typed while the server was killed, and on and on.");

        // Killed, and the tab is lost with it.
        await writer.ReturnAsync();
        await editor.PasteAsync(Long);
        await editor.ShouldBeSavedAsync();
        await World.Server.KillAsync();
        await editor.TypeOnAsync("Typed after the second kill.");
        await editor.ShouldBeKeptHereAsync();
        await writer.LoseTabAsync();
        await World.Server.StartAgainAsync();
        await editor.OpenAsync(World.Release);
        await editor.Offer.GetByRole(AriaRole.Button, new() { Name = "Use it" }).ClickAsync();
        await ShouldHaveAsync("Typed after the second kill.");
        await editor.ShouldBeSavedAsync();
        var kept = await editor.TextAsync();
        kept.ShouldContain("Typed before the kill. Typed while the server was killed, and on and on.");
        kept.ShouldContain(Long.Trim());
        kept.Length.ShouldBeGreaterThan(125_000);
    }

    private Task ShouldHaveAsync(string text) => Eventually.TrueAsync(
        async () => (await World.Api.AskAsync(HttpMethod.Get, $"/api/notes/{World.Release}/draft")).Json?["text"]?.GetValue<string>().Contains(text, StringComparison.Ordinal) == true,
        "the server has what was typed: " + text);

    private static async Task ApproveAsync(Visitor approver, string role)
    {
        await new NotesEditor(approver).OpenAsync(World.Release);
        var row = approver.Page.GetByRole(AriaRole.List, new() { Name = "Approvals" }).GetByRole(AriaRole.Listitem).Filter(new() { Has = approver.Page.GetByText(role, new() { Exact = true }) });
        await row.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        await Assertions.Expect(row).ToContainTextAsync("approved by");
    }

    private async Task ShouldWaitAsync(string cause)
    {
        foreach (var item in new[] { Alert, News })
        {
            await Eventually.TrueAsync(
                async () => (await World.EntryAsync(World.Release, item))["message"] is { } message
                    && message["state"]!.GetValue<string>() == "held" && message["cause"]!.GetValue<string>().Contains(cause, StringComparison.Ordinal),
                $"{item} waits because it {cause}");
        }

        Taken(Alert).ShouldBeEmpty();
        Taken(News).ShouldBeEmpty();
    }

    private static async Task PublishAsync(Visitor manager)
    {
        await new NotesEditor(manager).OpenAsync(World.Release);
        await manager.Page.GetByRole(AriaRole.Button, new() { Name = "Publish", Exact = true }).ClickAsync();
        await manager.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Publish" }).ClickAsync();
        await Assertions.Expect(manager.Page.GetByRole(AriaRole.Link, new() { Name = "Public page" })).ToBeVisibleAsync();
        await manager.OpenAsync($"/releases/{World.Release}?tab=communication");
        foreach (var title in new[] { "Support team alerts", "User notification emails" })
            await Assertions.Expect(manager.Page.Locator(".entry", new() { HasText = title })).ToContainTextAsync("Sent");
    }

    private async Task ShouldArriveAsync()
    {
        var alert = Taken(Alert).ShouldHaveSingleItem();
        alert.To.ShouldBe(["support@example.com"]);
        var news = Taken(News).ShouldHaveSingleItem();
        news.To.ShouldBe([Reader]);

        // Whoever gets it reads on without an account.
        var link = news.Text.Split(['(', ')', '"', '<', '>', ' ', '\n', '\r']).First(word => word.Contains("/notes/", StringComparison.Ordinal));
        var reader = await World.ArriveAsync("reader");
        await reader.Page.GotoAsync(link);
        await Assertions.Expect(reader.Page.Locator("article")).ToContainTextAsync("Typed after the second kill.");
    }

    private IReadOnlyList<TakenMail> Taken(string item) =>
        [.. mails.Mails.Where(mail => mail.Header("Subject") == (item == Alert ? "Athena v1.2.0 is rolling out" : "New in Athena: Enhanced Database Views"))];

    // Messages of the day of release are due at ten in the release's zone; somewhere it is late morning or afternoon.
    private static (string Zone, string Today) ZoneOfLateMorning()
    {
        var now = TimeProvider.System.GetUtcNow();
        var zone = new[] { "UTC", "Asia/Tokyo", "America/Los_Angeles" }.First(name => Local(name).TimeOfDay is { TotalHours: > 10.1 and < 22 });
        return (zone, DateOnly.FromDateTime(Local(zone).DateTime).ToString("O", CultureInfo.InvariantCulture));

        DateTimeOffset Local(string name) => TimeZoneInfo.ConvertTime(now, TimeZoneInfo.FindSystemTimeZoneById(name));
    }
}
