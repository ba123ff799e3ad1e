using System.Text.Json;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;

namespace Athena.Dashboard.Platform.Events;

/// <summary>An event as readers get it. The event itself is read from its JSON once, however many look at it.</summary>
public sealed class EventEnvelope
{
    private readonly Lazy<IDomainEvent?> happened;

    public EventEnvelope(EventRow row)
    {
        Row = row;
        Subject = new Subject(row.SubjectKind, row.SubjectId);
        happened = new Lazy<IDomainEvent?>(() =>
            EventTypes.Find(row.Type) is { } type ? (IDomainEvent?)JsonSerializer.Deserialize(row.Payload, type, JsonColumn.Options) : null);
    }

    public EventRow Row { get; }

    public long Sequence => Row.Sequence;

    public DateTimeOffset At => Row.At;

    public Subject Subject { get; }

    public string Type => Row.Type;

    /// <summary>Null when this version of the product does not know the type.</summary>
    public IDomainEvent? Event => happened.Value;

    public bool Is<TEvent>()
        where TEvent : IDomainEvent => Row.Type == EventTypes.NameOf(typeof(TEvent));
}
