using Microsoft.Playwright;

namespace Athena.Dashboard.E2E.Infrastructure;

/// <summary>One headless Chromium for the whole run; each person in a journey gets a context of his own.</summary>
public sealed class Browsers : IAsyncLifetime
{
    private static readonly string[] Flags =
        ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    private IPlaywright? playwright;

    public IBrowser Browser { get; private set; } = default!;

    public async ValueTask InitializeAsync()
    {
        // Nothing is asserted to be quick: what takes longer than this on a busy machine does not come any more.
        Assertions.SetDefaultExpectTimeout(30_000);
        playwright = await Playwright.CreateAsync();
        Browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = Flags });
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.CloseAsync();
        playwright!.Dispose();
    }
}
