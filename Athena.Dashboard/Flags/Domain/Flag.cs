using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags.Domain;

/// <summary>What a flag can answer.</summary>
/// <param name="Value">Any JSON value; the same type in all variants of a flag.</param>
/// <param name="Payload">Texts, numbers and booleans that go with it, in the metadata of an answer; null for none.</param>
public sealed record Variant(string Name, JsonValue Value, ImmutableSortedDictionary<string, JsonValue>? Payload = null)
{
    public const int Most = 50;

    public const int MostPayload = 20;

    /// <summary>What exposed users get where nothing else is said, if the flag has it.</summary>
    public const string On = "on";

    /// <summary>What a flag answers that is switched off. A flag without it answers no value then, and clients use their own default.</summary>
    public const string Off = "off";

    public bool Equals(Variant? other) =>
        other is not null && other.Name == Name && other.Value == Value && (Payload ?? Nothing).SequenceEqual(other.Payload ?? Nothing);

    public override int GetHashCode() => HashCode.Combine(Name, Value);

    private static readonly ImmutableSortedDictionary<string, JsonValue> Nothing = ImmutableSortedDictionary.Create<string, JsonValue>(StringComparer.Ordinal);

    public static ImmutableArray<Variant> Boolean { get; } = [new(On, JsonValue.True), new(Off, JsonValue.False)];
}

/// <summary>A flag, as far as it is the same in all environments.</summary>
public sealed record Flag : IVersioned
{
    public required string Key { get; init; }

    public required string Name { get; init; }

    public string Description { get; init; } = "";

    public required FlagKind Kind { get; init; }

    public ImmutableArray<Variant> Variants { get; init; } = Domain.Variant.Boolean;

    /// <summary>True for a flag that stays; the others are due for removal some day.</summary>
    public bool Permanent { get; init; }

    /// <summary>Opaque id of the release that owns it: its version.</summary>
    public string? ReleaseId { get; init; }

    /// <summary>Person or team that answers for it.</summary>
    public string? Owner { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public long Version { get; init; } = 1;

    /// <returns>Null when the flag has none of that name.</returns>
    public Variant? Variant(string name) => Variants.FirstOrDefault(variant => variant.Name == name);

    /// <summary>What exposed users get where nothing else is said: <c>on</c>, or the first that is not <c>off</c>.</summary>
    [JsonIgnore]
    public Variant Exposed => Variant(Domain.Variant.On) ?? Variants.FirstOrDefault(variant => variant.Name != Domain.Variant.Off) ?? Variants[0];

    public static Outcome<Decision<Flag>> Create(FlagDescription description, DateTimeOffset now)
    {
        var faults = description.Faults().ToArray();
        if (faults.Length > 0) return Refusal.Invalid("flag_invalid", "The flag cannot be created as it is.", faults);
        var flag = new Flag
        {
            Key = description.Key.Trim(),
            Name = description.Name.Trim(),
            Kind = description.Kind,
            Variants = description.Variants ?? Domain.Variant.Boolean,
            CreatedAt = now,
        }.With(description);
        return new Decision<Flag>(flag, [new FlagCreated(flag.Key, flag.Name, flag.Kind, flag.ReleaseId)]);
    }

    /// <summary>Changes what describes the flag. Its kind stays; its variants are changed by <see cref="FlagDefinition.Become"/>, which asks who relies on them.</summary>
    public Outcome<Decision<Flag>> Describe(FlagDescription description, string reason)
    {
        var faults = description.Faults().ToArray();
        if (faults.Length > 0) return Refusal.Invalid("flag_invalid", $"The flag {Key} cannot be changed like that.", faults);
        if (description.Kind != Kind) return Refusal.Conflict("flag_kind_fixed", $"The flag {Key} stays a {Kind.Word()} flag.", "Create a new flag for another purpose.");
        if (description.Variants is { } variants && !variants.SequenceEqual(Variants))
            return Refusal.Conflict("flag_variants_fixed", $"The values of the flag {Key} are not part of its description.", "Change them by themselves.");
        var next = With(description);
        return next == this ? new Decision<Flag>(this, []) : new Decision<Flag>(next, [new FlagChanged(Key, null, reason)]);
    }

    private Flag With(FlagDescription description) => this with
    {
        Name = description.Name.Trim(),
        Description = description.Description.Trim(),
        Permanent = description.Permanent ?? Kind == FlagKind.Operational,
        ReleaseId = Blank(description.ReleaseId),
        Owner = Blank(description.Owner),
    };

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}

/// <summary>What people say of a flag when they create or describe it.</summary>
/// <param name="Permanent">Null: operational flags are permanent, the others are not.</param>
/// <param name="Variants">Null: <c>on</c> is true and <c>off</c> is false.</param>
public sealed record FlagDescription(
    string Key,
    string Name,
    FlagKind Kind,
    string Description = "",
    bool? Permanent = null,
    string? ReleaseId = null,
    string? Owner = null,
    ImmutableArray<Variant>? Variants = null)
{
    public const int LongestKey = 100;
    public const int LongestName = 120;
    public const int LongestText = 4_000;
    public const int LongestValue = 10_000;

    /// <summary>What could not be read at all; told together with what was read and is wrong.</summary>
    public ImmutableArray<RefusalItem> Unreadable { get; init; } = [];

    public IEnumerable<RefusalItem> Faults()
    {
        foreach (var fault in Unreadable) yield return fault;
        if (!IsKey(Key.Trim()))
            yield return new("key", "is not a flag key", Shorten(Key), $"letters, digits, '.', '_' and '-', beginning with a letter or digit, up to {LongestKey}");
        if (string.IsNullOrWhiteSpace(Name) || Name.Trim().Length > LongestName) yield return new("name", "has a wrong length", Shorten(Name), $"1 to {LongestName} characters");
        if (Description.Length > LongestText) yield return new("description", "is too long", $"{Description.Length} characters", $"up to {LongestText} characters");
        if (!Enum.IsDefined(Kind)) yield return new("kind", "is not a kind of flag", Kind.ToString(), "release, operational or experimental");
        if (ReleaseId?.Length > LongestName) yield return new("releaseId", "is too long", Shorten(ReleaseId), $"up to {LongestName} characters");
        if (Owner?.Length > LongestName) yield return new("owner", "is too long", Shorten(Owner), $"up to {LongestName} characters");
        if (Variants is not { } variants) yield break;
        if (variants.Length is 0 or > Variant.Most) yield return new("variants", "are none or too many", $"{variants.Length}", $"1 to {Variant.Most}");
        foreach (var variant in variants.Where(variant => !IsKey(variant.Name)))
            yield return new("variants", "have a name that is none", Shorten(variant.Name), $"letters, digits, '.', '_' and '-', beginning with a letter or digit, up to {LongestKey}");
        foreach (var twice in variants.GroupBy(variant => variant.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
            yield return new("variants", "name one twice", Shorten(twice.Key), "each name once");
        if (variants is [{ Name: Variant.Off }]) yield return new("variants", "are off alone", "off", "one more that somebody can get");
        foreach (var variant in variants.Where(variant => variant.Value.Text.Length > LongestValue))
            yield return new($"variants.{Shorten(variant.Name)}", "is too long", $"{variant.Value.Text.Length} characters", $"up to {LongestValue} characters of JSON");
        foreach (var fault in variants.SelectMany(PayloadFaults)) yield return fault;
        if (variants.Select(variant => TypeOf(variant.Value)).Distinct().Count() > 1)
            yield return new("variants", "have values of different types", string.Join(", ", variants.Select(variant => TypeOf(variant.Value))), "one JSON type for all");
    }

    private static IEnumerable<RefusalItem> PayloadFaults(Variant variant)
    {
        if (variant.Payload is not { } payload) yield break;
        var place = $"payloads.{Shorten(variant.Name)}";
        if (payload.Count > Variant.MostPayload) yield return new(place, "has too many members", $"{payload.Count}", $"up to {Variant.MostPayload}");
        foreach (var (name, value) in payload)
        {
            if (!IsKey(name) || name is FlagMetadata.RolloutId or FlagMetadata.Arm) yield return new(place, "has a member of a name that cannot be", Shorten(name), "letters, digits, '.', '_' and '-'; neither rolloutId nor arm");
            if (TypeOf(value) is not ("string" or "number" or "boolean") || value.Text.Length > LongestValue)
                yield return new($"{place}.{Shorten(name)}", "is not a text, number or boolean", TypeOf(value), $"one of these, of up to {LongestValue} characters");
        }
    }

    /// <summary>Whether a flag, a variant or a segment may be named so.</summary>
    public static bool IsKey(string key) =>
        key.Length is > 0 and <= LongestKey
        && char.IsAsciiLetterOrDigit(key[0])
        && key.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-');

    /// <summary>The JSON type in a word.</summary>
    public static string TypeOf(JsonValue value) => value.Text[0] switch
    {
        '{' => "object",
        '[' => "array",
        '"' => "string",
        't' or 'f' => "boolean",
        'n' => "null",
        _ => "number",
    };

    private static string Shorten(string text) => ConditionRules.Shorten(text);
}

public static class FlagKindWords
{
    public static string Word(this FlagKind kind) => kind switch
    {
        FlagKind.Release => "release",
        FlagKind.Operational => "operational",
        FlagKind.Experimental => "experimental",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
