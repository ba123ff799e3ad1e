using System.Globalization;
using Athena.Dashboard.Communication.Domain;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;

namespace Athena.Dashboard.Communication.Pages;

/// <summary>The words and shapes in which pages speak of timelines and messages.</summary>
internal static class CommunicationPhrases
{
    public static (StateKind Kind, string Text) State(TimelineRow row, DateTimeOffset now) => row switch
    {
        { Entry.State: ItemState.Done } => (StateKind.Good, row.Message?.State == MessageState.Sent ? "Sent" : "Done"),
        { Entry.State: ItemState.Skipped } => (StateKind.Muted, "Skipped"),
        { Message: { } message } => State(message, now),
        { Entry: var entry } when entry.IsOverdue(now) => (StateKind.Hold, "Overdue"),
        _ => (StateKind.Neutral, "Open"),
    };

    public static (StateKind Kind, string Text) State(OutboxMessage message, DateTimeOffset now) => message.State switch
    {
        MessageState.Waiting when message.IsReady(now) => (StateKind.Progress, "Due now"),
        MessageState.Waiting => (StateKind.Neutral, "Waiting"),
        MessageState.NoChannel => (StateKind.Hold, "No channel"),
        MessageState.Held => (StateKind.Hold, message.Hold == MessageHold.Draft ? "Draft" : "Held"),
        MessageState.Sending => (StateKind.Progress, "Sending"),
        MessageState.Sent => (StateKind.Good, "Sent"),
        MessageState.Failed => (StateKind.Harm, "Failed"),
        MessageState.Unknown => (StateKind.Hold, "Unknown"),
        MessageState.Cancelled => (StateKind.Muted, "Not sent"),
        _ => throw new ArgumentOutOfRangeException(nameof(message), message.State, null),
    };

    /// <summary>One sentence behind the state; null where the state says all.</summary>
    public static string? Detail(TimelineRow row) => row switch
    {
        { Entry: { State: not ItemState.Open, Reason: { Length: > 0 } reason } entry } => entry.State == ItemState.Skipped ? reason : null,
        { Message: { } message } => Detail(message),
        _ => null,
    };

    public static string? Detail(OutboxMessage message) => message.State switch
    {
        MessageState.Failed => message.NextAttemptAt is null ? $"{message.LastError} Given up after {message.Attempts} tries." : message.LastError,
        MessageState.Unknown => "The product stopped while it was being sent. It goes out again under the same Message-ID.",
        MessageState.Sent => message.LastError,
        _ => message.Cause,
    };

    public static string? Why(Refusal? refusal) =>
        refusal is null ? null
        : refusal.WhoCan.IsEmpty ? $"{refusal.Title} {refusal.Detail}".TrimEnd()
        : $"{refusal.Title} {string.Join(", ", refusal.WhoCan)} can.";

    /// <summary>A day on the timeline: <c>3 days before</c>.</summary>
    public static string Day(int day) => day switch
    {
        0 => "on the day of release",
        -1 => "the day before",
        1 => "the day after",
        < 0 => (-day).ToString(CultureInfo.InvariantCulture) + " days before",
        _ => day.ToString(CultureInfo.InvariantCulture) + " days after",
    };
}
