using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Flags.Ofrep;

/// <summary>Counts evaluation requests per key in whole seconds.</summary>
public sealed class EvaluationLimiter(IOptions<FlagOptions> options, TimeProvider clock)
{
    private readonly int most = options.Value.MostEvaluationsPerSecond;
    private readonly ConcurrentDictionary<Guid, Window> windows = [];

    /// <param name="retryAfterSeconds">When the next request may be made.</param>
    public bool TryTake(Guid key, out int retryAfterSeconds)
    {
        retryAfterSeconds = 1;
        var second = clock.GetTimestamp() / clock.TimestampFrequency;
        return windows.GetOrAdd(key, static _ => new Window()).TryTake(second, most);
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
