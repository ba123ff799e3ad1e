using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Rollouts.Pages;

/// <summary>All rules that lead to an alert or a rollback: those that say something now, and the rest folded away.</summary>
public sealed partial class RolloutGuards
{
    private bool open;

    [Parameter, EditorRequired]
    public required Rollout Rollout { get; set; }

    [Parameter]
    public ImmutableArray<RuleVerdict> Verdicts { get; set; } = [];

    /// <summary>Nobody reports: every rule would say the same.</summary>
    [Parameter]
    public bool IsSilent { get; set; }

    private List<JudgedRule> Rules => [.. Rollout.Terms.RulesOf(Rollout.CurrentStep).Where(rule => rule.List != RuleListNames.StageCriteria && (rule.Sequential is null || IsPlanned))];

    private List<JudgedRule> Loud => [.. Rules.Where(IsLoud)];

    private List<JudgedRule> Quiet => [.. Rules.Where(rule => !IsLoud(rule))];

    private bool IsPlanned => Rollout.StartedAt is null;

    private StateKind QuietKind => IsPlanned ? StateKind.Neutral : IsSilent ? StateKind.Hold : StateKind.Good;

    private string QuietText => IsPlanned ? $"{Quiet.Count} rules will watch it" : IsSilent ? $"{Quiet.Count} rules wait for reports" : $"{Quiet.Count} rules say nothing";

    private string Description => Rollout.Terms.Plan.Rollback.Automatic
        ? "When several fire, the most drastic action wins. Old figures never roll back."
        : "This plan does not roll back by itself: harm holds the stage and asks.";

    // What is undecided for want of data or of reports is no news; what was found once or twice is.
    private bool IsLoud(JudgedRule rule) =>
        Verdicts.Of(rule) is { } verdict
        && Rollout.Terms.Decides(rule.Rule, Rollout.CurrentStep)
        && (verdict.Verdict == Verdict.Bad || verdict.Cause is UndecidedCause.Ambiguous or UndecidedCause.NotANumber);
}
