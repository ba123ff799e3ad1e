using System.Collections.Immutable;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Flags.Domain.Targeting;

/// <summary>All that a segment acts on, as the transaction that wants to change it reads it.</summary>
/// <param name="Segments">All segments by key.</param>
/// <param name="Settings">Those that name the segment, or one that is made of it, in any environment.</param>
public sealed record SegmentGround(IReadOnlyDictionary<string, Segment> Segments, ImmutableArray<FlagEnvironment> Settings);

/// <summary>
/// What may be done to a segment. It acts in every environment, so a change needs in each of them what its effect there
/// asks for: nothing but the permission to lower where it only lowers.
/// </summary>
public static class SegmentDefinition
{
    /// <param name="segment">Null for one that is to be created.</param>
    /// <returns>Refused with <c>flag_in_experiment</c> when an experiment's users would not be the same any more.</returns>
    public static Outcome<Decision<Segment>> Become(this Segment? segment, SegmentDescription description, SegmentGround ground, DefinitionTerms terms, DateTimeOffset now)
    {
        var faults = description.Faults(ground.Segments).Concat(FlagDefinition.ReasonFaults(terms.Reason)).ToArray();
        if (faults.Length > 0) return Refusal.Invalid("segment_invalid", "The segment cannot be saved as it is.", faults);
        var next = (segment ?? new Segment { Key = description.Key, Name = "", CreatedAt = now }) with
        {
            Name = description.Name.Trim(),
            Description = description.Description.Trim(),
            Conditions = description.Conditions,
        };
        if (segment is not null && segment.IsSameAs(next)) return new Decision<Segment>(segment, []);
        var effects = Effects(next, ground, terms.Environments);
        if (Held(next, ground, ExposureEffect.Raises).ToArray() is { Length: > 0 } held)
        {
            return Refusal.Conflict("flag_in_experiment", $"The change of {next.Key} may give somebody another variant while an experiment compares them.", "Stop the experiment first. Taking users out of the segment stays possible.") with
            {
                Items = [.. held.Select(setting => new RefusalItem($"{setting.FlagKey} in {setting.Environment}", "is held by an experiment", null, $"the end of /experiments/{setting.Experiment}"))],
            };
        }

        if (Unconsented(next, effects, terms) is { } refused) return refused;
        var reason = terms.Reason.Trim();
        if (segment is null) return new Decision<Segment>(next, [new SegmentCreated(next.Key, next.Name, reason)]);
        var lowered = effects.All(effect => effect.Effect != ExposureEffect.Raises);
        var disturbed = Held(next, ground, ExposureEffect.Lowers).Select(setting => setting.Experiment!).Distinct(StringComparer.Ordinal);
        return new Decision<Segment>(next, [new SegmentChanged(next.Key, lowered, reason) { Disturbed = [.. disturbed] }]);
    }

    /// <summary>The worst that a new version of a segment does in each environment.</summary>
    public static ImmutableArray<(TargetEnvironment Environment, ExposureEffect Effect)> Effects(Segment next, SegmentGround ground, ImmutableArray<TargetEnvironment> environments)
    {
        var after = After(next, ground);
        return
        [
            .. environments.Select(environment => (
                environment,
                Exposure.Worst([.. ground.Settings.Where(setting => setting.Environment == environment.Key).Select(setting => Exposure.CompareSegments(setting, ground.Segments, after))]))),
        ];
    }

    /// <summary>Of the environments that want what it raises approved, the one that wants the most; null where nobody does.</summary>
    public static TargetEnvironment? Guarding(Segment next, SegmentGround ground, ImmutableArray<TargetEnvironment> environments) =>
        FlagDefinition.Guarding(Raised(Effects(next, ground, environments)));

    /// <summary>Settings that an experiment holds, on which the change has this effect when their flag is on.</summary>
    private static IEnumerable<FlagEnvironment> Held(Segment next, SegmentGround ground, ExposureEffect effect)
    {
        var after = After(next, ground);
        return ground.Settings.Where(setting => setting.Experiment is not null && Exposure.CompareSegments(setting with { Enabled = true }, ground.Segments, after) == effect);
    }

    private static Dictionary<string, Segment> After(Segment next, SegmentGround ground) => new(ground.Segments, StringComparer.Ordinal) { [next.Key] = next };

    private static IEnumerable<TargetEnvironment> Raised(ImmutableArray<(TargetEnvironment Environment, ExposureEffect Effect)> effects) =>
        effects.Where(effect => effect.Effect == ExposureEffect.Raises).Select(effect => effect.Environment);

    private static Refusal? Unconsented(Segment next, ImmutableArray<(TargetEnvironment Environment, ExposureEffect Effect)> effects, DefinitionTerms terms)
    {
        foreach (var (environment, effect) in effects.Where(effect => effect.Effect != ExposureEffect.Same))
        {
            if (FlagDecisions.Lacks(terms.Actor, environment, effect) is { } forbidden) return forbidden;
        }

        if (Exposure.Worst([.. effects.Select(effect => effect.Effect)]) == ExposureEffect.Lowers) return null;
        if (terms.Actor.Lacks(Permission.EditFlags, "change segments") is { } lacking) return lacking;
        return FlagDefinition.Unconfirmed([.. Raised(effects)], terms, $"The change of the segment {next.Key}");
    }
}
