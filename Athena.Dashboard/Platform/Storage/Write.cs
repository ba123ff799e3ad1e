using System.Text.Json;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Platform.Storage;

/// <summary>One transaction under way: the context, who acts, and the instant that counts as now.</summary>
public sealed class Write(AthenaDbContext db, Actor actor, DateTimeOffset now)
{
    private readonly List<EventRow> events = [];

    public AthenaDbContext Db { get; } = db;

    public Actor Actor { get; } = actor;

    public DateTimeOffset Now { get; } = now;

    internal List<EventRow> Events => events;

    /// <summary>Saves a new row; its version is whatever it carries (1 for <see cref="IVersioned"/> rows).</summary>
    public void Add<T>(T row)
        where T : class => Db.Add(row);

    /// <summary>
    /// Puts <paramref name="next"/> in the place of a row loaded by this write and raises its version by one.
    /// </summary>
    /// <param name="current">The instance that this write's context loaded.</param>
    /// <param name="next">The same row as the decision made it; its own Version is ignored.</param>
    /// <returns>The version that the row has once committed.</returns>
    public long Replace<T>(T current, T next)
        where T : class, IVersioned
    {
        var version = current.Version + 1;
        var entry = Db.Entry(current);
        entry.CurrentValues.SetValues(next);
        entry.Property(nameof(IVersioned.Version)).CurrentValue = version;
        return version;
    }

    /// <summary>Appends an event to be committed with the state.</summary>
    /// <param name="before">What audit shows as before; null when there was nothing.</param>
    /// <param name="after">What audit shows as after; null when nothing is left.</param>
    public void Append(IDomainEvent happened, object? before = null, object? after = null) =>
        events.Add(new EventRow
        {
            Id = Guid.CreateVersion7(Now),
            At = Now,
            SubjectKind = happened.Subject.Kind,
            SubjectId = happened.Subject.Id,
            Type = EventTypes.NameOf(happened.GetType()),
            Payload = JsonSerializer.Serialize(happened, happened.GetType(), JsonColumn.Options),
            Before = before is null ? null : JsonSerializer.Serialize(before, before.GetType(), JsonColumn.Options),
            After = after is null ? null : JsonSerializer.Serialize(after, after.GetType(), JsonColumn.Options),
            ActorKind = Actor.Kind,
            ActorId = Actor.Id,
            ActorName = Actor.Name,
            Source = Actor.Source,
        });

    /// <summary>Appends all events of a decision, each with the same before and after.</summary>
    public void Append<TState>(Decision<TState> decision, object? before = null, object? after = null)
    {
        foreach (var happened in decision.Events) Append(happened, before, after);
    }
}
