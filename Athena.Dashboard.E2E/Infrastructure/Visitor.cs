using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Athena.Dashboard.E2E.Infrastructure;

/// <summary>Somebody with a browser of his own. What the browser complains of is kept and fails the journey.</summary>
public sealed partial class Visitor : IAsyncDisposable
{
    // Says what the console leaves out: which directive, and who broke it.
    private const string ReportViolations = """
        addEventListener('securitypolicyviolation', violation => console.error(
          `Content security policy: ${violation.effectiveDirective} blocked ${violation.blockedURI || 'inline'} of ${violation.sourceFile}:${violation.lineNumber} ${violation.sample}`));
        """;

    private readonly IBrowserContext context;
    private readonly ConcurrentQueue<string> complaints = [];
    private CircuitCalls calls;

    private Visitor(string name, IBrowserContext context, IPage page)
    {
        Name = name;
        this.context = context;
        Page = page;
        calls = Watch(page);
    }

    public string Name { get; }

    public IPage Page { get; private set; }

    /// <summary>Violations of the content security policy and uncaught script errors so far.</summary>
    public IReadOnlyCollection<string> Complaints => complaints;

    public static async Task<Visitor> ArriveAsync(IBrowser browser, Uri address, string name, ViewportSize? viewport = null, ColorScheme scheme = ColorScheme.Light)
    {
        var context = await browser.NewContextAsync(new()
        {
            BaseURL = address.ToString(),
            // Proxies of the tests have certificates that nobody trusts.
            IgnoreHTTPSErrors = address.Scheme == Uri.UriSchemeHttps,
            ViewportSize = viewport ?? Look.Desktop,
            ColorScheme = scheme,
            Locale = "en-GB",
            TimezoneId = "Europe/Berlin",
            ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(120_000);
        await context.AddInitScriptAsync(ReportViolations);
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

    /// <summary>Goes to a page and waits until it takes input: until its circuit is alive, if it has one.</summary>
    /// <returns>The status of the answer.</returns>
    public async Task<int> OpenAsync(string path)
    {
        var answer = await Page.GotoAsync(path);
        await SettleAsync();
        return answer!.Status;
    }

    /// <summary>Waits until the page takes input, the server has done what was asked of it, and what it has read is shown.</summary>
    public async Task SettleAsync()
    {
        await Page.Locator("html[data-connection=live], html:not([data-circuit])").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        // What the page has just sent is heard of before this answer.
        await Page.EvaluateAsync("() => new Promise(requestAnimationFrame)");
        await calls.SettleAsync();
        await Assertions.Expect(Page.Locator(".skeleton-rows")).ToHaveCountAsync(0);
        // The circuit writes the head anew, too.
        await Assertions.Expect(Page).ToHaveTitleAsync(NotEmpty());
    }

    /// <summary>Waits until the page has come back by itself after the server was gone.</summary>
    public async Task ReturnAsync()
    {
        await Page.Locator("html[data-connection=live]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await SettleAsync();
    }

    /// <summary>Loses the tab, with whatever was only in it, and opens another one.</summary>
    public async Task LoseTabAsync()
    {
        await Page.CloseAsync();
        Page = await context.NewPageAsync();
        calls = Watch(Page);
    }

    /// <param name="journey">Beginning of the files' names.</param>
    public async Task KeepEvidenceAsync(string journey)
    {
        var file = Path.Combine(Repository.Evidence, $"{journey}-{Name}");
        if (complaints.IsEmpty is false) await File.WriteAllLinesAsync(file + ".complaints.txt", complaints);
        await Page.ScreenshotAsync(new() { Path = file + ".png", FullPage = true });
        await File.WriteAllTextAsync(file + ".html", await Page.ContentAsync());
    }

    public async ValueTask DisposeAsync() => await context.CloseAsync();

    private CircuitCalls Watch(IPage page)
    {
        page.Console += (_, message) =>
        {
            if (IsComplaint(message)) complaints.Enqueue($"{Name}: {message.Type}: {message.Text} ({page.Url})");
        };
        page.PageError += (_, error) => complaints.Enqueue($"{Name}: {error} ({page.Url})");
        return new CircuitCalls(page);
    }

    [GeneratedRegex(@"\S", RegexOptions.None, 1000)]
    private static partial Regex NotEmpty();

    // A refused request logs an error line of its own in the console: what matters of it, the journey itself asserts.
    private static bool IsComplaint(IConsoleMessage message) =>
        message.Type == "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal);
}
