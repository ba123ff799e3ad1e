using System.Collections.Immutable;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Process.Contracts;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Flags.Pages.Editing;

/// <summary>
/// Edits the setting that it was opened with; what others change meanwhile is refused when saving, not overwritten.
/// Nothing is saved before its author has seen what becomes different.
/// </summary>
public sealed partial class FlagSettingEditor
{
    private const int MostZones = 30;

    private SettingDraft draft = default!;
    private TargetingNames names = TargetingNames.None;
    private EditorFaults faults = EditorFaults.None;
    private ModalDialog dialog = default!;
    private ElementReference summary;
    private bool focusSummary;
    private string reason = "";
    private string confirmation = "";
    private bool letAhead;
    private DateTime? later;
    private string? zoneTyped;
    private string? zoneFault;
    private Refusal? refusal;

    [Inject]
    private ChangeDesk Desk { get; set; } = default!;

    [Inject]
    private FlagQueries Queries { get; set; } = default!;

    [Inject]
    private SegmentQueries Segments { get; set; } = default!;

    [Inject]
    private FlagSnapshots Snapshots { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    [CascadingParameter]
    private PersonZone? Person { get; set; }

    [Parameter, EditorRequired]
    public required Flag Flag { get; set; }

    [Parameter, EditorRequired]
    public required TargetEnvironment Environment { get; set; }

    [Parameter, EditorRequired]
    public required FlagEnvironment Setting { get; set; }

    /// <summary>Another environment's setting, whose targeting is brought here; null to edit what is here.</summary>
    [Parameter]
    public FlagEnvironment? From { get; set; }

    /// <summary>What production must not be ahead of; null where nothing is to be held to.</summary>
    [Parameter]
    public PreviousEnvironment? Previous { get; set; }

    /// <summary>Saved or given up.</summary>
    [Parameter]
    public EventCallback OnClosed { get; set; }

    private bool IsOwned => draft.Opened.RolloutId is not null;

    private List<Option<string>> Fallbacks =>
        [.. Flag.Variants.Select(variant => variant.Name).Append(Variant.Off).Append(draft.Fallback).Distinct(StringComparer.Ordinal).Select(name => new Option<string>(name, name))];

    private FlagEnvironment? Next => draft.ToSettings()?.AppliedTo(draft.Opened);

    private ExposureEffect? Effect => Next is { } next && !next.IsSameAs(draft.Opened) ? Exposure.Compare(draft.Opened, next) : null;

    private ImmutableArray<RefusalItem> Ahead => Effect == ExposureEffect.Raises && !IsOwned && Previous is { } previous ? Next!.Ahead(previous) : [];

    private bool Asks => Environment.Approval is not null && Effect is not (null or ExposureEffect.Lowers);

    private bool MustConfirm => !Asks && Environment.IsProduction && Effect is not (null or ExposureEffect.Lowers);

    private string? PercentFault => draft.Percent is { } percent && Percentage.TryFrom(percent, out _) ? null : "0 to 100 in steps of 0.001.";

    /// <summary>Why there is nothing to review.</summary>
    private string? Missing => draft.Fault ?? zoneFault ?? (Effect is null ? "Nothing has changed." : null);

    /// <summary>What the dialog still wants.</summary>
    private string? Unsaid => Effect switch
    {
        null => "Nothing has changed.",
        ExposureEffect.Lowers => null,
        _ when string.IsNullOrWhiteSpace(reason) => "A reason is needed.",
        _ when !Ahead.IsEmpty && !letAhead => "Production would be ahead; that has to be allowed.",
        _ when MustConfirm && confirmation.Trim() != Environment.Key => $"Type {Environment.Key} first.",
        _ => null,
    };

    private string EffectText => Effect switch
    {
        ExposureEffect.Lowers => "Exposes nobody new.",
        ExposureEffect.Raises => "May expose more users.",
        ExposureEffect.Same => "Changes nothing for users now.",
        _ => "",
    };

    private StateKind EffectKind => Effect switch
    {
        ExposureEffect.Raises => StateKind.Hold,
        ExposureEffect.Lowers => StateKind.Good,
        _ => StateKind.Neutral,
    };

    protected override async Task OnInitializedAsync()
    {
        draft = new SettingDraft(Flag, Setting, (Person ?? PersonZone.Utc).Zone, From);
        zoneTyped = draft.Zone.Id;
        names = TargetingNames.From(Snapshots.Find(Environment.Key), (await Segments.ListAsync(CancellationToken.None)).Select(view => view.Segment));
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!focusSummary) return;
        focusSummary = false;
        await summary.FocusAsync();
    }

    private static void Changed()
    {
        // Handling the event draws this component again, which is all that is wanted.
    }

    private void Rezone(string? id)
    {
        zoneTyped = id;
        zoneFault = TimeZoneInfo.TryFindSystemTimeZoneById(id ?? "", out var zone) ? null : "This is not a time zone such as Europe/Vienna.";
        if (zone is not null) draft.Rezone(zone);
    }

    private static List<string> ZonesLike(string? typed) =>
        [.. TimeZoneInfo.GetSystemTimeZones().Select(zone => zone.Id).Where(id => id.Contains(typed ?? "", StringComparison.OrdinalIgnoreCase)).Take(MostZones)];

    private async Task ReviewAsync()
    {
        (refusal, faults) = (null, EditorFaults.None);
        var wrong = await Queries.CheckAsync(Flag, draft.Opened, draft.ToSettings()!, Clock.GetUtcNow(), CancellationToken.None);
        if (wrong.Length == 0)
        {
            (letAhead, later) = (false, null);
            await dialog.OpenAsync();
            return;
        }

        Show(Refusal.Invalid("flag_settings_invalid", $"The setting of {Flag.Key} in {Environment.Title} cannot be saved.", [.. wrong]));
    }

    private async Task<Refusal?> SaveAsync()
    {
        refusal = null;
        var change = FlagChange.Edit(Flag.Key, Environment.Key, draft.Opened.Version, draft.ToSettings()!);
        var consent = new Consent(confirmation.Trim(), letAhead);
        var refused = later is { } local && !Asks
            ? await Desk.QueueAsync(change, draft.ToInstant(local), draft.Zone.Id, reason, consent)
            : await Desk.HandInAsync(change, Asks, reason, consent);
        if (refused is null)
        {
            await dialog.CloseAsync();
            await OnClosed.InvokeAsync();
        }

        return refused;
    }

    // What is wrong with a field of the editor is shown there; the rest concerns the dialog.
    private async Task TakeAsync(Refusal refused)
    {
        if (refused is { Kind: RefusalKind.Invalid } && refused.Items.Any(item => item.Place is not ("reason" or "confirmation" or "at")))
        {
            await dialog.CloseAsync();
            Show(refused);
        }
        else
        {
            refusal = refused;
        }
    }

    private void Show(Refusal refused) => (faults, focusSummary) = (new EditorFaults(refused), true);

    private string Written(FlagEnvironment setting) => SettingText.Of(setting, Flag.Exposed.Name, draft.Zone);
}
