using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;

namespace Athena.Dashboard.Tests.Infrastructure;

/// <summary>Takes JSON messages on a port of its own, and refuses them while it is told to.</summary>
public sealed class WebhookSink : IDisposable
{
    private readonly HttpListener listener = new();

    public WebhookSink()
    {
        listener.Prefixes.Add(Address.ToString());
        listener.Start();
        _ = TakeAsync();
    }

    public Uri Address { get; } = DebianServer.FreeAddress("hook/");

    public bool Refuses { get; set; }

    public ConcurrentQueue<JsonElement> Messages { get; } = [];

    public ConcurrentQueue<string?> Tokens { get; } = [];

    public void Dispose() => listener.Close();

    private async Task TakeAsync()
    {
        while (listener.IsListening)
        {
            try
            {
                var context = await listener.GetContextAsync();
                using var reader = new StreamReader(context.Request.InputStream);
                var body = await reader.ReadToEndAsync();
                Tokens.Enqueue(context.Request.Headers["Authorization"]);
                if (!Refuses) Messages.Enqueue(JsonSerializer.Deserialize<JsonElement>(body));
                context.Response.StatusCode = Refuses ? 503 : 200;
                context.Response.Close();
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (HttpListenerException)
            {
                // Closed, or whoever sent has gone; the loop's condition tells.
            }
        }
    }
}
