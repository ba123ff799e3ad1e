using System.Collections.Immutable;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain.Evaluation;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Domain;

/// <summary>
/// The setting of a flag in one environment, asked in this order: the switch; <see cref="Prerequisites"/>, or
/// <c>off</c>; <see cref="Rules"/>, the first that matches; then the exposure, which a rollout drives: all
/// <see cref="Conditions"/>, or <see cref="Fallback"/>; one of the cohorts, or a bucket below the percentage, or
/// <c>off</c>. Whoever is exposed gets <see cref="Serve"/>. What may be done to it is in <see cref="FlagDecisions"/>.
/// </summary>
public sealed record FlagEnvironment : IVersioned
{
    public required string FlagKey { get; init; }

    public required string Environment { get; init; }

    public bool Enabled { get; init; }

    /// <summary>Other flags that have to serve something first; all of them.</summary>
    public ImmutableArray<Prerequisite> Prerequisites { get; init; } = [];

    /// <summary>Those whom one of these matches get what it serves, whatever the percentage says; the first decides.</summary>
    public ImmutableArray<FlagRule> Rules { get; init; } = [];

    /// <summary>What the exposed get; null for the flag's <c>on</c>.</summary>
    public Serving? Serve { get; init; }

    /// <summary>All have to hold; none means everybody.</summary>
    public ImmutableArray<Condition> Conditions { get; init; } = [];

    /// <summary>Attribute whose value decides the bucket: <c>targetingKey</c> splits by user, <c>workspace</c> by workspace.</summary>
    public string BucketBy { get; init; } = ContextNames.TargetingKey;

    /// <summary>Share of those for whom all conditions hold.</summary>
    public Percentage Percentage { get; init; } = Percentage.Hundred;

    /// <summary>Cohorts that get the on variant whatever the percentage says, if all conditions hold.</summary>
    public ImmutableArray<string> Audience { get; init; } = [];

    /// <summary>Variant for those for whom a condition does not hold; <c>off</c> also where the flag has no such variant.</summary>
    public string Fallback { get; init; } = Variant.Off;

    /// <summary>When the flag switches itself on; null when that is not planned, or past.</summary>
    public DateTimeOffset? EnableAt { get; init; }

    /// <summary>When the flag switches itself off; null when that is not planned, or past.</summary>
    public DateTimeOffset? DisableAt { get; init; }

    /// <summary>The zone in which these were chosen, an IANA name; null where they were given by offset.</summary>
    public string? ScheduleZone { get; init; }

    /// <summary>Why production was let ahead of the environment before it when it was last raised; null when it was not.</summary>
    public string? AheadBecause { get; init; }

    /// <summary>What was raised here last had the approval that the environment asks for.</summary>
    public bool Approved { get; init; }

    /// <summary>The rollout that owns percentage and conditions, or null.</summary>
    public Guid? RolloutId { get; init; }

    /// <summary>The key of the experiment that compares the variants here, or null: who gets which is frozen meanwhile.</summary>
    public string? Experiment { get; init; }

    public long Version { get; init; } = 1;

    public FlagExposure ToExposure() => new(FlagKey, Environment, Enabled, Percentage, Audience, RolloutId, Version);

    public bool HasSameTargeting(FlagEnvironment other) =>
        Percentage == other.Percentage
        && BucketBy == other.BucketBy
        && Fallback == other.Fallback
        && Serve == other.Serve
        && Prerequisites.SequenceEqual(other.Prerequisites)
        && Rules.SequenceEqual(other.Rules)
        && Conditions.SequenceEqual(other.Conditions)
        && Audience.SequenceEqual(other.Audience, StringComparer.Ordinal);

    public bool IsSameAs(FlagEnvironment other) =>
        Enabled == other.Enabled
        && EnableAt == other.EnableAt
        && DisableAt == other.DisableAt
        && RolloutId == other.RolloutId
        && Experiment == other.Experiment
        && HasSameTargeting(other);
}
