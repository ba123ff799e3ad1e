namespace Athena.Dashboard.Communication.Domain;

public enum MessageState
{
    /// <summary>Goes out at its time.</summary>
    Waiting,

    /// <summary>There is no way out: no mail server, nobody on the list, no such channel. Goes by itself when there is one.</summary>
    NoChannel,

    /// <summary>Does not go out for now; <see cref="OutboxMessage.Cause"/> says why.</summary>
    Held,

    /// <summary>On its way this moment.</summary>
    Sending,

    /// <summary>Accepted by the mail server for everybody.</summary>
    Sent,

    /// <summary>The last try failed; <see cref="OutboxMessage.NextAttemptAt"/> says when the next is.</summary>
    Failed,

    /// <summary>The product stopped in the middle of sending: it may be out, and is sent again under the same Message-ID.</summary>
    Unknown,

    /// <summary>Will never go out: skipped, done by hand, or its release was cancelled.</summary>
    Cancelled,
}

/// <summary>Who or what holds a message.</summary>
public enum MessageHold
{
    None,

    /// <summary>The state of the release does; it ends with its cause.</summary>
    ByItself,

    /// <summary>A person does, until a person lets it go.</summary>
    ByHand,

    /// <summary>Its day had passed when it was planned: a person has to decide.</summary>
    Missed,

    /// <summary>The product drafted it, and a person has to read it first.</summary>
    Draft,
}
