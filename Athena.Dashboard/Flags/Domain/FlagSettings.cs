using System.Collections.Immutable;
using Athena.Dashboard.Flags.Domain.Evaluation;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Domain;

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
    public const int MostConditions = ConditionRules.MostInList;
    public const int MostValues = ConditionRules.MostValues;
    public const int LongestValue = ConditionRules.LongestValue;
    public const int MostRules = 100;
    public const int MostPrerequisites = 20;

    public ImmutableArray<Prerequisite> Prerequisites { get; init; } = [];

    public ImmutableArray<FlagRule> Rules { get; init; } = [];

    public Serving? Serve { get; init; }

    /// <summary>The zone in which the schedule was chosen, an IANA name; null where it was given by offset.</summary>
    public string? ScheduleZone { get; init; }

    /// <summary>What could not be read at all; told together with what was read and is wrong.</summary>
    public ImmutableArray<RefusalItem> Unreadable { get; init; } = [];

    public static FlagSettings Of(FlagEnvironment environment) => new(
        environment.Conditions,
        environment.Percentage,
        environment.Audience,
        environment.BucketBy,
        environment.Fallback,
        environment.EnableAt,
        environment.DisableAt)
    {
        Prerequisites = environment.Prerequisites,
        Rules = environment.Rules,
        Serve = environment.Serve,
        ScheduleZone = environment.ScheduleZone,
    };

    public FlagEnvironment AppliedTo(FlagEnvironment environment) => environment with
    {
        Conditions = Conditions,
        Percentage = Percentage,
        Audience = Audience,
        BucketBy = BucketBy,
        Fallback = Fallback,
        EnableAt = EnableAt,
        DisableAt = DisableAt,
        Prerequisites = Prerequisites,
        Rules = Rules,
        Serve = Serve,
        ScheduleZone = EnableAt is null && DisableAt is null ? null : ScheduleZone,
    };

    public IEnumerable<RefusalItem> Faults(FlagEnvironment before, DateTimeOffset now, TargetingScope scope) =>
        Unreadable.Concat(TargetingFaults(before.FlagKey, scope)).Concat(ScheduleFaults(before, now));

    private IEnumerable<RefusalItem> TargetingFaults(string key, TargetingScope scope)
    {
        foreach (var fault in ConditionRules.Faults(Conditions, "conditions", scope.Segments)) yield return fault;
        var equalities = Conditions.OfType<Condition.Clause>().Where(clause => clause.Operator == ClauseOperator.In);
        foreach (var twice in equalities.GroupBy(clause => clause.Attribute, StringComparer.Ordinal).Where(group => group.Count() > 1))
            yield return new("conditions", "ask for an attribute twice", ConditionRules.Shorten(twice.Key), "one equality for each attribute");
        foreach (var fault in Rules.SelectMany((rule, i) => RuleFaults(rule, $"rules[{i}]", scope))) yield return fault;
        if (Rules.Length > MostRules) yield return new("rules", "are too many", $"{Rules.Length}", $"up to {MostRules}");
        if (Rules.Sum(rule => rule.Conditions.Sum(condition => condition.Everything().Count())) > ConditionRules.MostInAll * 4)
            yield return new("rules", "have too many conditions in all", null, $"up to {ConditionRules.MostInAll * 4}");
        foreach (var fault in Serve?.Faults("serve", scope.Variants) ?? []) yield return fault;
        foreach (var fault in PrerequisiteFaults(key, scope)) yield return fault;
        if (Audience.Length > MostValues || !Audience.All(ConditionRules.IsText)) yield return new("audience", "is not a list of cohorts", null, $"up to {MostValues} names of 1 to {LongestValue} characters");
        if (!ConditionRules.IsText(BucketBy)) yield return new("bucketBy", "has a wrong length", null, $"1 to {LongestValue} characters");
        if (Fallback != Variant.Off && !scope.Variants.Contains(Fallback)) yield return new("fallback", "is not a variant", ConditionRules.Shorten(Fallback), string.Join(", ", scope.Variants));
    }

    private static IEnumerable<RefusalItem> RuleFaults(FlagRule rule, string place, TargetingScope scope)
    {
        if (rule.Name.Length > FlagDescription.LongestName) yield return new(place + ".name", "is too long", $"{rule.Name.Length} characters", $"up to {FlagDescription.LongestName} characters");
        foreach (var fault in ConditionRules.Faults(rule.Conditions, place + ".conditions", scope.Segments)) yield return fault;
        foreach (var fault in rule.Serve.Faults(place + ".serve", scope.Variants)) yield return fault;
    }

    private IEnumerable<RefusalItem> PrerequisiteFaults(string key, TargetingScope scope)
    {
        if (Prerequisites.Length > MostPrerequisites) yield return new("prerequisites", "are too many", $"{Prerequisites.Length}", $"up to {MostPrerequisites}");
        for (var i = 0; i < Prerequisites.Length; i++)
        {
            var (place, wanted) = ($"prerequisites[{i}]", Prerequisites[i]);
            if (!scope.Flags.TryGetValue(wanted.Flag, out var other)) yield return new(place + ".flag", "is not a flag", ConditionRules.Shorten(wanted.Flag), "the key of another flag");
            else if (!other.Variants.Contains(wanted.Variant)) yield return new(place + ".variant", "is not a variant of that flag", ConditionRules.Shorten(wanted.Variant), string.Join(", ", other.Variants));
            if (wanted.Variant == Variant.Off)
                yield return new(place + ".variant", "is off, so that switching that flag off would switch this one on", Variant.Off, "another variant");
        }

        if (Cycles.Find(key, flag => flag == key ? Prerequisites.Select(wanted => wanted.Flag) : scope.Flags.TryGetValue(flag, out var other) ? other.Prerequisites : []) is { } cycle)
            yield return new("prerequisites", "come back to the flag itself", string.Join(" → ", cycle), "no way back to the flag");
    }

    private IEnumerable<RefusalItem> ScheduleFaults(FlagEnvironment before, DateTimeOffset now)
    {
        if (ZonedTime.Fault(ScheduleZone, "zone") is { } zone) yield return zone;
        if (EnableAt is not null && EnableAt != before.EnableAt && EnableAt <= now) yield return new("enableAt", "is past", $"{EnableAt:u}", "a time to come");
        if (DisableAt is not null && DisableAt != before.DisableAt && DisableAt <= now) yield return new("disableAt", "is past", $"{DisableAt:u}", "a time to come");
        if (EnableAt is not null && before.Enabled) yield return new("enableAt", "is set although the flag is on", $"{EnableAt:u}", "nothing, or switch the flag off first");
        if (EnableAt is not null && DisableAt is not null && DisableAt <= EnableAt) yield return new("disableAt", "is not after enableAt", $"{DisableAt:u}", $"later than {EnableAt:u}");
    }
}

/// <summary>What a setting may name: the flag's variants, segments, and the flags that it can depend on in its environment.</summary>
/// <param name="Segments">Null: any may be named.</param>
/// <param name="Flags">Those that are named as prerequisites, and all that these depend on.</param>
public sealed record TargetingScope(IReadOnlyCollection<string> Variants, IReadOnlySet<string>? Segments, IReadOnlyDictionary<string, TargetingScope.Other> Flags)
{
    /// <summary>A boolean flag on its own.</summary>
    public static TargetingScope Boolean { get; } = new([Variant.On, Variant.Off], null, ImmutableDictionary<string, Other>.Empty);

    public sealed record Other(ImmutableArray<string> Variants, ImmutableArray<string> Prerequisites);
}
