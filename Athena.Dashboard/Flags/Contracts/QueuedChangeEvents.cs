using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Contracts;

/// <summary>How events and audit name a change that is made by itself at an instant.</summary>
public static class QueuedChangeSubject
{
    public const string Kind = "queued-change";

    public static Subject Of(Guid id) => new(Kind, id.ToString());
}

/// <param name="Zone">The zone in which the instant was chosen; null where it was given by offset.</param>
public sealed record ChangeQueued(Guid QueuedId, string FlagKey, string Environment, DateTimeOffset At, string? Zone, string Reason) : IDomainEvent
{
    public Subject Subject => QueuedChangeSubject.Of(QueuedId);
}

public sealed record QueuedChangeMade(Guid QueuedId, string FlagKey, string Environment) : IDomainEvent
{
    public Subject Subject => QueuedChangeSubject.Of(QueuedId);
}

/// <summary>Its time came and it was not made; it will not try again.</summary>
/// <param name="Reason">What stood against it.</param>
public sealed record QueuedChangeRefused(Guid QueuedId, string FlagKey, string Environment, string Reason) : IDomainEvent
{
    public Subject Subject => QueuedChangeSubject.Of(QueuedId);
}

public sealed record QueuedChangeCancelled(Guid QueuedId, string FlagKey, string Environment) : IDomainEvent
{
    public Subject Subject => QueuedChangeSubject.Of(QueuedId);
}
