using System.Collections.Immutable;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Rollouts.Contracts;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Rollouts.Pages;

/// <summary>The rollouts of one release; a part of its screen.</summary>
public sealed partial class ReleaseRolloutsPart
{
    private ImmutableArray<RolloutSummary>? rollouts;
    private string? planRefusal;
    private PlanRolloutDialog plan = default!;

    /// <summary>The release's version.</summary>
    [Parameter, EditorRequired]
    public required string Version { get; set; }

    /// <summary>False where the release is over.</summary>
    [Parameter]
    public bool CanPlan { get; set; } = true;

    [Inject]
    private RolloutQueries Queries { get; set; } = default!;

    [Inject]
    private ICurrentActor Current { get; set; } = default!;

    protected override bool Ticks => rollouts?.Any(rollout => rollout.State == RolloutState.Running) ?? false;

    protected override bool Concerns(EventEnvelope envelope) => envelope.Event is RolloutEvent happened && happened.Rollout.Release == Version;

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        rollouts = await Queries.ListOfReleaseAsync(Version, cancellationToken);
        var actor = await Current.GetAsync(cancellationToken);
        planRefusal = actor.May(Permission.RaiseExposure) || actor.May(Permission.EditFlags)
            ? null
            : RolloutPhrases.Why(actor.Lacks(Permission.RaiseExposure, "plan rollouts"));
    }
}
