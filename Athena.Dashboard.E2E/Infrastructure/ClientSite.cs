using System.Diagnostics;
using System.Globalization;
using System.Net;
using Athena.Dashboard.Tests.Infrastructure;
using Microsoft.Playwright;

namespace Athena.Dashboard.E2E.Infrastructure;

/// <summary>
/// A web site of another origin, whose page asks the server for flags from the browser with OpenFeature's own web SDK and
/// provider; see Clients/openfeature/page.mjs. Its line to the server can be cut.
/// </summary>
internal sealed class ClientSite : IAsyncDisposable
{
    private static readonly Lazy<Task<byte[]>> Bundle = new(BundleAsync);

    private readonly HttpListener listener = new();
    private readonly IBrowserContext browser;
    private readonly Line line;
    private readonly string address;
    private int visits;

    private ClientSite(IBrowserContext browser, Line line)
    {
        (this.browser, this.line) = (browser, line);
        address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort.Next()}/");
        listener.Prefixes.Add(address);
        listener.Start();
    }

    /// <summary>How often one of its pages was loaded.</summary>
    public int Visits => Volatile.Read(ref visits);

    public static async Task<ClientSite> StartAsync(World world)
    {
        var site = new ClientSite(await world.StrangeBrowserAsync(), new Line(world.Server.Address));
        _ = site.ServeAsync(await Bundle.Value);
        return site;
    }

    /// <summary>Opens a page that shows this flag to this user.</summary>
    public async Task<ClientPage> OpenAsync(string key, string flag, string user)
    {
        var page = new ClientPage(await browser.NewPageAsync());
        await page.Page.GotoAsync($"{address}#url={Uri.EscapeDataString(line.Address.ToString())}&key={key}&flag={flag}&user={user}");
        return page;
    }

    /// <summary>Ends every connection of its pages to the server; they may come again.</summary>
    public void CutTheLine() => line.Cut();

    public async ValueTask DisposeAsync()
    {
        listener.Close();
        await browser.DisposeAsync();
        await line.DisposeAsync();
    }

    private static async Task<byte[]> BundleAsync()
    {
        var esbuildModule = new Uri(Path.Combine(Repository.Root, "wwwroot-assets", "node_modules", "esbuild", "lib", "main.js"));
        using var esbuild = Process.Start(new ProcessStartInfo(
            "node",
            ["--input-type=module", "--eval", $$"""
                import esbuild from '{{esbuildModule}}';
                const { outputFiles } = await esbuild.build({ entryPoints: ['page.mjs'], bundle: true, format: 'esm', target: 'es2022', write: false });
                process.stdout.write(outputFiles[0].contents);
                """])
        {
            WorkingDirectory = Path.Combine(Repository.Root, "Athena.Dashboard.E2E", "Clients", "openfeature"),
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        using var bundle = new MemoryStream();
        await esbuild.StandardOutput.BaseStream.CopyToAsync(bundle);
        await esbuild.WaitForExitAsync();
        return esbuild.ExitCode == 0 ? bundle.ToArray() : throw new InvalidOperationException("The client's page could not be bundled; standard error says why.");
    }

    private async Task ServeAsync(byte[] bundle)
    {
        var page = "<!doctype html><html lang=en><title>Application</title><output></output><script type=module src=/page.js></script>"u8.ToArray();
        while (listener.IsListening)
        {
            try
            {
                var http = await listener.GetContextAsync();
                var (body, type) = http.Request.Url!.AbsolutePath switch
                {
                    "/" => (page, "text/html"),
                    "/page.js" => (bundle, "text/javascript"),
                    _ => ([], "text/plain"),
                };
                if (body == page) Interlocked.Increment(ref visits);
                http.Response.ContentType = type + "; charset=utf-8";
                http.Response.StatusCode = body.Length == 0 ? 204 : 200;
                await http.Response.OutputStream.WriteAsync(body);
                http.Response.Close();
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                // The browser left, or the site is closed.
            }
        }
    }
}

/// <summary>One page of the application.</summary>
internal sealed class ClientPage
{
    private readonly List<(string Token, int Status)> streams = [];
    private readonly Lock gate = new();

    public ClientPage(IPage page)
    {
        Page = page;
        page.Response += (_, response) =>
        {
            if (!response.Url.Contains("/ofrep/v1/events?token=", StringComparison.Ordinal)) return;
            lock (gate) streams.Add((response.Url.Split("token=")[1], response.Status));
        };
    }

    public IPage Page { get; }

    /// <summary>The streams that it opened or tried to open: their token and the answer.</summary>
    public IReadOnlyList<(string Token, int Status)> Streams
    {
        get
        {
            lock (gate) return [.. streams];
        }
    }

    /// <summary>Waits until the page shows value and reason.</summary>
    public Task ShouldShowAsync(string words) => Assertions.Expect(Page.Locator("output")).ToHaveTextAsync(words);
}
