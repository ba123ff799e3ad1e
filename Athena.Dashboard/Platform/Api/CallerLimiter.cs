using System.Collections.Concurrent;

namespace Athena.Dashboard.Platform.Api;

/// <summary>Counts one caller's requests in whole seconds: for the few endpoints that programs call all the time.</summary>
/// <param name="most">Requests in a second.</param>
public class CallerLimiter(int most, TimeProvider clock)
{
    private readonly ConcurrentDictionary<Guid, Window> windows = [];

    /// <param name="retryAfterSeconds">When the next request may be made.</param>
    public bool TryTake(Guid caller, out int retryAfterSeconds)
    {
        retryAfterSeconds = 1;
        var second = clock.GetTimestamp() / clock.TimestampFrequency;
        return windows.GetOrAdd(caller, static _ => new Window()).TryTake(second, most);
    }

    private sealed class Window
    {
        private readonly Lock gate = new();
        private long second;
        private int taken;

        public bool TryTake(long now, int most)
        {
            lock (gate)
            {
                if (now != second) (second, taken) = (now, 0);
                if (taken >= most) return false;
                taken++;
                return true;
            }
        }
    }
}
