using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Athena.Dashboard.Tests.Infrastructure;

namespace Athena.Dashboard.E2E.Infrastructure;

/// <summary>A real HAProxy that ends TLS in front of a server, with a certificate of its own that nobody trusts.</summary>
public sealed class HaProxy : IAsyncDisposable
{
    private readonly Process process;
    private readonly string folder;

    private HaProxy(Process process, string folder, int port)
    {
        this.process = process;
        this.folder = folder;
        Address = new Uri(string.Create(CultureInfo.InvariantCulture, $"https://localhost:{port}"));
    }

    public Uri Address { get; }

    public static async Task<HaProxy> StartAsync(Uri server)
    {
        var folder = Directory.CreateTempSubdirectory("athena-haproxy-").FullName;
        var port = FreePort.Next();
        await File.WriteAllTextAsync(Path.Combine(folder, "site.pem"), Certificate());
        await File.WriteAllTextAsync(Path.Combine(folder, "haproxy.cfg"), string.Create(CultureInfo.InvariantCulture, $"""
            defaults
              mode http
              timeout connect 5s
              timeout client 60s
              timeout server 60s
              timeout tunnel 1h
              option forwardfor
            frontend site
              bind 127.0.0.1:{port} ssl crt {Path.Combine(folder, "site.pem")} alpn h2,http/1.1
              http-request set-header X-Forwarded-Proto https
              default_backend athena
            backend athena
              server athena 127.0.0.1:{server.Port}

            """));
        var process = Process.Start(new ProcessStartInfo("/usr/sbin/haproxy", ["-db", "-f", Path.Combine(folder, "haproxy.cfg")]) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("HAProxy did not start. Debian: apt-get install haproxy.");
        var proxy = new HaProxy(process, folder, port);
        try
        {
            using var client = new HttpClient(Unchecked()) { BaseAddress = proxy.Address };
            await Eventually.TrueAsync(
                async () =>
                {
                    if (process.HasExited) throw new InvalidOperationException("HAProxy ended: " + await process.StandardError.ReadToEndAsync());
                    try
                    {
                        return (await client.GetAsync("/readyz")).IsSuccessStatusCode;
                    }
                    catch (HttpRequestException)
                    {
                        return false;
                    }
                },
                "the proxy answers");
            return proxy;
        }
        catch
        {
            await proxy.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes the proxy's certificate, which nobody vouches for, and keeps no cookies.</summary>
    /// <param name="from">The own address to connect from; a proxy tells the server of it.</param>
    public static SocketsHttpHandler Unchecked(IPAddress? from = null) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == "CN=localhost" },
        ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            if (from is not null) socket.Bind(new IPEndPoint(from, 0));
            await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    };

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static string Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n";
    }
}
