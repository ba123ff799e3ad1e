using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Rollouts;
using Athena.Dashboard.Rollouts.Contracts;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Shell.Screens;

/// <summary>What the users of a release live through, one rollout after the other.</summary>
public sealed partial class ReleaseHealth
{
    private List<RolloutView>? shown;

    [Parameter, EditorRequired]
    public required string Version { get; set; }

    [Inject]
    private RolloutQueries Queries { get; set; } = default!;

    protected override bool Concerns(EventEnvelope envelope) => envelope.Event is RolloutEvent happened && happened.Rollout.Release == Version;

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        var views = new List<RolloutView>();
        foreach (var rollout in (await Queries.ListOfReleaseAsync(Version, cancellationToken)).Where(rollout => rollout.StartedAt is not null))
        {
            if (await Queries.FindViewAsync(rollout.Id, cancellationToken) is { } view) views.Add(view);
        }

        shown = views;
    }

    // What is over is drawn from what was stored, what is under way from what comes in.
    private static DateTimeOffset? StoredFrom(RolloutView view) => view.Rollout.EndedAt is null ? null : view.Rollout.StartedAt;
}
