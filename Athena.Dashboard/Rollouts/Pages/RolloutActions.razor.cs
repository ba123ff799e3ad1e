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
    private RuleAction way = RuleAction.RollBack;

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

    // A gradual one that is under way can only be hurried.
    private IReadOnlyList<Option<RuleAction>> Ways => Rollout.State == RolloutState.RollingBack || Rollout.Step == 0
        ? [new(RuleAction.RollBack, "At once"), new(RuleAction.Emergency, "Emergency: switch the flag off")]
        : [new(RuleAction.RollBack, "At once"), new(RuleAction.Gradual, "Stage by stage"), new(RuleAction.Emergency, "Emergency: switch the flag off")];

    private string Effect => way switch
    {
        RuleAction.Gradual => $"Exposure goes back from {Rollout.Exposed} one step at a time, with a pause at each, to 0 %.",
        RuleAction.Emergency => $"Exposure goes from {Rollout.Exposed} to 0 % at once and the flag is switched off: everybody gets its off value, the team as well.",
        _ => $"Exposure goes from {Rollout.Exposed} to 0 % at once; the flag stays on.",
    };

    private bool CanOnlyResume =>
        Rollout.State == RolloutState.Paused || Rollout is { State: RolloutState.Held, Cause: HoldCause.AsksAPerson or HoldCause.FlagRefused };

    private Task AskRollBackAsync()
    {
        way = RuleAction.RollBack;
        return rollBack.OpenAsync();
    }

    private static string? Why(Refusal? refusal) => RolloutPhrases.Why(refusal);

    private Task<Refusal?> StartAsync(string reason) => DoAsync(actor => Service.StartAsync(Rollout.Id, Rollout.Version, reason, actor, default));

    private Task<Refusal?> PauseAsync(string reason) => DoAsync(actor => Service.PauseAsync(Rollout.Id, reason, actor, default));

    private Task<Refusal?> ResumeAsync(string reason) => DoAsync(actor => Service.ResumeAsync(Rollout.Id, Rollout.Version, reason, actor, default));

    private Task<Refusal?> AdvanceAsync(string reason) => DoAsync(actor => Service.AdvanceAsync(Rollout.Id, Rollout.Version, reason, actor, default));

    private Task<Refusal?> RollBackAsync(string reason) => DoAsync(actor => Service.RollBackAsync(Rollout.Id, way, reason, actor, default));

    private Task<Refusal?> CallOffAsync(string reason) => DoAsync(actor => Service.CallOffAsync(Rollout.Id, Rollout.Version, reason, actor, default));

    private async Task<Refusal?> DoAsync(Func<Actor, Task<Outcome<RolloutSummary>>> command) => (await command(await Current.GetAsync())).Refusal;
}
