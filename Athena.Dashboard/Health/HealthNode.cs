namespace Athena.Dashboard.Health;

/// <summary>This process among those that share the database: a name, and how far it has read what the others stored.</summary>
public sealed class HealthNode(TimeProvider clock)
{
    public Guid Id { get; } = Guid.CreateVersion7(clock.GetUtcNow());

    /// <summary>The last flush that is in this process's windows.</summary>
    public long Position { get; set; }
}
