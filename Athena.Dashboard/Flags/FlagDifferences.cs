using System.Collections.Immutable;
using System.Text.Json;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.AsCode;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Flags;

/// <summary>In what a file says something else than is there, member by member.</summary>
internal static class FlagDifferences
{
    /// <summary>What describes the flag; its settings by themselves.</summary>
    public static IEnumerable<DocumentDifference> Of(DocumentedFlag wanted, Flag? flag)
    {
        var place = "flags." + wanted.Key;
        if (flag is null)
        {
            yield return new(place, null, JsonSerializer.Serialize(wanted.Variants, JsonColumn.Options));
            yield break;
        }

        if (wanted.Name is not null && wanted.Name.Trim() != flag.Name) yield return new(place + ".name", flag.Name, wanted.Name);
        if (wanted.Description is not null && wanted.Description.Trim() != flag.Description) yield return new(place + ".description", flag.Description, wanted.Description);
        if (wanted.Kind is { } kind && kind != flag.Kind) yield return new(place + ".type", flag.Kind.Word(), kind.Word());
        if (wanted.ValuesOf(flag) is var values && !values.SequenceEqual(flag.Variants)) yield return new(place + ".variants", JsonSerializer.Serialize(flag.Variants, JsonColumn.Options), JsonSerializer.Serialize(values, JsonColumn.Options));
    }

    /// <param name="environment">Null where the process knows none of that name.</param>
    public static ImmutableArray<DocumentDifference> Of(DocumentedSetting wanted, FlagEnvironment before, TargetEnvironment? environment)
    {
        var after = wanted.AppliedTo(before);
        var waits = environment is not null && ChangeRequest.IsNeeded(before, after, environment);
        return [.. Of($"flags.{before.FlagKey}.{before.Environment}", JsonSerializer.SerializeToElement(before, JsonColumn.Options), JsonSerializer.SerializeToElement(after, JsonColumn.Options), waits)];
    }

    public static IEnumerable<DocumentDifference> Of(Segment wanted, Segment? segment) => Of("segments." + wanted.Key, Described(segment), Described(wanted)!.Value, waits: false);

    private static IEnumerable<DocumentDifference> Of(string place, JsonElement? before, JsonElement after, bool waits) =>
        after.EnumerateObject()
            .Select(member => (member.Name, Before: before?.GetProperty(member.Name), After: member.Value))
            .Where(member => member.Before is not { } old || !JsonElement.DeepEquals(old, member.After))
            .Select(member => new DocumentDifference($"{place}.{member.Name}", member.Before?.GetRawText(), member.After.GetRawText(), waits));

    private static JsonElement? Described(Segment? segment) => segment is null ? null : JsonSerializer.SerializeToElement(new { segment.Name, segment.Description, segment.Conditions }, JsonColumn.Options);
}
