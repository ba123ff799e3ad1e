using System.Collections.Immutable;
using System.Text.Json;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Evaluation;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Flags;

/// <summary>A flag as the API shows it; the names are those of the release process where it has one.</summary>
/// <param name="Variants">Value by name: <c>on</c> and <c>off</c>.</param>
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
        [.. view.Environments.Select(FlagSettingResource.Of)],
        view.Flag.Version);
}

/// <summary>The setting of a flag in one environment.</summary>
/// <param name="Conditions">Accepted values by attribute; all have to hold.</param>
/// <param name="Percentage">0 to 100 in steps of 0.001, of those for whom all conditions hold.</param>
/// <param name="Audience">Cohorts that are exposed whatever the percentage says.</param>
/// <param name="BucketBy">Attribute that the percentage splits by.</param>
/// <param name="Fallback">Variant for those for whom a condition does not hold.</param>
/// <param name="RolloutId">The rollout that owns the setting, or null.</param>
public sealed record FlagSettingResource(
    string Environment,
    bool Enabled,
    IReadOnlyDictionary<string, ImmutableArray<string>> Conditions,
    Percentage Percentage,
    ImmutableArray<string> Audience,
    string BucketBy,
    string Fallback,
    FlagScheduleResource Schedule,
    Guid? RolloutId,
    long Version)
{
    internal static FlagSettingResource Of(FlagEnvironment setting) => new(
        setting.Environment,
        setting.Enabled,
        setting.Conditions.ToDictionary(condition => condition.Attribute, condition => condition.Values, StringComparer.Ordinal),
        setting.Percentage,
        setting.Audience,
        setting.BucketBy,
        setting.Fallback,
        new FlagScheduleResource(setting.EnableAt, setting.DisableAt),
        setting.RolloutId,
        setting.Version);
}

/// <param name="EnabledAt">When the flag switches itself on, with offset; null for never.</param>
/// <param name="DisabledAt">When the flag switches itself off, with offset; null for never.</param>
public sealed record FlagScheduleResource(DateTimeOffset? EnabledAt = null, DateTimeOffset? DisabledAt = null);

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

    /// <summary>Values of <c>on</c> and <c>off</c>, of one JSON type; null for true and false.</summary>
    public Dictionary<string, JsonElement>? Variants { get; init; }

    internal FlagDescription ToDescription() => new(
        Key,
        Name,
        Type,
        Description,
        Permanent,
        ReleaseId,
        Owner,
        Variants is null ? null : [.. Variants.Select(variant => new Variant(variant.Key, JsonValue.From(variant.Value)))]);
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
    public required Dictionary<string, ImmutableArray<string>> Conditions { get; init; }

    public required Percentage Percentage { get; init; }

    public ImmutableArray<string> Audience { get; init; } = [];

    public string BucketBy { get; init; } = ContextNames.TargetingKey;

    public string Fallback { get; init; } = Variant.Off;

    public FlagScheduleResource Schedule { get; init; } = new();

    public string Reason { get; init; } = "";

    /// <summary>The environment's key, to confirm a change in production that does not only lower exposure.</summary>
    public string? Confirmation { get; init; }

    internal FlagSettings ToSettings() => new(
        [.. Conditions.Select(condition => new Condition(condition.Key, condition.Value.IsDefault ? [] : condition.Value))],
        Percentage,
        Audience.IsDefault ? [] : Audience,
        BucketBy,
        Fallback,
        Schedule.EnabledAt,
        Schedule.DisabledAt);
}

/// <summary>Switches a flag on or off.</summary>
public sealed record FlagSwitchResource
{
    public required bool On { get; init; }

    public string Reason { get; init; } = "";

    public string? Confirmation { get; init; }
}

/// <summary>Why a context gets what it gets.</summary>
/// <param name="Reason">As OFREP says it; null when the evaluation fails.</param>
/// <param name="Decider">What decided.</param>
/// <param name="Bucket">0 to 99.999, in percent; null where no bucket was asked for.</param>
/// <param name="Steps">What was asked, in order.</param>
public sealed record FlagExplanationResource(
    string? Variant,
    JsonElement? Value,
    string? Reason,
    string? ErrorCode,
    Decider Decider,
    Percentage? Bucket,
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
            answer.IsFailure ? "TARGETING_KEY_MISSING" : null,
            answer.Decider,
            explanation.Evaluation.Bucket < 0 ? null : Percentage.FromThousandths(explanation.Evaluation.Bucket),
            answer.RolloutId,
            answer.Arm,
            explanation.Steps);
    }
}
