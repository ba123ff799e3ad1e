using System.Collections.Immutable;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags;

/// <summary>A change of what a flag is in all environments, to be made at once or asked for: the same decision either way.</summary>
/// <param name="Version">The flag's version that the author saw; null where it does not matter.</param>
/// <param name="Decide">What it is to become.</param>
public sealed record DefinitionChange(string Key, long? Version, Func<Flag, Outcome<FlagDescription>> Decide)
{
    /// <param name="unreadable">What could not be read of the values; told with what else is wrong.</param>
    public static DefinitionChange Variants(string key, long version, ImmutableArray<Variant> variants, ImmutableArray<RefusalItem> unreadable) =>
        new(key, version, flag => FlagDefinitionReversion.Described(flag) with { Variants = variants, Unreadable = unreadable });

    /// <param name="change">An event of this flag that changed what it is in all environments.</param>
    public static Outcome<DefinitionChange> Revert(string key, EventRow change)
    {
        if (FlagPast.EnvironmentOf(change) is not null || change is not { Before: { } before, After: { } after })
            return Refusal.Conflict("not_revertible", $"What happened to {key} there is not a change.", "A flag that is to go is deleted.");
        var (was, became) = (FlagPast.Read<Flag>(before)!, FlagPast.Read<Flag>(after)!);
        return new DefinitionChange(key, Version: null, flag => flag.Revert(was, became));
    }

    /// <summary>What an approved request for other values makes of the flag.</summary>
    public static DefinitionChange Of(ChangeRequest request) =>
        new(request.Key, request.FlagBefore!.Version, _ => FlagDefinitionReversion.Described(request.FlagAfter!));
}
