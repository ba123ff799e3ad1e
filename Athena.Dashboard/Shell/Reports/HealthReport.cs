using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain;

namespace Athena.Dashboard.Shell.Reports;

/// <summary>The release health report: what was measured, how it was judged, what acted, and when.</summary>
/// <param name="At">As of when, UTC.</param>
/// <param name="Rollouts">Those that began, the oldest first.</param>
public sealed record HealthReport(string Release, string Title, string Type, ReleaseState State, string Owner, DateOnly TargetDate, DateTimeOffset At, ImmutableArray<RolloutReport> Rollouts)
{
    /// <summary>What people did around each rollback, the newest first.</summary>
    public ImmutableArray<ReportedProcedure> Procedures { get; init; } = [];
}

/// <param name="What">What was taken back; null as long as nothing is.</param>
/// <param name="PostMortem">Markdown, once it is published; null before.</param>
public sealed record ReportedProcedure(
    Guid Id, Guid? Rollout, string? What, string Reason, DateTimeOffset OpenedAt, string OpenedBy, DateTimeOffset? ClosedAt, ImmutableArray<ReportedStep> Steps, string? PostMortem, ImmutableArray<ReportedFollowUp> FollowUps);

public sealed record ReportedStep(string Title, string Owner, DateTimeOffset DueAt, DateTimeOffset? CompletedAt, string? CompletedBy, string Note);

public sealed record ReportedFollowUp(string Title, string? Owner, DateOnly DueOn, DateTimeOffset? DoneAt);

/// <param name="Outcome">One sentence: where it ended or where it is, and why.</param>
/// <param name="Exposed">Percent of users that have the feature.</param>
/// <param name="Metrics">Over the whole rollout.</param>
/// <param name="Verdicts">The last one of each rule.</param>
/// <param name="Triggers">Rules and people that held it or took it back, the oldest first.</param>
/// <param name="Timeline">Everything that it did, the oldest first.</param>
/// <param name="Gaps">Times that applications' reports left out.</param>
public sealed record RolloutReport(
    Guid Id,
    string Flag,
    string Environment,
    RolloutState State,
    string Outcome,
    decimal Exposed,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    ImmutableArray<MeasuredMetric> Metrics,
    ImmutableArray<ReportedVerdict> Verdicts,
    ImmutableArray<ReportedTurn> Triggers,
    ImmutableArray<ReportedTurn> Timeline,
    ImmutableArray<HealthGap> Gaps);

/// <param name="List">The rule list that the rule stands in.</param>
/// <param name="At">Since when the verdict stands.</param>
public sealed record ReportedVerdict(string List, string Rule, Verdict Verdict, UndecidedCause? Cause, double? Observed, double Threshold, MetricUnit Unit, long Samples, DateTimeOffset At, string Explanation);

/// <param name="List">The rule list of the harm that decided; null when a person or nothing harmful did.</param>
/// <param name="Action">What was carried out; null when nothing was.</param>
public sealed record ReportedTurn(DateTimeOffset At, DecisionKind Kind, string Stage, string? List, string? Rule, RuleAction? Action, string Actor, string Summary);
