using System.Net;
using System.Net.Sockets;

namespace Athena.Dashboard.Tests.Infrastructure;

/// <summary>
/// Ports for servers that have to be told theirs. Below those that the system gives to whoever asks for any, as every
/// connection does (Linux: from 32768 on): one of those is gone again before a server takes a second to bind it.
/// </summary>
internal static class FreePort
{
    private const int First = 12_000;
    private const int Count = 20_000;

    private static int last = Random.Shared.Next(Count);

    /// <returns>One that nobody listens on, and that this process gives out once.</returns>
    public static int Next()
    {
        while (true)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref last) % Count);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody's: the next one.
            }
        }
    }
}
