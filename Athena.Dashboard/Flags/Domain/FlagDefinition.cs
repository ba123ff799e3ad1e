using System.Collections.Immutable;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Flags.Domain;

/// <summary>All that serves a flag's variants, or is going to, as the transaction that wants to change them reads it.</summary>
/// <param name="Settings">One for each environment of the process.</param>
/// <param name="Planned">Settings that wait to be made, with what makes them: a queued change, a change request.</param>
/// <param name="Needing">Settings of other flags that need a variant of this one to be served, in words.</param>
public sealed record VariantGround(
    ImmutableArray<FlagEnvironment> Settings, ImmutableArray<(FlagEnvironment Setting, string What)> Planned, ImmutableArray<(string Place, string Variant)> Needing);

/// <summary>Where a variant is served, in words: <c>rule 2 in production</c>.</summary>
public sealed record VariantUse(string Variant, string Place);

/// <summary>Who changes what a flag is in all environments, why, and what he confirmed.</summary>
/// <param name="Confirmation">The key of a production environment whose users get something else by it.</param>
public sealed record DefinitionTerms(Actor Actor, ImmutableArray<TargetEnvironment> Environments, string Reason, string? Confirmation)
{
    /// <summary>The change is one that was approved.</summary>
    public bool Approved { get; init; }

    /// <summary>The change is only asked for: whoever carries it out confirms it.</summary>
    public bool Asked { get; init; }

    /// <inheritdoc cref="ChangeTerms.IfApproved"/>
    public DefinitionTerms IfApproved() => this with { Actor = Actor.System("change request"), Approved = true, Asked = true };
}

/// <summary>
/// What may be done to that of a flag which is the same in all environments. A changed value reaches users like a
/// changed rule does, so it asks in every environment for what a changed rule would ask for there.
/// </summary>
public static class FlagDefinition
{
    /// <summary>Makes the flag what the description says, its values included.</summary>
    /// <returns>Refused with <c>variants_in_use</c> when something relies on what would change, naming all of it.</returns>
    public static Outcome<Decision<Flag>> Become(this Flag flag, FlagDescription description, VariantGround ground, DefinitionTerms terms)
    {
        if (terms.Actor.Lacks(Permission.EditFlags, "edit flags") is { } forbidden) return forbidden;
        var faults = description.Faults().Concat(ReasonFaults(terms.Reason)).ToArray();
        if (faults.Length > 0) return Refusal.Invalid("flag_invalid", $"The flag {flag.Key} cannot be changed like that.", faults);
        var variants = description.Variants is { } given && !given.SequenceEqual(flag.Variants) ? given : flag.Variants;
        var described = flag.Describe(description with { Variants = null }, terms.Reason);
        if (!described.IsAccepted || variants == flag.Variants) return described;
        var next = described.Value.State with { Variants = variants };
        var against = Against(flag, next, ground).ToArray();
        if (against.Length > 0)
        {
            return Refusal.Conflict("variants_in_use", $"The values of {flag.Key} cannot be changed like that: something relies on them.", "Stop serving what is to go, or add a new value beside it and serve that.") with
            {
                Items = [.. against],
            };
        }

        return Unconsented(flag, next, ground, terms) is { } refusal
            ? refusal
            : new Decision<Flag>(next, [new FlagVariantsChanged(flag.Key, terms.Reason.Trim())]);
    }

    /// <summary>Everything that names a variant.</summary>
    public static IEnumerable<VariantUse> Uses(Flag flag, VariantGround ground) =>
        ground.Settings.SelectMany(setting => Uses(flag, setting, $"in {setting.Environment}"))
            .Concat(ground.Planned.SelectMany(planned => Uses(flag, planned.Setting, $"in {planned.Setting.Environment}, by {planned.What}")))
            .Concat(ground.Needing.Select(needing => new VariantUse(needing.Variant, $"needed by {needing.Place}")));

    /// <summary>What a change of values does in each environment: <c>Same</c> where nobody gets anything else.</summary>
    public static ImmutableArray<(TargetEnvironment Environment, ExposureEffect Effect)> Effects(Flag before, Flag after, VariantGround ground, ImmutableArray<TargetEnvironment> environments) =>
    [
        .. environments.Select(environment => (
            environment,
            Exposure.Worst([.. ground.Settings.Concat(ground.Planned.Select(planned => planned.Setting)).Where(setting => setting.Environment == environment.Key)
                .Select(setting => Changed(before, after, setting).Any() ? ExposureEffect.Raises : ExposureEffect.Same)]))),
    ];

    /// <summary>Names of variants that somebody gets in an environment and that would be others, or have another value.</summary>
    private static IEnumerable<string> Changed(Flag before, Flag after, FlagEnvironment setting) =>
        Served(before, setting).Where(name => before.Variant(name) != after.Variant(name))
            .Union(Served(after, setting).Except(Served(before, setting), StringComparer.Ordinal), StringComparer.Ordinal);

    /// <summary>Also what is switched off answers something.</summary>
    private static HashSet<string> Served(Flag flag, FlagEnvironment setting)
    {
        var served = new HashSet<string>([Variant.Off], StringComparer.Ordinal);
        if (!CanBeOn(setting)) return served;
        served.UnionWith(setting.Rules.SelectMany(rule => rule.Serve.Variants()));
        served.UnionWith(setting.Serve?.Variants() ?? [flag.Exposed.Name]);
        served.Add(setting.Fallback);
        return served;
    }

    private static bool CanBeOn(FlagEnvironment setting) => setting.Enabled || setting.EnableAt is not null || setting.RolloutId is not null;

    private static IEnumerable<VariantUse> Uses(Flag flag, FlagEnvironment setting, string where)
    {
        foreach (var (rule, i) in setting.Rules.Select((rule, i) => (rule, i)))
        {
            foreach (var use in Uses(rule.Serve, $"rule {i + 1} {where}")) yield return use;
        }

        if (setting.Serve is { } serve)
        {
            foreach (var use in Uses(serve, $"the exposed {where}")) yield return use;
        }
        else if (CanBeOn(setting))
        {
            yield return new(flag.Exposed.Name, $"the exposed {where}");
        }

        if (setting.Fallback != Variant.Off) yield return new(setting.Fallback, $"who does not fit {where}");
    }

    private static IEnumerable<VariantUse> Uses(Serving serving, string where) => serving.Variant is { } one
        ? [new(one, where)]
        : serving.Split.Select(share => new VariantUse(share.Variant, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{100.0 * share.Weight / serving.Total:0.###} % of {where}")));

    private static IEnumerable<RefusalItem> Against(Flag flag, Flag next, VariantGround ground)
    {
        foreach (var gone in flag.Variants.Where(variant => next.Variant(variant.Name) is null))
        {
            if (gone.Name == Variant.Off)
            {
                yield return new("variants.off", "can be neither removed nor renamed", null, "it is what a flag answers that is switched off");
                continue;
            }

            foreach (var use in Uses(flag, ground).Where(use => use.Variant == gone.Name))
                yield return new($"variants.{gone.Name}", "is served, so it can be neither removed nor renamed", use.Place, "nothing that names it");
        }

        var (was, becomes) = (FlagDescription.TypeOf(flag.Variants[0].Value), FlagDescription.TypeOf(next.Variants[0].Value));
        if (was != becomes && ground.Settings.Where(CanBeOn).Select(setting => setting.Environment).ToList() is { Count: > 0 } on)
            yield return new("variants", "would be of another type, which applications do not expect", becomes, $"{was} while the flag can be on in {string.Join(" and ", on)}");
        foreach (var setting in ground.Settings.Where(setting => setting.RolloutId is not null))
        {
            foreach (var name in Changed(flag, next, setting))
                yield return new($"variants.{name}", $"is served in {setting.Environment} by a rollout, whose figures would compare different things", null, $"the end of /rollouts/{setting.RolloutId}");
        }

        foreach (var setting in ground.Settings.Where(setting => setting.Experiment is not null))
        {
            foreach (var name in Changed(flag, next, setting))
                yield return new($"variants.{name}", $"is compared in {setting.Environment} by an experiment, whose figures would be of different things", null, $"the end of /experiments/{setting.Experiment}");
        }
    }

    private static Refusal? Unconsented(Flag flag, Flag next, VariantGround ground, DefinitionTerms terms)
    {
        var raised = Effects(flag, next, ground, terms.Environments).Where(effect => effect.Effect == ExposureEffect.Raises).Select(effect => effect.Environment).ToList();
        foreach (var environment in raised)
        {
            if (terms.Actor.Environment is { } bound && bound != environment.Key)
                return Refusal.Forbidden($"{terms.Actor.Name} belongs to the environment {bound}, and the values are those of {environment.Title} too.");
            if (FlagDecisions.Lacks(terms.Actor, environment, ExposureEffect.Raises) is { } forbidden) return forbidden;
        }

        return Unconfirmed(raised, terms, $"The change of {flag.Key}");
    }

    /// <summary>What a change that acts in all environments lacks: a reason, approval, the name of production.</summary>
    /// <param name="raised">Environments in which somebody gets something else by it.</param>
    internal static Refusal? Unconfirmed(IReadOnlyCollection<TargetEnvironment> raised, DefinitionTerms terms, string change)
    {
        if (string.IsNullOrWhiteSpace(terms.Reason)) return Refusal.Invalid("reason_missing", $"{change} needs a reason.", new RefusalItem("reason", "is empty", null, "why the change is made"));
        if (terms.Asked) return null;
        if (!terms.Approved && Guarding(raised) is { } guarded) return ChangeRequest.Needed(change, guarded);
        var production = raised.Where(environment => environment.IsProduction).Select(environment => environment.Key).ToList();
        return production.Count == 0 || production.Contains(terms.Confirmation ?? "", StringComparer.Ordinal)
            ? null
            : Refusal.Invalid("confirmation_missing", $"{change} reaches users in production and has to be confirmed.", new RefusalItem("confirmation", "is not the environment's name", terms.Confirmation, production[0]));
    }

    /// <summary>Of several environments that want it approved, the one that wants the most; of equals the last.</summary>
    public static TargetEnvironment? Guarding(IEnumerable<TargetEnvironment> environments) =>
        environments.Where(environment => environment.Approval is not null).Reverse().MaxBy(environment => environment.Approval!.Needed);

    internal static IEnumerable<RefusalItem> ReasonFaults(string reason)
    {
        if (reason.Length > FlagDecisions.LongestReason) yield return new("reason", "is too long", $"{reason.Length} characters", $"up to {FlagDecisions.LongestReason} characters");
    }
}
