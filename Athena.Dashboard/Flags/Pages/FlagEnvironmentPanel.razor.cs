using System.Collections.Immutable;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Process.Contracts;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Flags.Pages;

/// <summary>The setting of a flag in one environment, to be read, switched and edited.</summary>
public sealed partial class FlagEnvironmentPanel
{
    private ConfirmDialog switchingOn = default!;
    private ConfirmDialog switchingOff = default!;
    private bool isEditing;
    private FlagEnvironment? from;
    private bool letAhead;

    [Inject]
    private ChangeDesk Desk { get; set; } = default!;

    [Parameter, EditorRequired]
    public required Flag Flag { get; set; }

    [Parameter, EditorRequired]
    public required TargetEnvironment Environment { get; set; }

    [Parameter, EditorRequired]
    public required FlagEnvironment Setting { get; set; }

    /// <summary>The flag's setting in the environment before this one; null for the first.</summary>
    [Parameter]
    public FlagEnvironment? Before { get; set; }

    /// <summary>What people call that environment.</summary>
    [Parameter]
    public string? BeforeTitle { get; set; }

    /// <summary>Changes of it that wait for approval.</summary>
    [Parameter]
    public IReadOnlyList<ChangeRequestView> Waiting { get; set; } = [];

    /// <summary>Changes of it that are made by themselves, the next first.</summary>
    [Parameter]
    public IReadOnlyList<QueuedChange> Queued { get; set; } = [];

    [CascadingParameter]
    private PersonZone? Person { get; set; }

    private TimeZoneInfo Zone => (Person ?? PersonZone.Utc).Zone;

    /// <summary>Who looks: decides what is offered. The commands ask again.</summary>
    [Parameter, EditorRequired]
    public required Actor Actor { get; set; }

    // Who may only lower can still open the editor and lower.
    private string? MayNotEdit => MayNot(ExposureEffect.Raises) is { } raise && MayNot(ExposureEffect.Lowers) is not null ? raise : null;

    private string? MayNot(ExposureEffect effect) => FlagDecisions.Lacks(Actor, Environment, effect)?.Sentence();

    private ImmutableArray<RefusalItem> Ahead => Previous is { } previous && Setting.RolloutId is null ? (Setting with { Enabled = true }).Ahead(previous) : [];

    private PreviousEnvironment? Previous => Environment.IsProduction && Before is not null ? new(BeforeTitle ?? Before.Environment, Before, Flag.Exposed.Name) : null;

    private Task AskAsync()
    {
        letAhead = false;
        return switchingOn.OpenAsync();
    }

    // In one's own zone the words would say nothing.
    private string ChosenIn(string? zone) => zone is null || zone == Zone.Id ? "" : $" (chosen in {zone})";

    // Nothing is brought here until its difference has been reviewed and saved.
    private void Open(FlagEnvironment? source) => (from, isEditing) = (source, true);

    private bool Asks => Environment.Approval is not null;

    private string? Confirming => Environment.IsProduction && !Asks ? Environment.Key : null;

    private Task<Refusal?> SwitchAsync(bool on, string reason) => Desk.HandInAsync(
        FlagChange.Switch(Flag.Key, Setting.Environment, on, on ? Setting.Version : null),
        on && Asks,
        reason,
        // The dialog has had the name typed before it lets anybody here.
        new Consent(Confirming, letAhead));
}
