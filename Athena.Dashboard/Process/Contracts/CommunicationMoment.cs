using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Process.Contracts;

/// <summary>A moment around the target date with what is said and done then.</summary>
/// <param name="Key"><c>week-before</c>, <c>three-days-before</c>, <c>release-day</c>, <c>post-release</c>.</param>
/// <param name="FromDay">Days from the target date, negative before it; items are due then unless they say otherwise.</param>
/// <param name="ToDay">Last day of the moment; equal to <paramref name="FromDay"/> when it is one day.</param>
public sealed record CommunicationMoment(string Key, string Title, int FromDay, int ToDay, ImmutableArray<CommunicationItem> Items);

/// <param name="Key">Lower case with hyphens; unique over all moments.</param>
/// <param name="Title">The process's wording.</param>
/// <param name="Owner">Who ticks a task or answers for a message.</param>
/// <param name="Audience">Key of the recipient list of a message; for a task, whom it is for.</param>
/// <param name="Channel">How it gets there.</param>
/// <param name="DueDay">Days from the target date, within the moment.</param>
/// <param name="OnlyAfterRollback">Appears only when the release was rolled back.</param>
public sealed record CommunicationItem(
    string Key,
    string Title,
    CommunicationKind Kind,
    Role Owner,
    string Audience,
    CommunicationChannel Channel,
    int DueDay,
    bool OnlyAfterRollback);

public enum CommunicationKind
{
    /// <summary>Work that somebody ticks when it is done.</summary>
    Task,

    /// <summary>Something that the product sends at its time.</summary>
    Message,
}

public enum CommunicationChannel
{
    /// <summary>Nothing is sent: tasks.</summary>
    None,
    Mail,
    Social,
}
