using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Athena.Dashboard.E2E.Infrastructure;

/// <summary>Somebody with a browser of his own. What the browser complains of is kept and fails the journey.</summary>
public sealed class Visitor : IAsyncDisposable
{
    private readonly IBrowserContext context;
    private readonly ConcurrentQueue<string> complaints = [];

    private Visitor(string name, IBrowserContext context, IPage page)
    {
        Name = name;
        this.context = context;
        Page = page;
        page.Console += (_, message) =>
        {
            if (IsComplaint(message)) complaints.Enqueue($"{name}: {message.Type}: {message.Text} ({page.Url})");
        };
        page.PageError += (_, error) => complaints.Enqueue($"{name}: {error} ({page.Url})");
    }

    public string Name { get; }

    public IPage Page { get; }

    /// <summary>Violations of the content security policy and uncaught script errors so far.</summary>
    public IReadOnlyCollection<string> Complaints => complaints;

    public static async Task<Visitor> ArriveAsync(IBrowser browser, Uri address, string name, ViewportSize? viewport = null, ColorScheme scheme = ColorScheme.Light)
    {
        var context = await browser.NewContextAsync(new()
        {
            BaseURL = address.ToString(),
            ViewportSize = viewport ?? new ViewportSize { Width = 1440, Height = 900 },
            ColorScheme = scheme,
            Locale = "en-GB",
            TimezoneId = "Europe/Berlin",
            ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(20_000);
        return new Visitor(name, context, await context.NewPageAsync());
    }

    /// <summary>Signs in through the page, as a person does.</summary>
    public async Task SignInAsync(string email, string password)
    {
        await Page.GotoAsync("/sign-in");
        await Page.GetByLabel("Email").FillAsync(email);
        await Page.GetByLabel("Password", new() { Exact = true }).FillAsync(password);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Page.WaitForURLAsync(url => !url.Contains("/sign-in", StringComparison.Ordinal));
    }

    /// <summary>Goes to a page and waits until its circuit is alive.</summary>
    public async Task OpenAsync(string path)
    {
        await Page.GotoAsync(path);
        await Page.Locator("html[data-connection=live]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
    }

    public async Task KeepEvidenceAsync(string journey)
    {
        var file = Path.Combine(Repository.Evidence, $"{journey}-{Name}");
        if (complaints.IsEmpty is false) await File.WriteAllLinesAsync(file + ".complaints.txt", complaints);
        await Page.ScreenshotAsync(new() { Path = file + ".png", FullPage = true });
        await File.WriteAllTextAsync(file + ".html", await Page.ContentAsync());
    }

    public async ValueTask DisposeAsync() => await context.CloseAsync();

    // A refused request logs an error line of its own in the console: what matters of it, the journey itself asserts.
    private static bool IsComplaint(IConsoleMessage message) =>
        message.Type == "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal)
        && !message.Text.Contains("WebSocket", StringComparison.Ordinal)
        && !message.Text.Contains("ERR_CONNECTION_REFUSED", StringComparison.Ordinal);
}
