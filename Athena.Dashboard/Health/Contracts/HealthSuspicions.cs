using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Athena.Dashboard.Health.Contracts;

/// <summary>
/// Rollouts whose newest reports may be enough for a rule that weighs evidence: whoever judges them need not wait for the
/// next tick. Only a hint; nothing is lost when nobody reads it.
/// </summary>
public sealed class HealthSuspicions
{
    private readonly ConcurrentDictionary<Guid, bool> waiting = [];
    private readonly Channel<Guid> channel = Channel.CreateUnbounded<Guid>();

    /// <summary>Completes when there is something to take.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken) => await channel.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Each rollout once, however often it was noted.</summary>
    public bool TryTake(out Guid rolloutId)
    {
        if (!channel.Reader.TryRead(out rolloutId)) return false;
        waiting.TryRemove(rolloutId, out _);
        return true;
    }

    public void Note(Guid rolloutId)
    {
        if (waiting.TryAdd(rolloutId, true)) channel.Writer.TryWrite(rolloutId);
    }
}
