using System.Collections.Immutable;
using System.Text.Json;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Evaluation;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags;

/// <summary>A schedule as it is asked for: instants with an offset, or local times of the zone.</summary>
public sealed record FlagScheduleChange
{
    /// <summary><c>2026-12-01T09:00:00+01:00</c>, or <c>2026-12-01T09:00</c> in <see cref="Zone"/>; null for never.</summary>
    public string? EnabledAt { get; init; }

    /// <inheritdoc cref="EnabledAt"/>
    public string? DisabledAt { get; init; }

    /// <summary>An IANA zone such as <c>Europe/Vienna</c>.</summary>
    public string? Zone { get; init; }
}

/// <summary>What creates a flag.</summary>
public sealed record NewFlagResource
{
    public required string Key { get; init; }

    public required string Name { get; init; }

    public required FlagKind Type { get; init; }

    public string Description { get; init; } = "";

    /// <summary>Null: operational flags are permanent, the others are not.</summary>
    public bool? Permanent { get; init; }

    public string? ReleaseId { get; init; }

    public string? Owner { get; init; }

    /// <summary>
    /// Values by name, of one JSON type; null for <c>on</c> true and <c>off</c> false. A flag without <c>off</c>
    /// answers without a value when it is switched off.
    /// </summary>
    public Dictionary<string, JsonElement>? Variants { get; init; }

    /// <summary>Texts, numbers and booleans for an answer's metadata, by the name of the variant.</summary>
    public Dictionary<string, Dictionary<string, JsonElement>>? Payloads { get; init; }

    internal FlagDescription ToDescription() => new(
        Key,
        Name,
        Type,
        Description,
        Permanent,
        ReleaseId,
        Owner,
        VariantsInput.Read(Variants, Payloads))
    {
        Unreadable = VariantsInput.Faults(Variants, Payloads),
    };
}

/// <summary>All that a flag can answer, to replace the present values in all environments.</summary>
public sealed record FlagVariantsChange
{
    /// <summary>Values by name, of one JSON type. A name that is left out is removed.</summary>
    public required Dictionary<string, JsonElement> Variants { get; init; }

    /// <summary>Texts, numbers and booleans for an answer's metadata, by the name of the variant; none where it is left out.</summary>
    public Dictionary<string, Dictionary<string, JsonElement>>? Payloads { get; init; }

    public string Reason { get; init; } = "";

    /// <summary>The key of the production environment, where its users get something else by it.</summary>
    public string? Confirmation { get; init; }

    /// <summary>Ask for the change, where it needs the approval of others, instead of making it.</summary>
    public bool Ask { get; init; }
}

/// <summary>Variants as the API takes them: values by name, payloads beside them.</summary>
internal static class VariantsInput
{
    /// <returns>Null when nothing is said of them.</returns>
    public static ImmutableArray<Variant>? Read(Dictionary<string, JsonElement>? variants, Dictionary<string, Dictionary<string, JsonElement>>? payloads) => variants is null && payloads is null
        ? null
        : [.. (variants?.Select(variant => new Variant(variant.Key, JsonValue.From(variant.Value))) ?? Variant.Boolean)
            .Select(variant => payloads?.GetValueOrDefault(variant.Name) is { } payload
                ? variant with { Payload = payload.ToImmutableSortedDictionary(member => member.Key, member => JsonValue.From(member.Value), StringComparer.Ordinal) }
                : variant)];

    public static ImmutableArray<RefusalItem> Faults(Dictionary<string, JsonElement>? variants, Dictionary<string, Dictionary<string, JsonElement>>? payloads) =>
    [
        .. (payloads?.Keys ?? Enumerable.Empty<string>()).Where(name => Read(variants, payloads)?.Any(variant => variant.Name == name) is not true)
            .Select(name => new RefusalItem($"payloads.{name}", "belongs to no variant", name, "the name of a variant")),
    ];
}

/// <summary>What describes a flag anew. Everything is replaced but key, type and variants.</summary>
public sealed record FlagDescriptionResource
{
    public required string Name { get; init; }

    public string Description { get; init; } = "";

    public bool? Permanent { get; init; }

    public string? ReleaseId { get; init; }

    public string? Owner { get; init; }

    public string Reason { get; init; } = "";
}

/// <summary>A whole setting, to replace the present one.</summary>
public sealed record FlagSettingChange
{
    /// <summary>An object of accepted values by attribute, or a list of conditions.</summary>
    public required JsonElement Conditions { get; init; }

    public required Percentage Percentage { get; init; }

    public ImmutableArray<string> Audience { get; init; } = [];

    public string BucketBy { get; init; } = ContextNames.TargetingKey;

    public string Fallback { get; init; } = Variant.Off;

    /// <summary>A list of <c>{"flag":…,"variant":…}</c>; none where it is left out.</summary>
    public JsonElement? Prerequisites { get; init; }

    /// <summary>A list of <c>{"name":…,"conditions":…,"serve":…}</c>; none where it is left out.</summary>
    public JsonElement? Rules { get; init; }

    /// <summary><c>{"variant":…}</c> or <c>{"split":[{"variant":…,"weight":…}],"by":…}</c>; the flag's <c>on</c> where it is left out.</summary>
    public JsonElement? Serve { get; init; }

    public FlagScheduleChange Schedule { get; init; } = new();

    public string Reason { get; init; } = "";

    /// <summary>The environment's key, to confirm a change in production that does not only lower exposure.</summary>
    public string? Confirmation { get; init; }

    /// <summary>Production may be ahead of the environment before it; the reason says why.</summary>
    public bool Override { get; init; }

    /// <summary>Ask for the change, where it needs the approval of others, instead of making it.</summary>
    public bool Ask { get; init; }

    internal Consent Consent => new(Confirmation, Override);

    internal FlagSettings ToSettings()
    {
        var faults = new List<RefusalItem>();
        return new FlagSettings(
            ConditionJson.ReadList(Conditions, "conditions", faults),
            Percentage,
            Audience.IsDefault ? [] : Audience,
            BucketBy,
            Fallback,
            ZonedTime.Read(Schedule.EnabledAt, Schedule.Zone, "schedule.enabledAt", faults),
            ZonedTime.Read(Schedule.DisabledAt, Schedule.Zone, "schedule.disabledAt", faults))
        {
            ScheduleZone = Schedule.Zone,
            Prerequisites = TargetingJson.ReadPrerequisites(Prerequisites, "prerequisites", faults),
            Rules = TargetingJson.ReadRules(Rules, "rules", faults),
            Serve = TargetingJson.ReadServing(Serve, "serve", faults),
            Unreadable = [.. faults],
        };
    }
}

/// <summary>Switches a flag on or off.</summary>
public sealed record FlagSwitchResource
{
    public required bool On { get; init; }

    public string Reason { get; init; } = "";

    public string? Confirmation { get; init; }

    /// <summary>Production may be ahead of the environment before it; the reason says why.</summary>
    public bool Override { get; init; }

    /// <summary>Ask for the change, where it needs the approval of others, instead of making it.</summary>
    public bool Ask { get; init; }

    internal Consent Consent => new(Confirmation, Override);
}

/// <summary>Takes one change back.</summary>
public sealed record FlagReversionResource
{
    /// <summary>The change's number in the history.</summary>
    public required long Sequence { get; init; }

    public string Reason { get; init; } = "";

    public string? Confirmation { get; init; }

    /// <summary>Production may be ahead of the environment before it; the reason says why.</summary>
    public bool Override { get; init; }

    /// <summary>Ask for the change, where it needs the approval of others, instead of making it.</summary>
    public bool Ask { get; init; }

    internal Consent Consent => new(Confirmation, Override);
}

/// <summary>A change to be made by itself at an instant.</summary>
public sealed record QueuedChangeInput
{
    /// <summary><c>2026-12-01T09:00:00+01:00</c>, or <c>2026-12-01T09:00</c> in <see cref="Zone"/>.</summary>
    public required string At { get; init; }

    /// <summary>An IANA zone such as <c>Europe/Vienna</c>.</summary>
    public string? Zone { get; init; }

    public required bool Enabled { get; init; }

    /// <summary>The whole setting; its schedule stays as it is.</summary>
    public required FlagSettingChange Setting { get; init; }
}

/// <summary>Brings targeting and switch from one environment to another.</summary>
public sealed record FlagPromotionResource
{
    public required string From { get; init; }

    public required string To { get; init; }

    /// <summary>The source's version that was seen; null where it does not matter.</summary>
    public long? FromVersion { get; init; }

    public string Reason { get; init; } = "";

    public string? Confirmation { get; init; }

    /// <summary>Production may be ahead of the environment before it; the reason says why.</summary>
    public bool Override { get; init; }

    /// <summary>Ask for the change, where it needs the approval of others, instead of making it.</summary>
    public bool Ask { get; init; }
}

/// <summary>Puts reminders of a flag's removal off.</summary>
public sealed record FlagSnoozeResource
{
    /// <summary>1 to 365.</summary>
    public required int Days { get; init; }

    public string Reason { get; init; } = "";
}
