using System.Collections.Immutable;
using Athena.Dashboard.Communication.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Communication.Domain;

/// <summary>A message on its way out; of a release's timeline, or to one person.</summary>
public sealed record OutboxMessage : IVersioned
{
    public const int LongestSubject = 200;

    /// <summary>After this many failed tries it waits for a person.</summary>
    public const int MostAttempts = 12;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    public required Guid Id { get; init; }

    public long Version { get; init; } = 1;

    /// <summary>The release's version, or <see cref="CommunicationSubject.Direct"/>.</summary>
    public required string Release { get; init; }

    /// <summary>The item of the timeline; null for mail to one person.</summary>
    public Guid? ItemId { get; init; }

    /// <summary>Key of the item, which decides the template; empty for mail to one person.</summary>
    public required string Key { get; init; }

    /// <summary>For people.</summary>
    public required string Title { get; init; }

    public required CommunicationChannel Channel { get; init; }

    /// <summary>Key of the recipient list; empty for mail to one person.</summary>
    public required string Audience { get; init; }

    /// <summary>Days from the target date; messages on or after it announce a release that has to be under way.</summary>
    public int Day { get; init; }

    public required DateTimeOffset DueAt { get; init; }

    /// <summary>As a person wrote it, placeholders included; null while the template applies.</summary>
    public string? EditedSubject { get; init; }

    /// <summary>Markdown as a person wrote it, placeholders included; null while the template applies.</summary>
    public string? EditedBody { get; init; }

    public MessageState State { get; init; }

    public MessageHold Hold { get; init; }

    /// <summary>Why it is held or has no channel, for people; null otherwise.</summary>
    public string? Cause { get; init; }

    /// <summary>A person sent it in spite of what holds it.</summary>
    public bool IsForced { get; init; }

    /// <summary>The Message-ID header, set at the first try and the same in every later one: receivers drop a second copy.</summary>
    public string? MailId { get; init; }

    /// <summary>Message-ID of the message that this one corrects, or null.</summary>
    public string? InReplyTo { get; init; }

    /// <summary>Everybody whom it goes to, fixed when sending begins.</summary>
    public ImmutableArray<string> Recipients { get; init; } = [];

    /// <summary>How many of <see cref="Recipients"/>, from the first on, the mail server has taken.</summary>
    public int Delivered { get; init; }

    /// <summary>As it went out.</summary>
    public string? SentSubject { get; init; }

    /// <summary>As it went out, Markdown.</summary>
    public string? SentBody { get; init; }

    public int Attempts { get; init; }

    public DateTimeOffset? NextAttemptAt { get; init; }

    public string? LastError { get; init; }

    public DateTimeOffset? SentAt { get; init; }

    public bool IsOver => State is MessageState.Sent or MessageState.Cancelled;

    /// <summary>Nobody has it yet: its text and time can still be changed.</summary>
    public bool IsOpen => State is MessageState.Waiting or MessageState.NoChannel or MessageState.Held || (State == MessageState.Failed && Delivered == 0);

    public bool IsHeldByPeople => Hold is MessageHold.ByHand or MessageHold.Missed or MessageHold.Draft;

    /// <summary>May be sent now as far as the message itself is concerned.</summary>
    public bool IsReady(DateTimeOffset now) => State switch
    {
        MessageState.Waiting => IsForced || DueAt <= now,
        MessageState.Failed => NextAttemptAt <= now,
        MessageState.Unknown => true,
        _ => false,
    };

    /// <summary>
    /// Follows what is true outside. A message that some of its readers have already is left alone, and one that failed
    /// waits for its next try unless something holds it.
    /// </summary>
    /// <param name="noChannel">Why there is no way out, or null.</param>
    /// <param name="holds">Why the release's state holds it, or null.</param>
    public Decision<OutboxMessage> Assess(string? noChannel, string? holds)
    {
        if (!IsOpen || (State == MessageState.Failed && (holds is null || IsForced))) return new Decision<OutboxMessage>(this, []);
        var next = this switch
        {
            { IsHeldByPeople: true } => this with { State = MessageState.Held },
            { IsForced: false } when holds is not null => this with { State = MessageState.Held, Hold = MessageHold.ByItself, Cause = holds },
            _ when noChannel is not null => this with { State = MessageState.NoChannel, Hold = MessageHold.None, Cause = noChannel },
            _ => this with { State = MessageState.Waiting, Hold = MessageHold.None, Cause = null },
        };
        if (next.State == State && next.Cause == Cause) return new Decision<OutboxMessage>(this, []);
        return new Decision<OutboxMessage>(next, [next.State switch
        {
            MessageState.Held => new MessageHeld(Release, Id, Title, next.Cause!),
            MessageState.NoChannel => new MessageHasNoChannel(Release, Id, Title, next.Cause!),
            _ => new MessageFreed(Release, Id, Title),
        }]);
    }

    public Outcome<Decision<OutboxMessage>> Edit(string subject, string body)
    {
        if (!IsOpen) return Gone("changed");
        subject = subject.Trim();
        var faults = ImmutableArray.CreateBuilder<RefusalItem>();
        if (subject.Length is 0 or > LongestSubject || subject.Any(char.IsControl))
            faults.Add(new RefusalItem("subject", subject.Length == 0 ? "empty" : subject.Length > LongestSubject ? "too long" : "has line breaks or control characters", Expected: FormattableString.Invariant($"one line of 1 to {LongestSubject} characters")));
        if (string.IsNullOrWhiteSpace(body)) faults.Add(new RefusalItem("body", "empty"));
        if (faults.Count > 0) return Refusal.Invalid("invalid_message", "The message cannot be saved.", [.. faults]);
        return subject == EditedSubject && body == EditedBody
            ? new Decision<OutboxMessage>(this, [])
            : new Decision<OutboxMessage>(this with { EditedSubject = subject, EditedBody = body }, [new MessageEdited(Release, Id, Title)]);
    }

    /// <summary>Back to the template.</summary>
    public Outcome<Decision<OutboxMessage>> Reset()
    {
        if (!IsOpen) return Gone("changed");
        return new Decision<OutboxMessage>(this with { EditedSubject = null, EditedBody = null }, [new MessageEdited(Release, Id, Title)]);
    }

    /// <summary>Sends it as soon as there is a way out, whatever its time and whatever holds it.</summary>
    public Outcome<Decision<OutboxMessage>> SendNow(DateTimeOffset now)
    {
        if (State == MessageState.Failed) return Retry(now);
        if (!IsOpen) return Gone("sent");
        return new Decision<OutboxMessage>(
            this with { State = MessageState.Waiting, Hold = MessageHold.None, Cause = null, IsForced = true },
            [new MessageForced(Release, Id, Title, State == MessageState.Held ? Cause : null)]);
    }

    public Outcome<Decision<OutboxMessage>> HoldBy(Actor actor, string? reason)
    {
        if (!IsOpen) return Gone("held");
        var cause = string.IsNullOrWhiteSpace(reason) ? $"Held by {actor.Name}." : $"Held by {actor.Name}: {reason.Trim()}";
        return new Decision<OutboxMessage>(
            this with { State = MessageState.Held, Hold = MessageHold.ByHand, Cause = cause, IsForced = false },
            [new MessageHeld(Release, Id, Title, cause)]);
    }

    /// <summary>Ends a hold that people have to end; it then goes out at its time.</summary>
    public Outcome<Decision<OutboxMessage>> Free()
    {
        if (State != MessageState.Held) return Refusal.Conflict("message_not_held", $"“{Title}” is not held.");
        if (!IsHeldByPeople) return Refusal.Conflict("message_held", $"“{Title}” is held by itself.", $"{Cause} It goes out by itself when that is over; “send now” sends it all the same.");
        return new Decision<OutboxMessage>(this with { State = MessageState.Waiting, Hold = MessageHold.None, Cause = null }, [new MessageFreed(Release, Id, Title)]);
    }

    /// <summary>Tries a failed message again at once, with a fresh count of tries.</summary>
    public Outcome<Decision<OutboxMessage>> Retry(DateTimeOffset now)
    {
        if (State != MessageState.Failed) return Refusal.Conflict("message_not_failed", $"“{Title}” has not failed.");
        return new Decision<OutboxMessage>(this with { Attempts = 0, NextAttemptAt = now }, [new MessageForced(Release, Id, Title, LastError)]);
    }

    /// <summary>It will not go out any more. Nothing happens to one that is out already.</summary>
    public OutboxMessage Cancel(string cause) => IsOver ? this : this with { State = MessageState.Cancelled, Hold = MessageHold.None, Cause = cause, NextAttemptAt = null };

    /// <summary>Undoes <see cref="Cancel"/>.</summary>
    public OutboxMessage Revive() => State == MessageState.Cancelled ? this with { State = MessageState.Waiting, Cause = null } : this;

    /// <summary>Its day is over and nobody has it: a person decides.</summary>
    public OutboxMessage Miss(string cause) => this with { State = MessageState.Held, Hold = MessageHold.Missed, Cause = cause };

    /// <summary>Follows its item to another time. A new day in the future ends the question whether it was missed.</summary>
    /// <param name="missed">Why its new day has passed already, or null.</param>
    public OutboxMessage Redate(int day, DateTimeOffset dueAt, string? missed)
    {
        if (IsOver || State == MessageState.Sending) return this;
        var moved = this with { Day = day, DueAt = dueAt };
        if (missed is not null && IsOpen && !IsHeldByPeople && !IsForced) return moved.Miss(missed);
        return missed is null && Hold == MessageHold.Missed ? moved with { State = MessageState.Waiting, Hold = MessageHold.None, Cause = null } : moved;
    }

    /// <summary>
    /// Fixes text and recipients, and says so before the first byte goes out: what follows can be cut off at any point.
    /// What may have reached somebody stays as it was.
    /// </summary>
    /// <param name="domain">Right side of the Message-ID.</param>
    public OutboxMessage Begin(string subject, string body, ImmutableArray<string> recipients, string domain)
    {
        var isFixed = SentSubject is not null && (State == MessageState.Unknown || Delivered > 0);
        return this with
        {
            State = MessageState.Sending,
            Cause = null,
            MailId = MailId ?? $"<{Id:N}@{domain}>",
            SentSubject = isFixed ? SentSubject : subject,
            SentBody = isFixed ? SentBody : body,
            Recipients = isFixed ? Recipients : recipients,
            Attempts = Attempts + 1,
            NextAttemptAt = null,
            LastError = null,
        };
    }

    /// <summary>Some more readers have it.</summary>
    public OutboxMessage Pass(int delivered, string? refused) =>
        this with { Delivered = delivered, LastError = refused is null ? LastError : LastError is null ? refused : LastError + ", " + refused };

    public Decision<OutboxMessage> Finish(DateTimeOffset now) => new(
        this with { State = MessageState.Sent, SentAt = now },
        [new MessageSent(Release, Id, Title, Recipients.Length, LastError)]);

    public Decision<OutboxMessage> Fail(string error, DateTimeOffset now)
    {
        DateTimeOffset? next = Attempts >= MostAttempts ? null : now + PauseAfter(Attempts);
        return new Decision<OutboxMessage>(
            this with { State = MessageState.Failed, LastError = error, NextAttemptAt = next },
            [new MessageFailed(Release, Id, Title, Attempts, error, next)]);
    }

    /// <summary>Found in the middle of sending after a start.</summary>
    public Decision<OutboxMessage> Interrupt() => new(this with { State = MessageState.Unknown }, [new MessageUnknown(Release, Id, Title)]);

    /// <summary>10 s, 20 s, 40 s … at most an hour.</summary>
    public static TimeSpan PauseAfter(int attempts)
    {
        var pause = FirstPause * Math.Pow(2, Math.Clamp(attempts - 1, 0, 20));
        return pause < LongestPause ? pause : LongestPause;
    }

    private Refusal Gone(string what) => Refusal.Conflict(
        "message_gone",
        State switch
        {
            MessageState.Sent => $"“{Title}” was sent and cannot be {what} any more.",
            MessageState.Cancelled => $"“{Title}” will not go out: {Cause}",
            _ => $"“{Title}” is on its way and cannot be {what} any more.",
        });
}
