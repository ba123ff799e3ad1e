using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Domain;

/// <summary>Takes one change of what is the same in all environments back, and nothing that came after it.</summary>
public static class FlagDefinitionReversion
{
    /// <param name="before">The flag before the change.</param>
    /// <param name="after">The flag that the change made.</param>
    /// <returns>Refused with <c>changed_since</c> when something that it changed was changed again.</returns>
    public static Outcome<FlagDescription> Revert(this Flag flag, Flag before, Flag after)
    {
        var (next, again) = All.Move(flag, after, before);
        again = [.. again, .. Values(before, after).Where(name => flag.Variant(name) != after.Variant(name)).Select(name => new RefusalItem($"variants.{name}", "was changed again"))];
        if (!again.IsEmpty)
            return Refusal.Conflict("changed_since", $"The change of {flag.Key} cannot be taken back: others build on it.", "Take the later changes back first, or edit the flag.") with { Items = again };
        return Described(next with { Variants = Reverted(flag, before, after) });
    }

    /// <summary>What describes a flag as it is.</summary>
    public static FlagDescription Described(Flag flag) => new(flag.Key, flag.Name, flag.Kind, flag.Description, flag.Permanent, flag.ReleaseId, flag.Owner, flag.Variants);

    private static IEnumerable<string> Values(Flag before, Flag after) =>
        before.Variants.Concat(after.Variants).Select(variant => variant.Name).Distinct(StringComparer.Ordinal).Where(name => before.Variant(name) != after.Variant(name));

    private static ImmutableArray<Variant> Reverted(Flag flag, Flag before, Flag after)
    {
        var values = Values(before, after).ToHashSet(StringComparer.Ordinal);
        var kept = flag.Variants.Where(variant => !values.Contains(variant.Name) || before.Variant(variant.Name) is not null).Select(variant => values.Contains(variant.Name) ? before.Variant(variant.Name)! : variant).ToList();
        var back = before.Variants.Where(variant => values.Contains(variant.Name) && kept.All(other => other.Name != variant.Name));
        // In the order that they had, with what came later behind them.
        return [.. kept.Concat(back).OrderBy(variant => before.Variants.IndexOf(variant) is var at and >= 0 ? at : int.MaxValue)];
    }

    private static readonly Part<Flag>[] All =
    [
        new("name", (left, right) => left.Name == right.Name, (into, from) => into with { Name = from.Name }),
        new("description", (left, right) => left.Description == right.Description, (into, from) => into with { Description = from.Description }),
        new("permanent", (left, right) => left.Permanent == right.Permanent, (into, from) => into with { Permanent = from.Permanent }),
        new("releaseId", (left, right) => left.ReleaseId == right.ReleaseId, (into, from) => into with { ReleaseId = from.ReleaseId }),
        new("owner", (left, right) => left.Owner == right.Owner, (into, from) => into with { Owner = from.Owner }),
    ];
}
