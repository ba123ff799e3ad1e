using System.Net.WebSockets;
using System.Text;

namespace Athena.Dashboard.Benchmarks.Watching;

/// <summary>Many clients of the live hub, each a WebSocket that speaks SignalR's JSON protocol by hand and counts points.</summary>
internal sealed class ChartViewers(Uri server, string key, string group) : IDisposable
{
    private const byte End = 0x1e;
    private const int AtOnce = 25;

    private readonly CancellationTokenSource gone = new();
    private readonly List<Viewer> viewers = [];

    public long Points => viewers.Sum(viewer => Volatile.Read(ref viewer.Points));

    public long Bytes => viewers.Sum(viewer => Volatile.Read(ref viewer.Bytes));

    public async Task ConnectAsync(int count)
    {
        foreach (var some in Enumerable.Range(0, count).Chunk(AtOnce))
            viewers.AddRange(await Task.WhenAll(some.Select(_ => ConnectOneAsync())));
    }

    public async Task EveryoneHasAPointAsync()
    {
        while (viewers.Any(viewer => Volatile.Read(ref viewer.Points) == 0)) await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, gone.Token);
    }

    public void Dispose()
    {
        gone.Cancel();
        foreach (var viewer in viewers) viewer.Socket.Dispose();
        gone.Dispose();
    }

    private async Task<Viewer> ConnectOneAsync()
    {
        var viewer = new Viewer(new ClientWebSocket());
        viewer.Socket.Options.SetRequestHeader("X-API-Key", key);
        await viewer.Socket.ConnectAsync(new UriBuilder(server) { Scheme = "ws", Path = "/hubs/live" }.Uri, gone.Token);
        await SendAsync(viewer.Socket, """{"protocol":"json","version":1}""");
        await SendAsync(viewer.Socket, $$"""{"type":1,"target":"Subscribe","arguments":["{{group}}",-1]}""");
        _ = CountAsync(viewer);
        return viewer;
    }

    private Task SendAsync(ClientWebSocket socket, string message) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(message + (char)End), WebSocketMessageType.Text, true, gone.Token);

    private async Task CountAsync(Viewer viewer)
    {
        var buffer = new byte[8 * 1024];
        var message = new MemoryStream();
        try
        {
            while (true)
            {
                var received = await viewer.Socket.ReceiveAsync(buffer.AsMemory(), gone.Token);
                if (received.MessageType == WebSocketMessageType.Close) return;
                foreach (var part in buffer.AsMemory(0, received.Count).ToArray())
                {
                    if (part != End)
                    {
                        message.WriteByte(part);
                        continue;
                    }

                    Count(viewer, message);
                    message.SetLength(0);
                }
            }
        }
        catch (Exception) when (gone.IsCancellationRequested)
        {
            // The measuring is over.
        }
    }

    private static void Count(Viewer viewer, MemoryStream message)
    {
        var text = message.GetBuffer().AsSpan(0, (int)message.Length);
        if (text.IndexOf("\"target\":\"points\""u8) < 0) return;
        Interlocked.Increment(ref viewer.Points);
        Interlocked.Add(ref viewer.Bytes, text.Length);
    }

    private sealed class Viewer(ClientWebSocket socket)
    {
        public long Points;
        public long Bytes;

        public ClientWebSocket Socket { get; } = socket;
    }
}
