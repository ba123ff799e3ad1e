using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Contracts;

/// <summary>A release flag is due for removal, and its owner is to be told: whoever sends mail does, once for each of these.</summary>
/// <param name="ReleaseId">The release that is over.</param>
/// <param name="Since">Since when it is.</param>
/// <param name="Owner">As people wrote it.</param>
/// <param name="To">The owner's addresses, at least one.</param>
/// <param name="Number">1 for the first reminder of this flag.</param>
public sealed record FlagRemovalReminded(string FlagKey, string Name, string ReleaseId, DateTimeOffset Since, string Owner, ImmutableArray<string> To, int Number) : IDomainEvent
{
    public Subject Subject => FlagSubject.Of(FlagKey);

    /// <summary>What the flag's history says of it.</summary>
    public string Reason => $"mail to {Owner}";
}

/// <summary>Nobody is reminded of the flag's removal before an instant.</summary>
public sealed record FlagReminderSnoozed(string FlagKey, DateTimeOffset Until, string Reason) : IDomainEvent
{
    public Subject Subject => FlagSubject.Of(FlagKey);
}
