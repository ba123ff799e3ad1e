namespace Athena.Dashboard.Health.Domain;

/// <summary>
/// Names of the batches of the last while. A batch that ended within the lateness limit cannot have come earlier than
/// that while, so no window ever counts one twice; for later ones the writer looks in the database.
/// </summary>
public sealed class SeenBatches(TimeSpan remember)
{
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private readonly Queue<(string Name, DateTimeOffset At)> order = new();

    /// <returns>False when it was there already.</returns>
    public bool Add(string name, DateTimeOffset now)
    {
        while (order.TryPeek(out var oldest) && now - oldest.At > remember) names.Remove(order.Dequeue().Name);
        if (!names.Add(name)) return false;
        order.Enqueue((name, now));
        return true;
    }
}
