using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Experiments.Contracts;

/// <summary>How events and audit name an experiment.</summary>
public static class ExperimentSubject
{
    public const string Kind = "experiment";

    public static Subject Of(string key) => new(Kind, key);
}

public sealed record ExperimentCreated(string ExperimentKey, string Name, string FlagKey, string Environment) : IDomainEvent
{
    public Subject Subject => ExperimentSubject.Of(ExperimentKey);
}

/// <summary>What it asks was changed before it began.</summary>
public sealed record ExperimentChanged(string ExperimentKey) : IDomainEvent
{
    public Subject Subject => ExperimentSubject.Of(ExperimentKey);
}

/// <summary>It runs; its flag keeps variants and shares until it is over.</summary>
public sealed record ExperimentStarted(string ExperimentKey, string FlagKey, string Environment) : IDomainEvent
{
    public Subject Subject => ExperimentSubject.Of(ExperimentKey);
}

/// <summary>Its planned start came and it was not begun; it will not try again by itself.</summary>
/// <param name="Reason">What stood against it.</param>
public sealed record ExperimentStartRefused(string ExperimentKey, string Reason) : IDomainEvent
{
    public Subject Subject => ExperimentSubject.Of(ExperimentKey);
}

/// <summary>Its flag was switched off or lowered while it ran, so that its users are no longer those it began with.</summary>
public sealed record ExperimentDisturbed(string ExperimentKey, string What) : IDomainEvent
{
    public Subject Subject => ExperimentSubject.Of(ExperimentKey);
}

public sealed record ExperimentStopped(string ExperimentKey, string Reason) : IDomainEvent
{
    public Subject Subject => ExperimentSubject.Of(ExperimentKey);
}

public sealed record ExperimentCancelled(string ExperimentKey, string Reason) : IDomainEvent
{
    public Subject Subject => ExperimentSubject.Of(ExperimentKey);
}

/// <summary>It ended in a decision.</summary>
/// <param name="Decision"><c>ship</c>, <c>keepControl</c> or <c>inconclusive</c>.</param>
/// <param name="Variant">What everybody is to get, or null.</param>
public sealed record ExperimentDecided(string ExperimentKey, string Decision, string? Variant, string Reason) : IDomainEvent
{
    public Subject Subject => ExperimentSubject.Of(ExperimentKey);
}
