using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Rollouts.Pages;

/// <summary>What the present stage must prove, by measure and by people.</summary>
public sealed partial class RolloutCriteria
{
    [Parameter, EditorRequired]
    public required Rollout Rollout { get; set; }

    [Parameter, EditorRequired]
    public required Actor Actor { get; set; }

    [Parameter]
    public ImmutableArray<RuleVerdict> Verdicts { get; set; } = [];

    [Inject]
    private RolloutService Service { get; set; } = default!;

    [Inject]
    private ICurrentActor Current { get; set; } = default!;

    private IEnumerable<JudgedRule> Criteria =>
        Rollout.Terms.RulesOf(Rollout.CurrentStep).Where(rule => rule.List == RuleListNames.StageCriteria);

    // Each tick is a command of its own; what somebody else ticked meanwhile is no reason to refuse it.
    private async Task<Refusal?> TickAsync(TickedCriterion criterion, bool ticked) =>
        (await Service.TickCriterionAsync(Rollout.Id, null, criterion.Text, ticked, await Current.GetAsync(), CancellationToken.None)).Refusal;
}
