using System.Collections.Immutable;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Domain.AsCode;

/// <summary>Flags and segments as a file has them. What it does not name stays as it is.</summary>
public sealed record FlagDocument(ImmutableArray<DocumentedFlag> Flags, ImmutableArray<Segment> Segments)
{
    /// <summary>What could not be read at all; told together with what was read and is wrong.</summary>
    public ImmutableArray<RefusalItem> Unreadable { get; init; } = [];

    /// <summary>Where in the file everything stands.</summary>
    public DocumentPlaces Places { get; init; } = DocumentPlaces.None;
}

/// <param name="Kind">Null where the format does not say: a flag that is new becomes a release flag.</param>
/// <param name="Name">Null where the format does not say.</param>
public sealed record DocumentedFlag(string Key, string? Name, string? Description, FlagKind? Kind, ImmutableArray<Variant> Variants, ImmutableArray<DocumentedSetting> Settings)
{
    /// <summary>False where the file says nothing of values: those that are there stay.</summary>
    public bool NamesValues { get; init; } = true;

    /// <summary>The values that the file makes of those that are there.</summary>
    public ImmutableArray<Variant> ValuesOf(Flag flag) => !NamesValues || IsSame(flag)
        ? flag.Variants
        // A file that names no payload leaves them alone.
        : [.. Variants.Select(variant => variant.Payload is { Count: > 0 } ? variant : variant with { Payload = flag.Variant(variant.Name)?.Payload })];

    // Formats keep no order of their own.
    private bool IsSame(Flag flag) =>
        flag.Variants.Select(variant => (variant.Name, variant.Value)).OrderBy(variant => variant.Name, StringComparer.Ordinal)
            .SequenceEqual(Variants.Select(variant => (variant.Name, variant.Value)).OrderBy(variant => variant.Name, StringComparer.Ordinal))
        && Variants.All(variant => variant.Payload is not { Count: > 0 } || variant.Equals(flag.Variant(variant.Name)));
}

/// <param name="Version">The setting's version when the file was written: changed since means a conflict. Null for whichever it is.</param>
public sealed record DocumentedSetting(string Environment, bool Enabled, FlagSettings Settings, long? Version)
{
    public FlagEnvironment AppliedTo(FlagEnvironment setting) => Settings.AppliedTo(setting) with { Enabled = Enabled };
}

/// <summary>One thing that an import would change.</summary>
/// <param name="Place"><c>flags.views.production.percentage</c>.</param>
/// <param name="Before">JSON; null when there is nothing yet.</param>
/// <param name="After">JSON.</param>
/// <param name="Waits">The environment wants it approved: it is asked for, and not made at once.</param>
public sealed record DocumentDifference(string Place, string? Before, string After, bool Waits = false);
