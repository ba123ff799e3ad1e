namespace Athena.Dashboard.Health;

/// <summary>How many taken batches wait to be stored.</summary>
public sealed class HealthBacklog
{
    private int count;

    public int Count => Volatile.Read(ref count);

    public void Added() => Interlocked.Increment(ref count);

    public void Stored(int batches) => Interlocked.Add(ref count, -batches);
}
