using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Athena.Dashboard.E2E.Infrastructure;

/// <summary>A line to a server that can be cut: what comes in is passed on byte by byte, until nothing is any more.</summary>
internal sealed class Line : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Uri server;
    private readonly List<TcpClient> open = [];
    private readonly Lock gate = new();

    public Line(Uri server)
    {
        this.server = server;
        listener.Start();
        Address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}"));
        _ = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>Ends every connection there is; new ones are taken.</summary>
    public void Cut()
    {
        lock (gate)
        {
            foreach (var end in open) end.Dispose();
            open.Clear();
        }
    }

    public ValueTask DisposeAsync()
    {
        listener.Stop();
        Cut();
        return ValueTask.CompletedTask;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ConnectAsync(await listener.AcceptTcpClientAsync());
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
            // The line is closed for good.
        }
    }

    private async Task ConnectAsync(TcpClient client)
    {
        var onward = new TcpClient();
        lock (gate) open.AddRange([client, onward]);
        try
        {
            await onward.ConnectAsync(server.Host, server.Port);
            await Task.WhenAny(client.GetStream().CopyToAsync(onward.GetStream()), onward.GetStream().CopyToAsync(client.GetStream()));
        }
        catch (Exception gone) when (gone is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // One of the two is gone, or the line was cut.
        }
        finally
        {
            client.Dispose();
            onward.Dispose();
        }
    }
}
