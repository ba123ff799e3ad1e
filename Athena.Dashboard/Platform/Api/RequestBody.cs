using System.Buffers;
using System.Text;
using Athena.Dashboard.Platform.Kernel;
using Microsoft.AspNetCore.Http.Features;

namespace Athena.Dashboard.Platform.Api;

/// <summary>The whole body of a request whose endpoint reads it by hand, in a pooled buffer that goes back on disposal.</summary>
public sealed class RequestBody : IDisposable
{
    private const int FirstBuffer = 16 * 1024;

    /// <summary>Bytes of a body too long that are received all the same, so that its sender reads the answer.</summary>
    internal const long MostPassedOver = 64 * 1024 * 1024;

    private byte[] buffer;
    private int length;

    private RequestBody(int room) => buffer = ArrayPool<byte>.Shared.Rent(room);

    /// <summary>Valid until this is disposed.</summary>
    public ReadOnlyMemory<byte> Bytes => buffer.AsMemory(0, length);

    /// <param name="most">The most bytes that the endpoint takes; of what is longer, hardly more than these are read.</param>
    /// <returns>Null when the body is longer than that.</returns>
    public static async ValueTask<RequestBody?> ReadAsync(HttpRequest request, int most, CancellationToken cancellationToken)
    {
        // The limit is kept here. Beyond the server's own it would hang up on whoever still sends, and he would never
        // read the answer; like this what is left is passed over for some seconds.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } server) server.MaxRequestBodySize = MostPassedOver;
        if (request.ContentLength > most) return null;
        var body = new RequestBody(Math.Min(FirstBuffer, most + 1));
        try
        {
            while (await request.Body.ReadAsync(body.Room(), cancellationToken) is var read and > 0)
            {
                body.length += read;
                if (body.length <= most) continue;
                body.Dispose();
                return null;
            }

            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <summary>As <see cref="ReadAsync"/>, for endpoints that take a text.</summary>
    /// <param name="tooLarge">The answer to what is longer.</param>
    /// <returns>Refused with <paramref name="tooLarge"/>, or with <c>malformed_text</c> when it is not UTF-8.</returns>
    public static async Task<Outcome<string>> ReadTextAsync(HttpRequest request, int most, Refusal tooLarge, CancellationToken cancellationToken)
    {
        using var body = await ReadAsync(request, most, cancellationToken);
        if (body is null) return tooLarge;
        try
        {
            return StrictUtf8.Encoding.GetString(body.Bytes.Span);
        }
        catch (DecoderFallbackException)
        {
            return Refusal.Invalid("malformed_text", "The text cannot be read.", new RefusalItem("body", "is not UTF-8"));
        }
    }

    public void Dispose()
    {
        if (buffer.Length == 0) return;
        ArrayPool<byte>.Shared.Return(buffer);
        (buffer, length) = ([], 0);
    }

    private Memory<byte> Room()
    {
        if (length == buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
            buffer.CopyTo(larger.AsSpan());
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }

        return buffer.AsMemory(length);
    }
}
