using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;

namespace Athena.Dashboard.Tests.Infrastructure;

/// <summary>A real Alertmanager (Debian's) that sends every alert to some addresses at once.</summary>
public sealed class AlertmanagerServer : IDisposable
{
    private readonly string folder;
    private readonly System.Diagnostics.Process process;
    private readonly HttpClient client;

    private AlertmanagerServer(System.Diagnostics.Process process, string folder, int port)
    {
        (this.process, this.folder) = (process, folder);
        client = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/")) };
    }

    /// <param name="receivers">Where to, and with which bearer token.</param>
    public static async Task<AlertmanagerServer> StartAsync(params (Uri Address, string Token)[] receivers)
    {
        var folder = Directory.CreateTempSubdirectory("athena-am-").FullName;
        var webhooks = receivers.Select(receiver => $$"""
                  - url: "{{receiver.Address}}"
                    http_config: { authorization: { credentials: "{{receiver.Token}}" } }
            """);
        await File.WriteAllTextAsync(Path.Combine(folder, "alertmanager.yml"), $$"""
            route: { receiver: athena, group_wait: 100ms, group_interval: 300ms, repeat_interval: 1h, group_by: [alertname] }
            receivers:
              - name: athena
                webhook_configs:
            {{string.Join('\n', webhooks)}}
            """);
        var (port, cluster) = (FreePort(), "--cluster.listen-address=");
        var start = new ProcessStartInfo(
            "prometheus-alertmanager",
            ["--config.file=" + Path.Combine(folder, "alertmanager.yml"), "--storage.path=" + Path.Combine(folder, "data"), string.Create(CultureInfo.InvariantCulture, $"--web.listen-address=127.0.0.1:{port}"), cluster, "--log.level=error"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        var process = System.Diagnostics.Process.Start(start) ?? throw new InvalidOperationException("Alertmanager did not start. Debian: apt-get install prometheus-alertmanager.");
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        var errors = new System.Text.StringBuilder();
        process.ErrorDataReceived += (_, line) => errors.AppendLine(line.Data);
        process.BeginErrorReadLine();
        var server = new AlertmanagerServer(process, folder, port);
        await Wait.UntilAsync(async () =>
        {
            if (process.HasExited) throw new InvalidOperationException("Alertmanager ended: " + errors);
            try
            {
                return (await server.client.GetAsync("-/ready")).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
        return server;
    }

    /// <summary>As Prometheus would; without an end it fires.</summary>
    public async Task RaiseAsync(IReadOnlyDictionary<string, string> labels, DateTimeOffset startsAt, DateTimeOffset? endsAt = null)
    {
        var alert = new Dictionary<string, object> { ["labels"] = labels, ["annotations"] = new { summary = "Half of the payments fail." }, ["startsAt"] = startsAt, ["generatorURL"] = "http://prometheus.example/graph" };
        if (endsAt is { } end) alert["endsAt"] = end;
        (await client.PostAsJsonAsync("api/v2/alerts", new[] { alert })).EnsureSuccessStatusCode();
    }

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
        client.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
