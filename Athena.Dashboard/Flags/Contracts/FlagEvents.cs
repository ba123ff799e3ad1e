using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Contracts;

public sealed record FlagCreated(string FlagKey, string Name, FlagKind Kind, string? ReleaseId) : IDomainEvent
{
    public Subject Subject => FlagSubject.Of(FlagKey);
}

/// <summary>The flag was off everywhere and is gone; clients that still ask get FLAG_NOT_FOUND.</summary>
public sealed record FlagDeleted(string FlagKey, string Reason) : IDomainEvent
{
    public Subject Subject => FlagSubject.Of(FlagKey);
}

/// <summary>Something about the flag was edited: its description, its conditions, its schedule, its fallback.</summary>
/// <param name="Environment">Null when what changed is common to all environments.</param>
public sealed record FlagChanged(string FlagKey, string? Environment, string Reason) : IDomainEvent
{
    public Subject Subject => FlagSubject.Of(FlagKey);
}

/// <summary>What the flag can answer was edited, in all environments: values, names, payloads.</summary>
public sealed record FlagVariantsChanged(string FlagKey, string Reason) : IDomainEvent
{
    public Subject Subject => FlagSubject.Of(FlagKey);
}

/// <param name="By">Name of who did it.</param>
public sealed record FlagSwitchedOn(string FlagKey, string Environment, string By, string Reason) : IDomainEvent
{
    public Subject Subject => FlagSubject.Of(FlagKey);
}

/// <summary>Everybody in the environment gets the off variant. A rollout that owns the flag pauses on this.</summary>
/// <param name="By">Name of who did it.</param>
/// <param name="RolloutId">The rollout that owns the flag there, or null.</param>
public sealed record FlagSwitchedOff(string FlagKey, string Environment, string By, string Reason, Guid? RolloutId) : IDomainEvent
{
    public Subject Subject => FlagSubject.Of(FlagKey);
}

/// <summary>The schedule was due to switch the flag on and did not; it will not try again.</summary>
/// <param name="Reason">What stood against it.</param>
public sealed record FlagScheduleRefused(string FlagKey, string Environment, string Reason) : IDomainEvent
{
    public Subject Subject => FlagSubject.Of(FlagKey);
}

/// <summary>Percentage, audience or ownership in one environment changed.</summary>
/// <param name="Lowered">True when nobody was added.</param>
public sealed record FlagExposureChanged(
    string FlagKey,
    string Environment,
    Percentage Percentage,
    ImmutableArray<string> Audience,
    Guid? RolloutId,
    bool Lowered,
    string Reason) : IDomainEvent
{
    public Subject Subject => FlagSubject.Of(FlagKey);
}
