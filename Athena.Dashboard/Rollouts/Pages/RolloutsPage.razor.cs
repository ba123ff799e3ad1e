using System.Collections.Immutable;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Rollouts.Contracts;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Rollouts.Pages;

/// <summary>All rollouts, those under way first.</summary>
public sealed partial class RolloutsPage
{
    private ImmutableArray<RolloutSummary>? rollouts;
    private string? planRefusal;
    private PlanRolloutDialog plan = default!;

    [Inject]
    private RolloutQueries Queries { get; set; } = default!;

    [Inject]
    private ICurrentActor Current { get; set; } = default!;

    protected override bool Ticks => rollouts?.Any(rollout => rollout.State == RolloutState.Running) ?? false;

    protected override bool Concerns(EventEnvelope envelope) => envelope.Subject.Kind == RolloutSubject.Kind && envelope.Event is RolloutEvent;

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        rollouts = await Queries.ListAsync(cancellationToken);
        var actor = await Current.GetAsync(cancellationToken);
        planRefusal = actor.May(Permission.RaiseExposure) || actor.May(Permission.EditFlags)
            ? null
            : RolloutPhrases.Why(actor.Lacks(Permission.RaiseExposure, "plan rollouts"));
    }
}
