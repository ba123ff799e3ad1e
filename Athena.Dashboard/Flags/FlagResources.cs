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

/// <param name="WatchedSince">Since when evaluations are noticed; before that nobody knows.</param>
/// <param name="Last">By environment, to within minutes; null where it was not evaluated since.</param>
public sealed record FlagEvaluationsResource(DateTimeOffset WatchedSince, IReadOnlyDictionary<string, DateTimeOffset?> Last);

/// <param name="Line">From 1.</param>
public sealed record CodeReferenceResource(string Repository, string Path, int Line, string Text);
