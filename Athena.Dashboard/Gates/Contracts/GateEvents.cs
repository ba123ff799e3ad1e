using System.Text.Json.Serialization;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Gates.Contracts;

/// <summary>Which item an event is about.</summary>
/// <param name="Id">The item's id, as in URLs.</param>
/// <param name="Set">Key of its set.</param>
/// <param name="Key">Key of the item in the process.</param>
public sealed record GateItemName(Guid Id, string Set, string Key, string Title);

/// <summary>Something happened to one item. The event's subject is what the gates guard, e.g. the release.</summary>
public interface IGateItemEvent : IDomainEvent
{
    GateItemName Item { get; }
}

/// <param name="Sets">Keys of the sets that were put on the subject.</param>
public sealed record GateSetsOpened(Subject Subject, string[] Sets, int Items) : IDomainEvent;

public sealed record GateDueDateMoved(Subject Subject, string Set, DateTimeOffset From, DateTimeOffset To) : IDomainEvent;

public sealed record GatesClosed(Subject Subject, string Reason) : IDomainEvent;

public sealed record GateItemStarted(Subject Subject, GateItemName Item) : IGateItemEvent;

public sealed record GateItemTicked(Subject Subject, GateItemName Item, string? Comment) : IGateItemEvent;

/// <summary>The item is open again, whatever it was before.</summary>
public sealed record GateItemUnticked(Subject Subject, GateItemName Item, GateItemState From, string Reason) : IGateItemEvent;

public sealed record GateItemBlocked(Subject Subject, GateItemName Item, string Reason) : IGateItemEvent;

/// <summary>Somebody looked and said no: the item has failed.</summary>
public sealed record GateItemRejected(Subject Subject, GateItemName Item, string Reason) : IGateItemEvent;

public sealed record GateItemCommented(Subject Subject, GateItemName Item, string Comment) : IGateItemEvent;

/// <param name="About">What the evidence was about (a commit, a document's hash), or null.</param>
public sealed record EvidenceLinked(Subject Subject, GateItemName Item, Guid EvidenceId, string Title, string Link, string? About) : IGateItemEvent;

/// <summary>Somebody is asked to settle the item: mail goes to him.</summary>
/// <param name="AssigneeId">Null when the item is nobody's any more.</param>
public sealed record GateItemAssigned(
    Subject Subject,
    GateItemName Item,
    Guid? AssigneeId,
    string? AssigneeName,
    Guid? PreviousId,
    DateTimeOffset DueAt) : IGateItemEvent;

/// <summary>An automated check, or a program with a key, said how it stands.</summary>
/// <param name="Check">Name of the check, or of the key.</param>
public sealed record GateCheckReported(
    Subject Subject,
    GateItemName Item,
    string Check,
    bool Passed,
    string Explanation,
    GateItemState From,
    GateItemState To) : IGateItemEvent
{
    /// <summary>The item passed before and does not now.</summary>
    [JsonIgnore]
    public bool TookBack => From == GateItemState.Passed && To != GateItemState.Passed;
}

/// <param name="Until">When the waiver ends, UTC.</param>
public sealed record GateWaiverRequested(
    Subject Subject,
    GateItemName Item,
    Guid WaiverId,
    string Reason,
    string RiskOfGoing,
    string RiskOfNotGoing,
    DateTimeOffset Until,
    string? FollowUp) : IGateItemEvent;

/// <summary>Enough people approved: the item no longer denies, until the waiver ends.</summary>
public sealed record GateItemWaived(Subject Subject, GateItemName Item, Guid WaiverId, string AskedBy, string ApprovedBy, DateTimeOffset Until) : IGateItemEvent;

/// <summary>One of several approvers that the process asks for has approved.</summary>
public sealed record GateWaiverSeconded(Subject Subject, GateItemName Item, Guid WaiverId, string ApprovedBy, int Missing) : IGateItemEvent;

public sealed record GateWaiverDeclined(Subject Subject, GateItemName Item, Guid WaiverId, string Reason) : IGateItemEvent;

/// <summary>The waiver's time is over: the item denies again.</summary>
public sealed record GateWaiverExpired(Subject Subject, GateItemName Item, Guid WaiverId) : IGateItemEvent;
