using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain;

namespace Athena.Dashboard.Rollouts;

/// <summary>A rollout that somebody wants.</summary>
/// <param name="Plan">YAML as a text, or the same structure as a JSON object; the default plan when missing.</param>
internal sealed record NewRolloutResource(string? Release, string? Environment, string? Flag, JsonElement? Plan)
{
    /// <summary>The plan where the whole body is one.</summary>
    [JsonIgnore]
    public string? Yaml { get; init; }

    // What is missing is refused together with everything else that is wrong.
    public RolloutRequest ToRequest() => new(
        Release ?? "",
        Environment ?? "",
        Flag,
        Yaml ?? Plan switch
        {
            null or { ValueKind: JsonValueKind.Null } => null,
            { ValueKind: JsonValueKind.String } text => text.GetString(),
            // JSON is YAML.
            { } element => element.GetRawText(),
        });
}

internal sealed record ReasonResource(string? Reason);

/// <param name="Action">rollBack (the default), gradual or emergency.</param>
internal sealed record RollbackResource(string? Reason, RuleAction? Action);

internal sealed record CriterionTickResource(string Criterion, bool Ticked = true);

/// <param name="CountedSeconds">Observed healthy time in the present stage.</param>
internal sealed record RolloutResource(
    Guid Id,
    string Release,
    string Flag,
    string Environment,
    RolloutState State,
    StageName? Stage,
    int Stages,
    Percentage Exposed,
    double CountedSeconds,
    double NeededSeconds,
    HoldCause? Cause,
    string? Because,
    DateTimeOffset Since,
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt,
    long Version)
{
    /// <summary>In the answer to a plan: no faults, but what whoever plans should know. Left out elsewhere.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<PlanWarning>? Warnings { get; init; }

    public static RolloutResource Of(RolloutSummary rollout) => new(
        rollout.Id,
        rollout.Release,
        rollout.FlagKey,
        rollout.Environment,
        rollout.State,
        rollout.Stage,
        rollout.Stages,
        rollout.Exposed,
        Math.Round(rollout.Counted.TotalSeconds, 3),
        Math.Round(rollout.Needed.TotalSeconds, 3),
        rollout.Cause,
        rollout.Because,
        rollout.Since,
        rollout.StartedAt,
        rollout.EndedAt,
        rollout.Version);
}

internal sealed record RolloutDetailsResource(
    RolloutResource Rollout,
    ImmutableArray<StepResource> Steps,
    bool AutomaticRollback,
    int ProcessVersion,
    ImmutableArray<CriterionTick> Ticks,
    Rollback? Rollback,
    SourceFreshness Source,
    ImmutableArray<RuleVerdict> Verdicts,
    ImmutableArray<PlanWarning> Warnings,
    ImmutableArray<JournalEntry> Journal)
{
    public static RolloutDetailsResource Of(RolloutView view)
    {
        var terms = view.Rollout.Terms;
        return new RolloutDetailsResource(
            RolloutResource.Of(view.Summary),
            [.. terms.Steps.Select(step => StepResource.Of(step, view.UsersOf(step)))],
            terms.Plan.Rollback.Automatic,
            terms.ProcessVersion,
            view.Rollout.Ticks,
            view.Rollout.Rollback,
            view.Source,
            view.Verdicts,
            view.Warnings,
            view.Journal);
    }
}

/// <param name="ExpectedUsers">Head-count that the plan states for the stage; null when it states none.</param>
/// <param name="ExposedUsers">Different users who were given it in this step, estimated; null before anybody asked.</param>
/// <param name="ControlUsers">Different users who were held back by the percentage meanwhile.</param>
internal sealed record StepResource(
    string Name,
    Percentage Percentage,
    double NeededSeconds,
    ImmutableArray<string> Cohorts,
    ImmutableArray<string> Criteria,
    ImmutableArray<string> Ticked,
    UserRange? ExpectedUsers,
    long? ExposedUsers,
    long? ControlUsers)
{
    public static StepResource Of(RolloutStep step, ExposedUsers? users) => new(
        step.Name,
        step.Percentage,
        Math.Round(step.Duration.TotalSeconds, 3),
        step.Cohorts,
        [.. step.Criteria.Select(rule => rule.Text)],
        [.. step.Ticked.Select(criterion => criterion.Text)],
        step.ExpectedUsers,
        users?.Exposed,
        users?.Control);
}

/// <summary>A decision made again.</summary>
/// <param name="Same">It comes out as it stands in the record.</param>
/// <param name="Why">Why it cannot be made again; null when it could.</param>
/// <param name="Differences">What comes out otherwise: found now, and expected by the record.</param>
public sealed record ReplayResource(bool Same, string? Why, ImmutableArray<RefusalItem> Differences)
{
    internal static ReplayResource Of(Replayed replayed) => new(replayed.IsSame, replayed.Why, replayed.Differences);
}
