using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Rollouts;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Shell.Screens;

/// <summary>One rollout: where it is, what holds it, what its users live through, and what can be done.</summary>
public sealed partial class RolloutPage
{
    private static readonly Tab[] AllTabs =
    [
        new("now", "Now"),
        new("decisions", "Decisions"),
        new("plan", "Plan"),
        new("journal", "Journal"),
    ];

    private RolloutView? view;
    private Actor? actor;
    private Surroundings? around;
    private bool isMissing;

    [Parameter]
    public Guid Id { get; set; }

    [SupplyParameterFromQuery]
    private string? Tab { get; set; }

    [Inject]
    private RolloutQueries Queries { get; set; } = default!;

    [Inject]
    private RolloutSurroundings Surroundings { get; set; } = default!;

    [Inject]
    private ICurrentActor Current { get; set; } = default!;

    // What is over has no present, but its measures stay.
    private static IReadOnlyList<Tab> TabsOf(Rollout rollout) =>
        !rollout.State.IsOver() ? AllTabs
        : rollout.StartedAt is null ? AllTabs[1..]
        : [AllTabs[1], new Tab("measures", "Measures"), .. AllTabs[2..]];

    // The limits that decide something; those that only alert would crowd the charts.
    private static IReadOnlyList<JudgedRule> Deciding(Rollout rollout) =>
        [.. rollout.Terms.RulesOf(rollout.CurrentStep).Where(rule => rollout.Terms.ActionOf(rule) > RuleAction.Alert)];

    private string Open(Rollout rollout) => TabsOf(rollout).FirstOrDefault(tab => tab.Key == Tab)?.Key ?? TabsOf(rollout)[0].Key;

    protected override bool Ticks => view?.Rollout.State.IsInStage() ?? false;

    protected override bool Concerns(EventEnvelope envelope) =>
        envelope.Subject == RolloutSubject.Of(Id)
        || (view is { Rollout.Release: var release } && envelope.Subject == ReleaseSubject.Of(release) && envelope.Event is IGateItemEvent or ReleaseStateChanged);

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        view = await Queries.FindViewAsync(Id, cancellationToken);
        isMissing = view is null;
        if (view is null) return;
        actor = await Current.GetAsync(cancellationToken);
        around = await Surroundings.ReadRecentAsync(view.Rollout, cancellationToken);
    }

    // Another rollout at the same page keeps the component.
    protected override Task OnParametersSetAsync() => view is null || view.Rollout.Id == Id ? Task.CompletedTask : ReadAsync(Gone);
}
