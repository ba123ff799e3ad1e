using System.Collections.Immutable;
using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Gates.Domain;

/// <summary>One item of a checklist on one subject. What may happen to it is in <see cref="GateItemDecisions"/> and <see cref="GateWaiverDecisions"/>.</summary>
public sealed record GateItem : IVersioned
{
    public required Guid Id { get; init; }

    public required string SubjectKind { get; init; }

    public required string SubjectId { get; init; }

    public required string SetKey { get; init; }

    public required string SetTitle { get; init; }

    /// <summary>Place of the set among the sets, from 0.</summary>
    public int SetOrder { get; init; }

    /// <summary>Place of the item in its set, from 0.</summary>
    public int Order { get; init; }

    public required string Key { get; init; }

    public required string Title { get; init; }

    /// <summary>Roles that may settle it; the first is asked to.</summary>
    public required ImmutableArray<Role> Owners { get; init; }

    /// <summary>Name of the check that the process names for it, or null.</summary>
    public string? Check { get; init; }

    /// <summary>As stored; what counts is <see cref="StateAt"/>.</summary>
    public GateItemState State { get; init; }

    public required DateTimeOffset StateSince { get; init; }

    public required DateTimeOffset DueAt { get; init; }

    public Guid? AssigneeId { get; init; }

    public string? AssigneeName { get; init; }

    /// <summary>Why it is in its state; null when nobody said.</summary>
    public string? Comment { get; init; }

    /// <summary>What its check or a program said last, also where <see cref="Comment"/> is a person's word; null before.</summary>
    public string? LastReport { get; init; }

    /// <summary>The waiver that is asked for or in force.</summary>
    public Guid? WaiverId { get; init; }

    /// <summary>When the waiver in force ends; null unless waived.</summary>
    public DateTimeOffset? WaivedUntil { get; init; }

    public required string ChangedBy { get; init; }

    public required DateTimeOffset ChangedAt { get; init; }

    public long Version { get; init; } = 1;

    public Subject Subject => new(SubjectKind, SubjectId);

    public GateItemName Name => new(Id, SetKey, Key, Title);

    /// <summary>A waiver past its end no longer lets anything pass, whether or not that has been recorded yet.</summary>
    public GateItemState StateAt(DateTimeOffset now) =>
        State == GateItemState.Waived && WaivedUntil <= now ? GateItemState.Open : State;

    public bool IsDoneAt(DateTimeOffset now) => StateAt(now).IsDone();

    public bool IsOverdueAt(DateTimeOffset now) => DueAt <= now && !IsDoneAt(now);

    /// <summary>Null when the actor may settle the item, else the refusal that says who can.</summary>
    public Refusal? MayNotSettle(Actor actor, string whatWasTried) => GateRights.MayNotSettle(Owners, Title, actor, whatWasTried);

    /// <summary>Role titles of everybody who may settle the item by hand.</summary>
    public IEnumerable<string> WhoCanSettle() => GateRights.WhoCanSettle(Owners);
}
