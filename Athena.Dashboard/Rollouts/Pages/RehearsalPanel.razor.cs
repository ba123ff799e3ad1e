using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using Athena.Dashboard.Rollouts.Domain.Rehearsals;
using Athena.Dashboard.Rollouts.Rehearsals;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Rollouts.Pages;

/// <summary>How a plan did when it was tried, or the offer to try it; nothing once it has begun untried.</summary>
public sealed partial class RehearsalPanel
{
    private RehearsalView? view;
    private RehearseDialog dialog = default!;

    [Parameter, EditorRequired]
    public required Rollout Rollout { get; set; }

    [Parameter, EditorRequired]
    public required Actor Actor { get; set; }

    [Inject]
    private RehearsalService Service { get; set; } = default!;

    [Inject]
    private ICurrentActor Current { get; set; } = default!;

    private string? Description => view?.Shown is { } shown ? RehearsalPhrases.Tried(shown) : null;

    protected override bool Ticks => view?.UnderWay is not null;

    protected override bool Concerns(EventEnvelope envelope) => envelope.Subject == RolloutSubject.Of(Rollout.Id);

    protected override async Task ReadAsync(CancellationToken cancellationToken) => view = await Service.ViewAsync(Rollout.Id, cancellationToken);

    private string? Why(bool alsoLater = false) => RolloutPhrases.Why(RolloutRules.WhyNotRehearse(Rollout, Actor, alsoLater));

    private async Task<Refusal?> CancelAsync(Rehearsal rehearsal) =>
        (await Service.CancelAsync(Rollout.Id, rehearsal.Id, await Current.GetAsync(), CancellationToken.None)).Refusal;
}
