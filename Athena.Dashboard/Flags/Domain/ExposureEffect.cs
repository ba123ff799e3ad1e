namespace Athena.Dashboard.Flags.Domain;

/// <summary>What a change does to the number of those who get the on variant, now or by its schedule.</summary>
public enum ExposureEffect
{
    /// <summary>Nobody gains or loses it.</summary>
    Same,

    /// <summary>Some may lose it and nobody gains it: nothing may delay such a change.</summary>
    Lowers,

    /// <summary>Somebody may gain it.</summary>
    Raises,
}

/// <summary>Compares two settings of one flag. In doubt it says <see cref="ExposureEffect.Raises"/>.</summary>
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

    private static ExposureEffect Worst(params ReadOnlySpan<ExposureEffect> effects)
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
        if (before.BucketBy != after.BucketBy || before.Fallback != after.Fallback || after.Fallback != Variant.Off) return ExposureEffect.Raises;
        var narrower = after.Percentage <= before.Percentage
            && after.Audience.All(cohort => before.Audience.Contains(cohort))
            && before.Conditions.All(old => after.Conditions.Any(condition => condition.Attribute == old.Attribute && condition.Values.All(value => old.Values.Contains(value))));
        return narrower ? ExposureEffect.Lowers : ExposureEffect.Raises;
    }

    private static ExposureEffect Order(DateTimeOffset more, DateTimeOffset less) =>
        more == less ? ExposureEffect.Same : more < less ? ExposureEffect.Raises : ExposureEffect.Lowers;
}
