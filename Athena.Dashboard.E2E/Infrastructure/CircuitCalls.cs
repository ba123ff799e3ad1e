using System.Text;
using Microsoft.Playwright;

namespace Athena.Dashboard.E2E.Infrastructure;

/// <summary>
/// Counts what a page asks its circuit and what was answered: each press of a button is one call, which ends when the
/// server has done all that followed from it.
/// </summary>
internal sealed class CircuitCalls
{
    private static readonly byte[] Asked = Encoding.ASCII.GetBytes("BeginInvokeDotNetFromJS");
    private static readonly byte[] Answered = Encoding.ASCII.GetBytes("JS.EndInvokeDotNet");
    private int open;

    public CircuitCalls(IPage page) => page.WebSocket += (_, socket) =>
    {
        if (!socket.Url.Contains("/_blazor", StringComparison.Ordinal)) return;
        // What an earlier circuit was asked, nobody answers any more.
        Interlocked.Exchange(ref open, 0);
        socket.FrameSent += (_, frame) => Interlocked.Add(ref open, Count(frame.Binary, Asked));
        socket.FrameReceived += (_, frame) => Interlocked.Add(ref open, -Count(frame.Binary, Answered));
    };

    /// <summary>Waits until everything that was asked is answered.</summary>
    public Task SettleAsync() => Eventually.TrueAsync(() => Task.FromResult(Volatile.Read(ref open) <= 0), "the server has answered the page");

    private static int Count(byte[]? frame, byte[] word)
    {
        var count = 0;
        for (var rest = frame.AsSpan(); rest.IndexOf(word) is >= 0 and var at; rest = rest[(at + word.Length)..]) count++;
        return count;
    }
}
