using System.Text.Json.Serialization;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Communication.Contracts;

/// <summary>What all events of a release's timeline have in common.</summary>
/// <param name="Release">The release's version, or <see cref="CommunicationSubject.Direct"/>.</param>
public abstract record CommunicationEvent(string Release) : IDomainEvent
{
    [JsonIgnore]
    public Subject Subject => CommunicationSubject.Of(Release);
}

/// <summary>The release got its timeline from the process.</summary>
public sealed record TimelinePlanned(string Release, int Items) : CommunicationEvent(Release);

/// <summary>The timeline follows the release's new date.</summary>
public sealed record TimelineMoved(string Release, DateOnly From, DateOnly To, string Zone) : CommunicationEvent(Release);

/// <summary>What was still open is given up, because the release is.</summary>
public sealed record TimelineClosed(string Release, string Reason) : CommunicationEvent(Release);

public sealed record ItemAdded(string Release, Guid ItemId, string Title) : CommunicationEvent(Release);

public sealed record ItemTicked(string Release, Guid ItemId, string Title) : CommunicationEvent(Release);

public sealed record ItemUnticked(string Release, Guid ItemId, string Title) : CommunicationEvent(Release);

public sealed record ItemSkipped(string Release, Guid ItemId, string Title, string Reason) : CommunicationEvent(Release);

/// <param name="AssigneeName">Null when it is nobody's any more.</param>
public sealed record ItemAssigned(string Release, Guid ItemId, string Title, Guid? AssigneeId, string? AssigneeName) : CommunicationEvent(Release);

public sealed record ItemRedated(string Release, Guid ItemId, string Title, DateTimeOffset From, DateTimeOffset To) : CommunicationEvent(Release);

/// <summary>Mail to one person was written.</summary>
public sealed record MessageQueued(string Release, Guid MessageId, string Title) : CommunicationEvent(Release);

public sealed record MessageEdited(string Release, Guid MessageId, string Title) : CommunicationEvent(Release);

/// <summary>The message will not go out until what <paramref name="Cause"/> says is over.</summary>
public sealed record MessageHeld(string Release, Guid MessageId, string Title, string Cause) : CommunicationEvent(Release);

/// <summary>Nothing holds the message any more; it goes out at its time.</summary>
public sealed record MessageFreed(string Release, Guid MessageId, string Title) : CommunicationEvent(Release);

/// <summary>There is no way out for the message: no mail server, nobody on its list, no such channel.</summary>
public sealed record MessageHasNoChannel(string Release, Guid MessageId, string Title, string Cause) : CommunicationEvent(Release);

/// <summary>A person sends it before its time, or in spite of what holds it.</summary>
/// <param name="InSpiteOf">What held it, or null.</param>
public sealed record MessageForced(string Release, Guid MessageId, string Title, string? InSpiteOf) : CommunicationEvent(Release);

/// <summary>The mail server has accepted it for everybody on its list.</summary>
public sealed record MessageSent(string Release, Guid MessageId, string Title, int Recipients, string? Refused) : CommunicationEvent(Release);

/// <param name="NextAttemptAt">Null when it is not tried again by itself.</param>
public sealed record MessageFailed(string Release, Guid MessageId, string Title, int Attempt, string Error, DateTimeOffset? NextAttemptAt) : CommunicationEvent(Release);

/// <summary>The product stopped while it was being sent: it may have gone out, and is sent again under the same Message-ID.</summary>
public sealed record MessageUnknown(string Release, Guid MessageId, string Title) : CommunicationEvent(Release);

public sealed record RecipientListChanged(string List, int Addresses) : IDomainEvent
{
    [JsonIgnore]
    public Subject Subject => CommunicationSubject.Of(CommunicationSubject.Settings);
}
