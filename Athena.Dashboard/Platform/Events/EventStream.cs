using System.Threading.Channels;

namespace Athena.Dashboard.Platform.Events;

/// <summary>Hands new events of this process's pump to whoever subscribed. Nobody can slow the others down.</summary>
public sealed class EventStream
{
    private readonly Lock gate = new();
    private EventSubscription[] subscriptions = [];

    /// <summary>The sequence of the last event handed out; 0 before the first.</summary>
    public long LastSequence { get; private set; }

    /// <param name="concerns">Which events; asked on the pump's thread, so it has to be quick and must not throw.</param>
    /// <param name="capacity">Events kept for a slow reader before the oldest are dropped and a gap is marked.</param>
    public EventSubscription Subscribe(Func<EventEnvelope, bool> concerns, int capacity = 128)
    {
        var subscription = new EventSubscription(this, concerns, capacity);
        lock (gate) subscriptions = [.. subscriptions, subscription];
        return subscription;
    }

    internal void Publish(EventEnvelope envelope)
    {
        LastSequence = envelope.Sequence;
        foreach (var subscription in Volatile.Read(ref subscriptions)) subscription.Offer(envelope);
    }

    internal void Remove(EventSubscription subscription)
    {
        lock (gate) subscriptions = [.. subscriptions.Where(other => other != subscription)];
    }
}

/// <summary>One reader's place in the stream.</summary>
public sealed class EventSubscription : IDisposable
{
    private readonly EventStream stream;
    private readonly Func<EventEnvelope, bool> concerns;
    private readonly Channel<EventEnvelope> channel;
    private int gap;

    internal EventSubscription(EventStream stream, Func<EventEnvelope, bool> concerns, int capacity)
    {
        this.stream = stream;
        this.concerns = concerns;
        channel = Channel.CreateBounded<EventEnvelope>(
            new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            _ => Volatile.Write(ref gap, 1));
    }

    public ChannelReader<EventEnvelope> Reader => channel.Reader;

    /// <summary>True once after events were dropped: what the reader knows is incomplete, and it has to read again.</summary>
    public bool TakeGap() => Interlocked.Exchange(ref gap, 0) == 1;

    /// <summary>Waits for the next event, for <paramref name="longest"/>, or for <paramref name="other"/>, whichever comes first.</summary>
    /// <returns>What has arrived, in order; it is taken out. Empty when something else came first.</returns>
    public async Task<IReadOnlyList<EventEnvelope>> WaitAsync(TimeSpan longest, TimeProvider clock, CancellationToken cancellationToken, Func<CancellationToken, Task>? other = null)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var waits = new List<Task> { Task.Delay(longest, clock, over.Token), channel.Reader.WaitToReadAsync(over.Token).AsTask() };
        if (other is not null) waits.Add(other(over.Token));
        await Task.WhenAny(waits);
        await over.CancelAsync();
        foreach (var wait in waits) await wait.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        var arrived = new List<EventEnvelope>();
        while (channel.Reader.TryRead(out var envelope)) arrived.Add(envelope);
        return arrived;
    }

    public void Dispose()
    {
        stream.Remove(this);
        channel.Writer.TryComplete();
    }

    internal void Offer(EventEnvelope envelope)
    {
        if (concerns(envelope)) channel.Writer.TryWrite(envelope);
    }
}
