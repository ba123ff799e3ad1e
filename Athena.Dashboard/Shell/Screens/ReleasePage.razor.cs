using System.Collections.Immutable;
using Athena.Dashboard.Communication.Contracts;
using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Notes.Contracts;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Releases.Domain;
using Athena.Dashboard.Releases.Pages;
using Athena.Dashboard.Rollouts.Contracts;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Shell.Screens;

/// <summary>One release with everything that belongs to it.</summary>
public sealed partial class ReleasePage
{
    private ReleaseDetails? details;
    private ImmutableArray<GateProgress> gates = [];
    private ImmutableArray<RolloutOfRelease> rollouts = [];
    private Refusal? obstacle;
    private Actor? actor;
    private bool isMissing;
    private ReleaseState detour = ReleaseState.Cancelled;
    private MoveReleaseDialog move = default!;
    private EditReleaseDialog edit = default!;
    private ConfirmDialog confirm = default!;

    [Parameter]
    public string Version { get; set; } = "";

    [SupplyParameterFromQuery]
    private string? Tab { get; set; }

    /// <summary>Key of the open gate item.</summary>
    [SupplyParameterFromQuery]
    private string? Item { get; set; }

    /// <summary>Which gate items are shown.</summary>
    [SupplyParameterFromQuery]
    private string? Show { get; set; }

    [Inject]
    private ReleaseQueries Queries { get; set; } = default!;

    [Inject]
    private ReleaseService Releases { get; set; } = default!;

    [Inject]
    private IGateVerdicts Verdicts { get; set; } = default!;

    [Inject]
    private ICurrentActor Current { get; set; } = default!;

    private IReadOnlyList<Tab> tabs =>
    [
        new("overview", "Overview"),
        new("gates", "Gates", Count: gates.Sum(set => set.Total - set.Done) is > 0 and var open ? open : null),
        new("rollouts", "Flags and rollouts", Count: rollouts.Length > 0 ? rollouts.Length : null),
        new("health", "Health"),
        new("notes", "Notes"),
        new("communication", "Communication"),
        new("history", "History"),
    ];

    private Subject[] Subjects =>
    [
        ReleaseSubject.Of(details!.Release.Semver),
        NoteSubject.Of(details.Release.Semver),
        CommunicationSubject.Of(details.Release.Semver),
        .. rollouts.Select(rollout => RolloutSubject.Of(rollout.Id)),
    ];

    private DateOnly Today => ReleaseDay.Of(Clock.GetUtcNow(), details!.Release.Zone);

    private string GatesHref => $"releases/{details!.Release.Semver}?tab=gates";

    private string? EditReason => ReleasePhrases.Why(actor!.Lacks(Permission.EditReleases, "edit a release"));

    /// <summary>The ways beside the usual one.</summary>
    private IEnumerable<ReleaseState> Detours => ReleaseTransitions.From(details!.Release.State).Skip(1);

    protected override bool Concerns(EventEnvelope envelope) =>
        envelope.Subject == ReleaseSubject.Of(Version) || (envelope.Event is RolloutEvent happened && happened.Rollout.Release == Version);

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        // A leading v is a habit of tags; the release is the same.
        var next = await Queries.FindDetailsAsync(SemanticVersion.TryParse(Version, out var version) ? version!.ToString() : Version, cancellationToken);
        isMissing = next is null;
        if (next is null)
        {
            details = null;
            return;
        }

        var semver = next.Release.Semver;
        gates = await Verdicts.ProgressAsync([ReleaseSubject.Of(semver)], cancellationToken);
        rollouts = await Queries.RolloutsAsync([semver], cancellationToken);
        obstacle = ReleaseTransitions.Next(next.Release.State) is { } to ? await Queries.ObstacleAsync(next, to, rollouts, cancellationToken) : null;
        actor = await Current.GetAsync(cancellationToken);
        details = next;
    }

    // Another release at the same page keeps the component.
    protected override Task OnParametersSetAsync() =>
        details is null || details.Release.Semver == Version ? Task.CompletedTask : ReadAsync(Gone);

    private string? DetourReason(ReleaseState to) =>
        ReleasePhrases.Why(actor!.Lacks(ReleaseTransitions.PermissionFor(to), $"take the release to {to.Word()}"))
        ?? ReleasePhrases.Why(details!.Release.MayNotGo(to, new GateVerdict(true, []), rollouts));

    private Task AskAsync(ReleaseState to)
    {
        detour = to;
        StateHasChanged();
        return confirm.OpenAsync();
    }

    private async Task<Refusal?> GoAsync(ReleaseState to, string? reason)
    {
        var release = details!.Release;
        var moved = await Releases.TransitionAsync(release.Semver, release.Version, to, reason, await Current.GetAsync(Gone), Gone);
        await ReadAsync(Gone);
        StateHasChanged();
        return moved.Refusal;
    }
}
