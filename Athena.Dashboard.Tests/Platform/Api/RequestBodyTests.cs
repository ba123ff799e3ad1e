using System.Text;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Microsoft.AspNetCore.Http;

namespace Athena.Dashboard.Tests.Platform.Api;

public sealed class RequestBodyTests
{
    private static readonly Refusal TooLarge = new(RefusalKind.TooLarge, "too_large", "Too large.");

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16 * 1024)]
    [InlineData(100_000)]
    public async Task A_body_up_to_the_limit_comes_whole_however_it_trickles_in(int size)
    {
        var sent = new byte[size];
        new Random(size).NextBytes(sent);
        foreach (var chunk in (int[])[1000, 7, size + 1])
        {
            using var body = await RequestBody.ReadAsync(Request(sent, chunk), Math.Max(1, size), default);
            body.ShouldNotBeNull().Bytes.ToArray().ShouldBe(sent);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_longer_body_is_not_read_to_its_end(bool saysItsLength)
    {
        var request = Request(new byte[1_000_000], 10_000);
        if (saysItsLength) request.ContentLength = 1_000_000;
        (await RequestBody.ReadAsync(request, 64 * 1024, default)).ShouldBeNull();
        request.Body.Position.ShouldBeLessThan(100_000);
        request.Body.Position = 0;
        (await RequestBody.ReadTextAsync(request, 64 * 1024, TooLarge, default)).Refusal.ShouldBe(TooLarge);
    }

    [Fact]
    public async Task A_text_has_to_be_utf_8()
    {
        (await RequestBody.ReadTextAsync(Request("Grüße"u8.ToArray(), 3), 100, TooLarge, default)).Value.ShouldBe("Grüße");
        (await RequestBody.ReadTextAsync(Request(Encoding.Latin1.GetBytes("Grüße"), 3), 100, TooLarge, default)).Refusal.ShouldNotBeNull().Code.ShouldBe("malformed_text");
    }

    private static HttpRequest Request(byte[] body, int chunk)
    {
        var request = new DefaultHttpContext().Request;
        request.Body = new Trickle(body, chunk);
        return request;
    }

    /// <summary>Gives a few bytes at a time, as a network does.</summary>
    private sealed class Trickle(byte[] bytes, int chunk) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(chunk, buffer.Length)], cancellationToken);
    }
}
