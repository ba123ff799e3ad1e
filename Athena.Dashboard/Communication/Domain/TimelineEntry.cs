using Athena.Dashboard.Communication.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Communication.Domain;

public enum ItemState
{
    Open,

    /// <summary>Ticked by somebody, or its message was sent.</summary>
    Done,

    /// <summary>Left out, with a reason.</summary>
    Skipped,
}

/// <summary>A task or a message of a release's timeline.</summary>
public sealed record TimelineEntry : IVersioned
{
    public const int LongestReason = 500;

    public required Guid Id { get; init; }

    public required string Release { get; init; }

    public long Version { get; init; } = 1;

    /// <summary>Key of the moment.</summary>
    public required string Moment { get; init; }

    /// <summary>Unique in its release.</summary>
    public required string Key { get; init; }

    public required string Title { get; init; }

    public required CommunicationKind Kind { get; init; }

    public required Role Owner { get; init; }

    public required string Audience { get; init; }

    public required CommunicationChannel Channel { get; init; }

    /// <summary>Days from the target date; negative before it.</summary>
    public required int Day { get; init; }

    /// <summary>Local time in the release's zone.</summary>
    public required TimeOnly Time { get; init; }

    /// <summary>The two above as an instant, kept so that it can be sorted and looked for.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>Order within the release.</summary>
    public required int Position { get; init; }

    public Guid? AssigneeId { get; init; }

    public string? AssigneeName { get; init; }

    public ItemState State { get; init; }

    public DateTimeOffset? SettledAt { get; init; }

    public string? SettledBy { get; init; }

    /// <summary>Why it was skipped, or what to know of how it was done.</summary>
    public string? Reason { get; init; }

    public bool IsOverdue(DateTimeOffset now) => State == ItemState.Open && DueAt < now;

    /// <summary>Null when the actor may act on this item, else who can.</summary>
    public Refusal? Denies(Actor actor) =>
        actor.May(Permission.EditCommunication) || (actor.May(Permission.TakePart) && (actor.Is(Owner) || actor.Id == AssigneeId))
            ? null
            : Refusal.Forbidden(
                $"{actor.Name} may not act on “{Title}”.",
                [.. AssigneeName is { } name ? new[] { name } : [], .. Permission.EditCommunication.Holders().Append(Owner).Distinct().Select(role => role.Title())]);

    public Outcome<Decision<TimelineEntry>> Tick(Actor actor, DateTimeOffset now, string? remark = null)
    {
        if (State != ItemState.Open) return NotOpen();
        return new Decision<TimelineEntry>(
            this with { State = ItemState.Done, SettledAt = now, SettledBy = actor.Name, Reason = remark },
            [new ItemTicked(Release, Id, Title)]);
    }

    public Outcome<Decision<TimelineEntry>> Untick() =>
        State == ItemState.Open
            ? Refusal.Conflict("item_open", $"“{Title}” is open already.")
            : new Decision<TimelineEntry>(this with { State = ItemState.Open, SettledAt = null, SettledBy = null, Reason = null }, [new ItemUnticked(Release, Id, Title)]);

    public Outcome<Decision<TimelineEntry>> Skip(string reason, Actor actor, DateTimeOffset now)
    {
        reason = reason.Trim();
        if (State != ItemState.Open) return NotOpen();
        if (reason.Length is 0 or > LongestReason)
        {
            return Refusal.Invalid(
                "reason_required",
                $"“{Title}” is skipped only with a reason.",
                new RefusalItem("reason", reason.Length == 0 ? "missing" : "too long", Expected: FormattableString.Invariant($"1 to {LongestReason} characters")));
        }

        return new Decision<TimelineEntry>(
            this with { State = ItemState.Skipped, SettledAt = now, SettledBy = actor.Name, Reason = reason },
            [new ItemSkipped(Release, Id, Title, reason)]);
    }

    public Decision<TimelineEntry> Assign(Guid? assigneeId, string? name) =>
        assigneeId == AssigneeId
            ? new Decision<TimelineEntry>(this, [])
            : new Decision<TimelineEntry>(this with { AssigneeId = assigneeId, AssigneeName = name }, [new ItemAssigned(Release, Id, Title, assigneeId, name)]);

    /// <param name="day">Days from the target date.</param>
    public Outcome<Decision<TimelineEntry>> Redate(int day, TimeOnly time, CommunicationPlan plan)
    {
        if (State != ItemState.Open) return NotOpen();
        var due = plan.DueAt(day, time);
        return due == DueAt && day == Day && time == Time
            ? new Decision<TimelineEntry>(this, [])
            : new Decision<TimelineEntry>(this with { Day = day, Time = time, DueAt = due }, [new ItemRedated(Release, Id, Title, DueAt, due)]);
    }

    private Refusal NotOpen() => Refusal.Conflict(
        "item_settled",
        State == ItemState.Done ? $"“{Title}” was done by {SettledBy} already." : $"“{Title}” was skipped by {SettledBy}: {Reason}",
        "Open it again first.");
}
