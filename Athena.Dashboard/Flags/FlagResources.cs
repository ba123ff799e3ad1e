using System.Collections.Immutable;
using System.Text.Json;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Evaluation;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags;

/// <summary>A flag as the API shows it; the names are those of the release process where it has one.</summary>
/// <param name="Variants">Value by name.</param>
/// <param name="Payloads">What goes with a variant in an answer's metadata, by its name; empty where there is nothing.</param>
public sealed record FlagResource(
    string Key,
    string Name,
    string Description,
    FlagKind Type,
    bool Permanent,
    string? ReleaseId,
    string? Owner,
    DateTimeOffset CreatedAt,
    IReadOnlyDictionary<string, JsonElement> Variants,
    IReadOnlyDictionary<string, ImmutableSortedDictionary<string, JsonValue>> Payloads,
    ImmutableArray<FlagSettingResource> Environments,
    long Version)
{
    internal static FlagResource Of(FlagView view) => new(
        view.Flag.Key,
        view.Flag.Name,
        view.Flag.Description,
        view.Flag.Kind,
        view.Flag.Permanent,
        view.Flag.ReleaseId,
        view.Flag.Owner,
        view.Flag.CreatedAt,
        view.Flag.Variants.ToDictionary(variant => variant.Name, variant => JsonSerializer.Deserialize<JsonElement>(variant.Value.Text), StringComparer.Ordinal),
        view.Flag.Variants.Where(variant => variant.Payload is { Count: > 0 }).ToDictionary(variant => variant.Name, variant => variant.Payload!, StringComparer.Ordinal),
        [.. view.Environments.Select(FlagSettingResource.Of)],
        view.Flag.Version);
}

/// <summary>The setting of a flag in one environment.</summary>
/// <param name="Conditions">All have to hold: accepted values by attribute where nothing but equality is asked, else a list of conditions.</param>
/// <param name="Percentage">0 to 100 in steps of 0.001, of those for whom all conditions hold.</param>
/// <param name="Audience">Cohorts that are exposed whatever the percentage says.</param>
/// <param name="BucketBy">Attribute that the percentage splits by.</param>
/// <param name="Fallback">Variant for those for whom a condition does not hold.</param>
/// <param name="Prerequisites">Flags that have to serve a variant here first, or this one serves off.</param>
/// <param name="Rules">The first whose conditions hold decides, ahead of percentage and cohorts.</param>
/// <param name="Serve">What the exposed get; null for the flag's <c>on</c>.</param>
/// <param name="RolloutId">The rollout that owns the setting, or null.</param>
/// <param name="Experiment">The key of the experiment that holds it, or null.</param>
/// <param name="AheadBecause">Why production was let ahead of the environment before it; null when it was not.</param>
public sealed record FlagSettingResource(
    string Environment,
    bool Enabled,
    object Conditions,
    Percentage Percentage,
    ImmutableArray<string> Audience,
    string BucketBy,
    string Fallback,
    ImmutableArray<Prerequisite> Prerequisites,
    ImmutableArray<FlagRule> Rules,
    Serving? Serve,
    FlagScheduleResource Schedule,
    Guid? RolloutId,
    string? Experiment,
    string? AheadBecause,
    long Version)
{
    internal static FlagSettingResource Of(FlagEnvironment setting) => new(
        setting.Environment,
        setting.Enabled,
        TargetingJson.Conditions(setting.Conditions),
        setting.Percentage,
        setting.Audience,
        setting.BucketBy,
        setting.Fallback,
        setting.Prerequisites,
        setting.Rules,
        setting.Serve,
        new FlagScheduleResource(setting.EnableAt, setting.DisableAt, setting.ScheduleZone),
        setting.RolloutId,
        setting.Experiment,
        setting.AheadBecause,
        setting.Version);
}

/// <param name="EnabledAt">When the flag switches itself on, with offset; null for never.</param>
/// <param name="DisabledAt">When the flag switches itself off, with offset; null for never.</param>
/// <param name="Zone">The IANA zone in which they were chosen; null where they were given by offset.</param>
public sealed record FlagScheduleResource(DateTimeOffset? EnabledAt = null, DateTimeOffset? DisabledAt = null, string? Zone = null);

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

/// <param name="Against">What stood against it when its time came; null when nothing did.</param>
public sealed record QueuedChangeResource(
    Guid Id, string FlagKey, string Environment, DateTimeOffset At, string? Zone, QueuedChangeState State, string Reason, string Author, string? Against, FlagSettingResource Before, FlagSettingResource After)
{
    internal static QueuedChangeResource Of(QueuedChange queued) => new(
        queued.Id,
        queued.FlagKey,
        queued.Environment,
        queued.At,
        queued.Zone,
        queued.State,
        queued.Reason,
        queued.AuthorName,
        queued.Against,
        FlagSettingResource.Of(queued.Before),
        FlagSettingResource.Of(queued.After));
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

/// <summary>A flag that two environments set differently.</summary>
/// <param name="Differences">Member of the setting, with what it is in the one and in the other.</param>
/// <param name="Ahead">In what the second environment would be ahead of the one before it, were the flag promoted; empty for none.</param>
public sealed record FlagComparisonResource(
    string Key, string Name, FlagSettingResource From, FlagSettingResource To, ImmutableArray<FlagDifference> Differences, ImmutableArray<RefusalItem> Ahead);

/// <summary>Why a context gets what it gets.</summary>
/// <param name="Reason">As OFREP says it; null when the evaluation fails.</param>
/// <param name="Decider">What decided.</param>
/// <param name="Bucket">0 to 99.999, in percent; null where no bucket was asked for.</param>
/// <param name="Rule">Position of the rule that decided, from 0; null where none did.</param>
/// <param name="Steps">What was asked, in order.</param>
public sealed record FlagExplanationResource(
    string? Variant,
    JsonElement? Value,
    string? Reason,
    string? ErrorCode,
    Decider Decider,
    Percentage? Bucket,
    int? Rule,
    Guid? RolloutId,
    string? Arm,
    ImmutableArray<ExplainedStep> Steps)
{
    internal static FlagExplanationResource Of(Explanation explanation)
    {
        var answer = explanation.Evaluation.Answer;
        return new FlagExplanationResource(
            answer.Variant?.Name,
            answer.Variant is { } variant ? JsonSerializer.Deserialize<JsonElement>(variant.Value.Text) : null,
            answer.IsFailure ? null : answer.Reason,
            answer.ErrorCode,
            answer.Decider,
            explanation.Evaluation.Bucket < 0 ? null : Percentage.FromThousandths(explanation.Evaluation.Bucket),
            explanation.Rule,
            answer.RolloutId,
            answer.Arm,
            explanation.Steps);
    }
}

/// <summary>What it takes to be rid of a flag.</summary>
/// <param name="Ready">Every step is done: delete it.</param>
public sealed record FlagRemovalResource(FlagStage Stage, bool Ready, ImmutableArray<RemovalStep> Steps, ImmutableArray<CodeReferenceResource> References, FlagReminderResource Reminders);

/// <param name="RemindedAt">When the owner was last reminded; null for never.</param>
/// <param name="Count">How often in all.</param>
/// <param name="NextAt">Null while no reminder is to come, or where it was not asked for.</param>
public sealed record FlagReminderResource(DateTimeOffset? RemindedAt, int Count, DateTimeOffset? SnoozedUntil, DateTimeOffset? NextAt)
{
    internal static FlagReminderResource Of(FlagReminder reminder, DateTimeOffset? nextAt) => new(reminder.RemindedAt, reminder.Count, reminder.SnoozedUntil, nextAt);
}

/// <summary>Puts reminders of a flag's removal off.</summary>
public sealed record FlagSnoozeResource
{
    /// <summary>1 to 365.</summary>
    public required int Days { get; init; }

    public string Reason { get; init; } = "";
}

/// <param name="WatchedSince">Since when evaluations are noticed; before that nobody knows.</param>
/// <param name="Last">By environment, to within minutes; null where it was not evaluated since.</param>
public sealed record FlagEvaluationsResource(DateTimeOffset WatchedSince, IReadOnlyDictionary<string, DateTimeOffset?> Last);

/// <param name="Line">From 1.</param>
public sealed record CodeReferenceResource(string Repository, string Path, int Line, string Text);
