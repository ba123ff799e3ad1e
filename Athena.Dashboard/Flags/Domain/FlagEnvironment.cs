using System.Collections.Immutable;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain.Evaluation;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Domain;

/// <summary>The setting of a flag in one environment. What may be done to it is in <see cref="FlagDecisions"/>.</summary>
public sealed record FlagEnvironment : IVersioned
{
    public required string FlagKey { get; init; }

    public required string Environment { get; init; }

    public bool Enabled { get; init; }

    /// <summary>All have to hold; none means everybody.</summary>
    public ImmutableArray<Condition> Conditions { get; init; } = [];

    /// <summary>Attribute whose value decides the bucket: <c>targetingKey</c> splits by user, <c>workspace</c> by workspace.</summary>
    public string BucketBy { get; init; } = ContextNames.TargetingKey;

    /// <summary>Share of those for whom all conditions hold.</summary>
    public Percentage Percentage { get; init; } = Percentage.Hundred;

    /// <summary>Cohorts that get the on variant whatever the percentage says, if all conditions hold.</summary>
    public ImmutableArray<string> Audience { get; init; } = [];

    /// <summary>Variant for those for whom a condition does not hold.</summary>
    public string Fallback { get; init; } = Variant.Off;

    /// <summary>When the flag switches itself on; null when that is not planned, or past.</summary>
    public DateTimeOffset? EnableAt { get; init; }

    /// <summary>When the flag switches itself off; null when that is not planned, or past.</summary>
    public DateTimeOffset? DisableAt { get; init; }

    /// <summary>The rollout that owns percentage and conditions, or null.</summary>
    public Guid? RolloutId { get; init; }

    public long Version { get; init; } = 1;

    public FlagExposure ToExposure() => new(FlagKey, Environment, Enabled, Percentage, Audience, RolloutId, Version);

    public bool HasSameTargeting(FlagEnvironment other) =>
        Percentage == other.Percentage
        && BucketBy == other.BucketBy
        && Fallback == other.Fallback
        && Conditions.SequenceEqual(other.Conditions)
        && Audience.SequenceEqual(other.Audience, StringComparer.Ordinal);

    public bool IsSameAs(FlagEnvironment other) =>
        Enabled == other.Enabled
        && EnableAt == other.EnableAt
        && DisableAt == other.DisableAt
        && RolloutId == other.RolloutId
        && HasSameTargeting(other);
}

/// <summary>What people can edit of a flag's setting; everything is given, also what stays as it is.</summary>
public sealed record FlagSettings(
    ImmutableArray<Condition> Conditions,
    Percentage Percentage,
    ImmutableArray<string> Audience,
    string BucketBy = ContextNames.TargetingKey,
    string Fallback = Variant.Off,
    DateTimeOffset? EnableAt = null,
    DateTimeOffset? DisableAt = null)
{
    public const int MostConditions = 20;
    public const int MostValues = 1_000;
    public const int LongestValue = 200;

    public static FlagSettings Of(FlagEnvironment environment) => new(
        environment.Conditions,
        environment.Percentage,
        environment.Audience,
        environment.BucketBy,
        environment.Fallback,
        environment.EnableAt,
        environment.DisableAt);

    public IEnumerable<RefusalItem> Faults(FlagEnvironment before, DateTimeOffset now)
    {
        if (Conditions.Length > MostConditions) yield return new("conditions", "are too many", $"{Conditions.Length}", $"up to {MostConditions}");
        for (var i = 0; i < Conditions.Length; i++)
        {
            var place = $"conditions[{i}]";
            if (!IsText(Conditions[i].Attribute)) yield return new(place + ".attribute", "has a wrong length", null, $"1 to {LongestValue} characters");
            if (Conditions[i].Values.Length is 0 or > MostValues) yield return new(place + ".values", "has a wrong number of values", $"{Conditions[i].Values.Length}", $"1 to {MostValues}");
            if (!Conditions[i].Values.All(IsText)) yield return new(place + ".values", "has a value of a wrong length", null, $"1 to {LongestValue} characters each");
        }

        foreach (var twice in Conditions.GroupBy(condition => condition.Attribute, StringComparer.Ordinal).Where(group => group.Count() > 1))
            yield return new("conditions", "ask for an attribute twice", twice.Key, "one condition for each attribute");
        if (Audience.Length > MostValues || !Audience.All(IsText)) yield return new("audience", "is not a list of cohorts", null, $"up to {MostValues} names of 1 to {LongestValue} characters");
        if (!IsText(BucketBy)) yield return new("bucketBy", "has a wrong length", null, $"1 to {LongestValue} characters");
        if (Fallback is not (Variant.On or Variant.Off)) yield return new("fallback", "is not a variant", Fallback, "on or off");
        if (EnableAt is not null && EnableAt != before.EnableAt && EnableAt <= now) yield return new("enableAt", "is past", $"{EnableAt:u}", "a time to come");
        if (DisableAt is not null && DisableAt != before.DisableAt && DisableAt <= now) yield return new("disableAt", "is past", $"{DisableAt:u}", "a time to come");
        if (EnableAt is not null && before.Enabled) yield return new("enableAt", "is set although the flag is on", $"{EnableAt:u}", "nothing, or switch the flag off first");
        if (EnableAt is not null && DisableAt is not null && DisableAt <= EnableAt) yield return new("disableAt", "is not after enableAt", $"{DisableAt:u}", $"later than {EnableAt:u}");
    }

    private static bool IsText(string text) => !string.IsNullOrWhiteSpace(text) && text.Length <= LongestValue;
}
