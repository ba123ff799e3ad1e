using System.Globalization;
using System.Net;
using System.Text;

namespace Athena.Dashboard.Tests.Infrastructure;

/// <summary>A real Prometheus (Debian's) that scrapes one address twice a second, with its own folder and port.</summary>
public sealed class PrometheusServer : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("athena-prom-").FullName;
    private System.Diagnostics.Process? process;

    public PrometheusServer(Uri target)
    {
        File.WriteAllText(Path.Combine(folder, "prometheus.yml"), $$"""
            global: { scrape_interval: 500ms, scrape_timeout: 500ms }
            scrape_configs:
              - job_name: shop
                static_configs: [{ targets: ["{{target.Authority}}"] }]
            """);
    }

    public Uri Address { get; } = DebianServer.FreeAddress();

    /// <summary>Starts it, also again after <see cref="Kill"/>, with what it has stored.</summary>
    public async Task StartAsync() => process = await DebianServer.StartAsync(
        "prometheus",
        new Uri(Address, "-/ready"),
        "--config.file=" + Path.Combine(folder, "prometheus.yml"),
        "--storage.tsdb.path=" + Path.Combine(folder, "data"),
        "--web.listen-address=" + Address.Authority,
        "--log.level=error");

    public void Kill()
    {
        if (process is null) return;
        process.Kill();
        process.WaitForExit();
        process.Dispose();
        process = null;
    }

    public void Dispose()
    {
        Kill();
        Directory.Delete(folder, recursive: true);
    }
}

/// <summary>An application that lets itself be scraped.</summary>
public sealed class ScrapedApplication : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly Dictionary<string, long> counters = new(StringComparer.Ordinal);

    public ScrapedApplication()
    {
        listener.Prefixes.Add(Address.ToString());
        listener.Start();
        _ = AnswerAsync();
    }

    public Uri Address { get; } = DebianServer.FreeAddress();

    /// <param name="counter">Name and labels as they are exposed.</param>
    public void Count(string counter, long by)
    {
        lock (counters) counters[counter] = counters.GetValueOrDefault(counter) + by;
    }

    /// <summary>As after a restart.</summary>
    public void Reset()
    {
        lock (counters)
        {
            foreach (var counter in counters.Keys.ToList()) counters[counter] = 0;
        }
    }

    public void Dispose() => listener.Close();

    private async Task AnswerAsync()
    {
        while (listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            string text;
            lock (counters) text = string.Concat(counters.Select(counter => string.Create(CultureInfo.InvariantCulture, $"{counter.Key} {counter.Value}\n")));
            context.Response.ContentType = "text/plain; version=0.0.4";
            try
            {
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(text));
                context.Response.Close();
            }
            catch (HttpListenerException)
            {
                // Whoever scraped has not waited; the next scrape is another.
            }
        }
    }
}
