using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Rollouts.Pages;

/// <summary>What can be done with a rollout now; a button that cannot be pressed says why and who could.</summary>
public sealed partial class RolloutActions
{
    private ConfirmDialog start = default!;
    private ConfirmDialog pause = default!;
    private ConfirmDialog resume = default!;
    private ConfirmDialog advance = default!;
    private ConfirmDialog rollBack = default!;
    private ConfirmDialog callOff = default!;

    [Parameter, EditorRequired]
    public required Rollout Rollout { get; set; }

    [Parameter, EditorRequired]
    public required Actor Actor { get; set; }

    [Parameter, EditorRequired]
    public required Surroundings Around { get; set; }

    [Inject]
    private RolloutService Service { get; set; } = default!;

    [Inject]
    private ICurrentActor Current { get; set; } = default!;

    private RolloutStep First => Rollout.Terms.Steps[0];

    private RolloutStep? Next => Rollout.IsLastStep ? null : Rollout.Terms.Steps[Rollout.Step + 1];

    private string AdvanceTitle => Next is { } next ? $"Advance {Rollout.Name} to {next.Name}?" : $"Complete {Rollout.Name}?";

    private bool CanOnlyResume =>
        Rollout.State == RolloutState.Paused || Rollout is { State: RolloutState.Held, Cause: HoldCause.AsksAPerson or HoldCause.FlagRefused };

    private static string? Why(Refusal? refusal) => RolloutPhrases.Why(refusal);

    private Task<Refusal?> StartAsync(string reason) => DoAsync(actor => Service.StartAsync(Rollout.Id, Rollout.Version, reason, actor, default));

    private Task<Refusal?> PauseAsync(string reason) => DoAsync(actor => Service.PauseAsync(Rollout.Id, reason, actor, default));

    private Task<Refusal?> ResumeAsync(string reason) => DoAsync(actor => Service.ResumeAsync(Rollout.Id, Rollout.Version, reason, actor, default));

    private Task<Refusal?> AdvanceAsync(string reason) => DoAsync(actor => Service.AdvanceAsync(Rollout.Id, Rollout.Version, reason, actor, default));

    private Task<Refusal?> RollBackAsync(string reason) => DoAsync(actor => Service.RollBackAsync(Rollout.Id, reason, actor, default));

    private Task<Refusal?> CallOffAsync(string reason) => DoAsync(actor => Service.CallOffAsync(Rollout.Id, Rollout.Version, reason, actor, default));

    private async Task<Refusal?> DoAsync(Func<Actor, Task<Outcome<RolloutSummary>>> command) => (await command(await Current.GetAsync())).Refusal;
}
