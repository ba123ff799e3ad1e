using System.Collections.Immutable;
using Athena.Dashboard.Flags.Domain.Evaluation;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Domain;

/// <summary>What a change does to those who get anything but the off variant, now or by its schedule.</summary>
public enum ExposureEffect
{
    /// <summary>Nobody gains or loses it.</summary>
    Same,

    /// <summary>Some may lose it and nobody gains it: nothing may delay such a change.</summary>
    Lowers,

    /// <summary>Somebody may gain it, or get another variant than before.</summary>
    Raises,
}

/// <summary>
/// Compares two settings of one flag by their form. In doubt it says <see cref="ExposureEffect.Raises"/>. Of the other
/// two it can be relied on that everybody gets what he got, or <c>off</c>; where the context lacks the targetingKey
/// that a percentage needs, somebody who was exposed may get a failure.
/// </summary>
public static class Exposure
{
    public static ExposureEffect Compare(FlagEnvironment before, FlagEnvironment after)
    {
        var couldBeOn = (Before: before.Enabled || before.EnableAt is not null, After: after.Enabled || after.EnableAt is not null);
        return couldBeOn switch
        {
            (false, false) => ExposureEffect.Same,
            (true, false) => ExposureEffect.Lowers,
            (false, true) => ExposureEffect.Raises,
            _ => Worst(Switch(before, after), Schedule(before, after), Targeting(before, after)),
        };
    }

    /// <summary>What a change of segments does to a flag that stays as it is.</summary>
    public static ExposureEffect CompareSegments(FlagEnvironment setting, IReadOnlyDictionary<string, Segment> before, IReadOnlyDictionary<string, Segment> after)
    {
        if (!setting.Enabled && setting.EnableAt is null) return ExposureEffect.Same;
        var widened = setting.Audience.Any(cohort => after.ContainsKey(cohort) && !Implication.Holds(Members(cohort, after), Members(cohort, before)));
        var narrowed = setting.Audience.Any(cohort => before.ContainsKey(cohort) && !Implication.Holds(Members(cohort, before), Members(cohort, after)));
        var cohorts = widened ? ExposureEffect.Raises : narrowed ? ExposureEffect.Lowers : ExposureEffect.Same;
        return Worst(cohorts, Targeting(Inlined(setting, before), Inlined(setting, after)));
    }

    /// <summary>The larger of several effects.</summary>
    public static ExposureEffect Worst(params ReadOnlySpan<ExposureEffect> effects)
    {
        var worst = ExposureEffect.Same;
        foreach (var effect in effects)
        {
            if (effect > worst) worst = effect;
        }

        return worst;
    }

    private static ExposureEffect Switch(FlagEnvironment before, FlagEnvironment after) => (before.Enabled, after.Enabled) switch
    {
        (true, false) => ExposureEffect.Lowers,
        (false, true) => ExposureEffect.Raises,
        _ => ExposureEffect.Same,
    };

    private static ExposureEffect Schedule(FlagEnvironment before, FlagEnvironment after) => Worst(
        // Earlier on, or later off, is more exposure; no instant at all counts as the end of time.
        Order(after.EnableAt ?? DateTimeOffset.MaxValue, before.EnableAt ?? DateTimeOffset.MaxValue),
        Order(before.DisableAt ?? DateTimeOffset.MaxValue, after.DisableAt ?? DateTimeOffset.MaxValue));

    private static ExposureEffect Targeting(FlagEnvironment before, FlagEnvironment after)
    {
        if (before.HasSameTargeting(after)) return ExposureEffect.Same;
        var lowers = before.Prerequisites.All(wanted => after.Prerequisites.Contains(wanted)) && ExposureLowers(before, after) && RulesLower(before, after);
        return lowers ? ExposureEffect.Lowers : ExposureEffect.Raises;
    }

    private static bool ExposureLowers(FlagEnvironment before, FlagEnvironment after)
    {
        if (before.BucketBy != after.BucketBy || before.Serve != after.Serve || after.Percentage > before.Percentage) return false;
        if (!after.Audience.All(cohort => before.Audience.Contains(cohort, StringComparer.Ordinal))) return false;
        // Who is exposed and gets off by the split must not come to a bucket that he has no value for.
        var sameCohorts = before.Audience.All(cohort => after.Audience.Contains(cohort, StringComparer.Ordinal));
        var asksNobodyNew = after.Percentage == Percentage.Zero || after.Percentage == Percentage.Hundred || (before.Percentage < Percentage.Hundred && sameCohorts);
        if (!asksNobodyNew && after.Serve?.Variants().Contains(Variant.Off) is true) return false;
        if (after.Fallback == Variant.Off) return Implication.Holds(after.Conditions, before.Conditions);
        // Whoever falls out of the conditions would gain the fallback, and so would those without a value to split by.
        return before.Fallback == after.Fallback
            && before.Conditions.SequenceEqual(after.Conditions)
            && after.Serve is not { Split.IsEmpty: false }
            && (asksNobodyNew || after.BucketBy == ContextNames.TargetingKey);
    }

    /// <summary>
    /// Rules are compared in pairs of those that serve the same. Rules that serve <c>off</c> may come or grow. Any other
    /// may shrink or go where nothing below it serves another variant, which is what its users fall through to.
    /// </summary>
    private static bool RulesLower(FlagEnvironment before, FlagEnvironment after)
    {
        var next = 0;
        foreach (var rule in before.Rules)
        {
            var servesOff = IsOff(rule.Serve);
            var match = -1;
            for (var j = next; j < after.Rules.Length && match < 0; j++)
            {
                var other = after.Rules[j];
                if (other.Serve == rule.Serve && (servesOff ? Implication.Holds(rule.Conditions, other.Conditions) : Narrows(rule, other, after, j))) match = j;
                else if (!IsOff(other.Serve)) break;
            }

            if (match < 0)
            {
                if (servesOff || !OnlyServes(rule.Serve, after, next)) return false;
                continue;
            }

            next = match + 1;
        }

        return after.Rules.Skip(next).All(rule => IsOff(rule.Serve));
    }

    private static bool Narrows(FlagRule before, FlagRule after, FlagEnvironment setting, int position) =>
        before.Conditions.SequenceEqual(after.Conditions) || (Implication.Holds(after.Conditions, before.Conditions) && OnlyServes(before.Serve, setting, position + 1));

    // A flag's own "on" has a name that is not known here, so only what is named can be the same.
    private static bool OnlyServes(Serving serving, FlagEnvironment setting, int from) =>
        serving.Variant is { } one
        && setting.Rules.Skip(from).Select(rule => rule.Serve).Append(setting.Serve ?? Serving.Of(Variant.On)).SelectMany(served => served.Variants())
            .Append(setting.Fallback).All(variant => variant == one || variant == Variant.Off);

    private static bool IsOff(Serving serving) => serving.Variant == Variant.Off;

    private static FlagEnvironment Inlined(FlagEnvironment setting, IReadOnlyDictionary<string, Segment> segments) => setting with
    {
        Conditions = Inlined(setting.Conditions, segments),
        Rules = [.. setting.Rules.Select(rule => rule with { Conditions = Inlined(rule.Conditions, segments) })],
    };

    private static ImmutableArray<Condition> Members(string key, IReadOnlyDictionary<string, Segment> segments) => Inlined([new Condition.InSegment(key)], segments);

    private static ImmutableArray<Condition> Inlined(ImmutableArray<Condition> conditions, IReadOnlyDictionary<string, Segment> segments) =>
        [.. conditions.Select(condition => Inlined(condition, segments))];

    private static Condition Inlined(Condition condition, IReadOnlyDictionary<string, Segment> segments) => condition switch
    {
        // A segment that is not there has no members.
        Condition.InSegment member => segments.TryGetValue(member.Segment, out var segment) ? new Condition.All(Inlined(segment.Conditions, segments)) : new Condition.Any([]),
        Condition.All all => new Condition.All(Inlined(all.Conditions, segments)),
        Condition.Any any => new Condition.Any(Inlined(any.Conditions, segments)),
        Condition.Not not => new Condition.Not(Inlined(not.Condition, segments)),
        _ => condition,
    };

    private static ExposureEffect Order(DateTimeOffset more, DateTimeOffset less) =>
        more == less ? ExposureEffect.Same : more < less ? ExposureEffect.Raises : ExposureEffect.Lowers;
}
