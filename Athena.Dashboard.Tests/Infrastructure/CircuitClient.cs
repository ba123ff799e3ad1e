using System.Net.WebSockets;
using System.Text;

namespace Athena.Dashboard.Tests.Infrastructure;

/// <summary>
/// A browser's side of a circuit without a browser: a WebSocket that speaks Blazor's hub protocol (SignalR over
/// MessagePack) well enough to start a circuit, take one up again and notice its end.
/// </summary>
public sealed class CircuitClient : IDisposable
{
    private readonly ClientWebSocket socket;
    private readonly Uri address;
    private int lastInvocation;
    private Task? closing;

    private CircuitClient(ClientWebSocket socket, Uri address) => (this.socket, this.address) = (socket, address);

    /// <exception cref="WebSocketException">The server does not open the connection.</exception>
    public static async Task<CircuitClient> ConnectAsync(AthenaServer server, string cookie)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Cookie", cookie);
        socket.Options.SetRequestHeader("Origin", server.Origin);
        await socket.ConnectAsync(new UriBuilder(server.Address) { Scheme = "ws", Path = "/_blazor" }.Uri, default);
        var client = new CircuitClient(socket, server.Address);
        await client.SendAsync("{\"protocol\":\"blazorpack\",\"version\":1}\u001e"u8.ToArray());
        await client.ReceiveAsync();
        return client;
    }

    /// <returns>The circuit's secret id.</returns>
    /// <exception cref="InvalidOperationException">The server refused; the message is its own.</exception>
    public async Task<string> StartAsync() => await InvokeAsync("StartCircuit", address.ToString(), address.ToString(), "[]", "") as string ?? throw new InvalidOperationException("There was no circuit.");

    /// <summary>Takes up a circuit whose connection was lost.</summary>
    public async Task<bool> ResumeAsync(string circuitId) => await InvokeAsync("ConnectCircuit", circuitId) is true;

    /// <summary>Returns once the other side has closed; pings come for as long as it does not.</summary>
    public async Task ClosedAsync()
    {
        try
        {
            while ((await ReceiveAsync()).Type != WebSocketMessageType.Close)
            {
            }
        }
        catch (WebSocketException)
        {
            // Closed without the courtesies, which is as good.
        }
    }

    /// <summary>True once the other side has closed; reads on in the background from the first call on.</summary>
    public bool IsClosed => (closing ??= ClosedAsync()).IsCompleted;

    /// <summary>Goes away as a machine does whose network fails.</summary>
    public void Abort() => socket.Abort();

    public void Dispose() => socket.Dispose();

    private async Task<object?> InvokeAsync(string method, params string[] arguments)
    {
        var id = (++lastInvocation).ToString(System.Globalization.CultureInfo.InvariantCulture);
        var message = new List<byte> { 0x96, 0x01, 0x80 };
        foreach (var text in new[] { id, method }) WriteText(message, text);
        message.Add((byte)(0x90 | arguments.Length));
        foreach (var argument in arguments) WriteText(message, argument);
        message.Add(0x90);
        await SendAsync([.. LengthOf(message.Count), .. message]);
        while (true)
        {
            var (type, bytes) = await ReceiveAsync();
            if (type == WebSocketMessageType.Close) throw new InvalidOperationException("The server closed the connection.");
            foreach (var one in Split(bytes))
            {
                // A completion: 3, headers, the invocation's id, what kind of result, the result.
                if (new Reader(one).Read() is not object?[] parts || parts[0] is not 3L || parts[2] as string != id) continue;
                return parts[3] is 1L ? throw new InvalidOperationException(parts[4] as string) : parts.ElementAtOrDefault(4);
            }
        }
    }

    private async Task SendAsync(byte[] bytes)
    {
        using var limit = new CancellationTokenSource(Wait.Patience);
        await socket.SendAsync(bytes, WebSocketMessageType.Binary, true, limit.Token);
    }

    private async Task<(WebSocketMessageType Type, byte[] Bytes)> ReceiveAsync()
    {
        using var limit = new CancellationTokenSource(Wait.Patience);
        using var whole = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, limit.Token);
            whole.Write(buffer, 0, part.Count);
            if (part.EndOfMessage) return (part.MessageType, whole.ToArray());
        }
    }

    private static void WriteText(List<byte> to, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        to.AddRange([0xda, (byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes]);
    }

    private static IEnumerable<byte> LengthOf(int length)
    {
        for (; length > 0x7f; length >>= 7) yield return (byte)(length | 0x80);
        yield return (byte)length;
    }

    private static IEnumerable<byte[]> Split(byte[] bytes)
    {
        for (var at = 0; at < bytes.Length;)
        {
            int length = 0, shift = 0;
            do
            {
                length |= (bytes[at] & 0x7f) << shift;
                shift += 7;
            }
            while ((bytes[at++] & 0x80) != 0);
            yield return bytes[at..(at + length)];
            at += length;
        }
    }

    /// <summary>As much of MessagePack as Blazor's hub writes.</summary>
    private sealed class Reader(byte[] bytes)
    {
        private int at;

        public object? Read()
        {
            var code = bytes[at++];
            return code switch
            {
                <= 0x7f => (long)code,
                <= 0x8f => Skip(2 * (code & 0x0f)),
                <= 0x9f => Many(code & 0x0f),
                <= 0xbf => Text(code & 0x1f),
                0xc0 => null,
                0xc2 => false,
                0xc3 => true,
                0xc4 => Skip(bytes[at++], asBytes: true),
                0xc5 => Skip((int)Number(2), asBytes: true),
                0xc6 => Skip((int)Number(4), asBytes: true),
                0xcc or 0xd0 => Number(1),
                0xcd or 0xd1 => Number(2),
                0xce or 0xd2 => Number(4),
                0xcf or 0xd3 or 0xcb => Number(8),
                0xd9 => Text((int)Number(1)),
                0xda => Text((int)Number(2)),
                0xdb => Text((int)Number(4)),
                0xdc => Many((int)Number(2)),
                _ => (long)(sbyte)code,
            };
        }

        private object?[] Many(int count) => [.. Enumerable.Range(0, count).Select(_ => Read())];

        private string Text(int length) => Encoding.UTF8.GetString(bytes, (at += length) - length, length);

        private long Number(int size)
        {
            long value = 0;
            for (var i = 0; i < size; i++) value = (value << 8) | bytes[at++];
            return value;
        }

        private object? Skip(int count, bool asBytes = false)
        {
            if (asBytes) at += count;
            else for (var i = 0; i < count; i++) Read();
            return null;
        }
    }
}
