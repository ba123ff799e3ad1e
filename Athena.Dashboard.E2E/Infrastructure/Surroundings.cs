using Microsoft.Playwright;

namespace Athena.Dashboard.E2E.Infrastructure;

/// <summary>What all journeys of a run share: one headless Chromium, in which each person gets a context of his own, and data that is set up.</summary>
public sealed class Surroundings : IAsyncLifetime
{
    private static readonly string[] Flags =
        ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    private readonly Lazy<Task<SetUpData>> data = new(SetUpData.MakeAsync);
    private IPlaywright? playwright;

    public IBrowser Browser { get; private set; } = default!;

    /// <summary>Made when the first journey wants it.</summary>
    public Task<SetUpData> DataAsync() => data.Value;

    public async ValueTask InitializeAsync()
    {
        // Nothing is asserted to be quick: what takes longer than this on a busy machine does not come any more.
        Assertions.SetDefaultExpectTimeout(120_000);
        playwright = await Playwright.CreateAsync();
        Browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = Flags });
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.CloseAsync();
        playwright!.Dispose();
        if (data.IsValueCreated) (await data.Value).Delete();
    }
}
