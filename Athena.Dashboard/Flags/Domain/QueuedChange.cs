using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Domain;

public enum QueuedChangeState
{
    Waiting,

    /// <summary>Made when its time came.</summary>
    Made,

    /// <summary>Its time came, and something stood against it.</summary>
    Refused,

    /// <summary>Taken back before its time.</summary>
    Cancelled,
}

/// <summary>
/// A change of a setting that is made by itself at an instant. It changes what it was seen to change and leaves the
/// rest alone, so that several can follow each other; where somebody else changed the same thing, it is not made.
/// </summary>
public sealed record QueuedChange : IVersioned
{
    public const int MostWaiting = 20;

    public required Guid Id { get; init; }

    public required string FlagKey { get; init; }

    public required string Environment { get; init; }

    /// <summary>The setting as it will be by then, with what is queued ahead of it.</summary>
    public required FlagEnvironment Before { get; init; }

    /// <summary>The setting as it is to be.</summary>
    public required FlagEnvironment After { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The zone in which the instant was chosen, an IANA name; null where it was given by offset.</summary>
    public string? Zone { get; init; }

    public required string Reason { get; init; }

    /// <summary>Production may be ahead of the environment before it.</summary>
    public bool Override { get; init; }

    public required Guid AuthorId { get; init; }

    public required string AuthorName { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public QueuedChangeState State { get; init; }

    /// <summary>What stood against it; null when nothing did.</summary>
    public string? Against { get; init; }

    public long Version { get; init; } = 1;

    /// <param name="decided">What the change would make of <paramref name="before"/> if it were made now.</param>
    public static Outcome<Decision<QueuedChange>> Queue(Guid id, FlagEnvironment before, Decision<FlagEnvironment> decided, DateTimeOffset at, string? zone, ChangeTerms terms)
    {
        if (at <= terms.Now) return Refusal.Invalid("queued_change_invalid", "A change is queued for a time to come.", new RefusalItem("at", "is past", $"{at:u}", "a time to come"));
        // The switch's own schedule is a queue of its own.
        var after = decided.State with { EnableAt = before.EnableAt, DisableAt = before.DisableAt, ScheduleZone = before.ScheduleZone };
        if (after.IsSameAs(before)) return Refusal.Conflict("nothing_changes", "The change makes nothing different.");
        var queued = new QueuedChange
        {
            Id = id,
            FlagKey = before.FlagKey,
            Environment = before.Environment,
            Before = before,
            After = after,
            At = at,
            Zone = zone,
            Reason = terms.Reason.Trim(),
            Override = terms.Consent.Override,
            AuthorId = terms.Actor.Id,
            AuthorName = terms.Actor.Name,
            CreatedAt = terms.Now,
        };
        return new Decision<QueuedChange>(queued, [new ChangeQueued(id, queued.FlagKey, queued.Environment, at, zone, queued.Reason)]);
    }

    public Outcome<Decision<QueuedChange>> Cancel() => State != QueuedChangeState.Waiting
        ? Over()
        : new Decision<QueuedChange>(this with { State = QueuedChangeState.Cancelled }, [new QueuedChangeCancelled(Id, FlagKey, Environment)]);

    /// <summary>What it makes of the setting as it is now.</summary>
    public Outcome<Decision<FlagEnvironment>> Make(FlagEnvironment current, ChangeTerms terms) => current.Carry(Before, After, terms);

    public Outcome<Decision<QueuedChange>> Made() => State != QueuedChangeState.Waiting ? Over() : new Decision<QueuedChange>(this with { State = QueuedChangeState.Made }, [new QueuedChangeMade(Id, FlagKey, Environment)]);

    public Outcome<Decision<QueuedChange>> Refuse(string against) => State != QueuedChangeState.Waiting
        ? Over()
        : new Decision<QueuedChange>(this with { State = QueuedChangeState.Refused, Against = against }, [new QueuedChangeRefused(Id, FlagKey, Environment, against)]);

    private Refusal Over() => Refusal.Conflict("queued_change_over", $"The queued change of {FlagKey} waits no more.");
}
