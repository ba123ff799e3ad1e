namespace Athena.Dashboard.Platform.Events;

/// <summary>Rung after a commit that appended events, so that the pump need not wait for its next look.</summary>
public sealed class EventBell : IDisposable
{
    private readonly SemaphoreSlim rung = new(0, 1);

    public void Ring()
    {
        try
        {
            if (rung.CurrentCount == 0) rung.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody else rang in the same moment; one ring is enough.
        }
    }

    /// <returns>True when rung, false when <paramref name="longest"/> went by.</returns>
    public Task<bool> WaitAsync(TimeSpan longest, CancellationToken cancellationToken) => rung.WaitAsync(longest, cancellationToken);

    public void Dispose() => rung.Dispose();
}
