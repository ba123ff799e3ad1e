using System.Net.Http.Json;

namespace Athena.Dashboard.Tests.Infrastructure;

/// <summary>A real Alertmanager (Debian's) that sends every alert to some addresses at once.</summary>
public sealed class AlertmanagerServer : IDisposable
{
    private readonly string folder;
    private readonly System.Diagnostics.Process process;
    private readonly HttpClient client;

    private AlertmanagerServer(System.Diagnostics.Process process, string folder, Uri address)
    {
        (this.process, this.folder) = (process, folder);
        client = new HttpClient { BaseAddress = address };
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
        var address = DebianServer.FreeAddress();
        var process = await DebianServer.StartAsync(
            "prometheus-alertmanager",
            new Uri(address, "-/ready"),
            "--config.file=" + Path.Combine(folder, "alertmanager.yml"),
            "--storage.path=" + Path.Combine(folder, "data"),
            "--web.listen-address=" + address.Authority,
            "--cluster.listen-address=",
            "--log.level=error");
        return new AlertmanagerServer(process, folder, address);
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
}
