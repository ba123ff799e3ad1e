using System.Security.Claims;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Identity.Access;

/// <summary>How many live connections each caller and each address holds, and the end of what they may.</summary>
internal sealed class ConnectionCount(IOptions<LimitOptions> limits)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, int> open = new(StringComparer.Ordinal);

    public static Refusal TooMany =>
        new(RefusalKind.TooMany, "too_many_connections", "You have too many connections open.", "Close some pages or programs, then try again.") { RetryAfter = TimeSpan.FromSeconds(10) };

    /// <returns>The place taken, to be disposed of with the connection; null when there is none left.</returns>
    public IDisposable? TryEnter(HttpContext context)
    {
        var caller = "caller " + context.User.FindFirstValue(ClaimTypes.NameIdentifier);
        var address = "address " + ClientNetwork.Of(context);
        lock (gate)
        {
            if (open.GetValueOrDefault(caller) >= limits.Value.ConnectionsPerCaller || open.GetValueOrDefault(address) >= limits.Value.ConnectionsPerAddress) return null;
            open[caller] = open.GetValueOrDefault(caller) + 1;
            open[address] = open.GetValueOrDefault(address) + 1;
        }

        return new Place(this, caller, address);
    }

    private void Leave(string caller, string address)
    {
        lock (gate)
        {
            foreach (var holder in new[] { caller, address })
            {
                if (--open[holder] == 0) open.Remove(holder);
            }
        }
    }

    private sealed class Place(ConnectionCount count, string caller, string address) : IDisposable
    {
        private int left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref left, 1) == 0) count.Leave(caller, address);
        }
    }
}
