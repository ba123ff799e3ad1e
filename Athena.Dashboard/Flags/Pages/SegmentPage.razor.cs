using System.Collections.Immutable;
using System.Text;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Flags.Pages.Editing;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Flags.Pages;

/// <summary>One segment: who belongs to it, and what names it.</summary>
public sealed partial class SegmentPage
{
    private static readonly Crumb[] Crumbs = [new("Segments", "segments")];

    private readonly List<ConditionDraft> conditions = [];
    private ModalDialog dialog = default!;
    private ConfirmDialog deleting = default!;
    private TargetingNames names = TargetingNames.None;
    private EditorFaults faults = EditorFaults.None;
    private ElementReference summary;
    private bool focusSummary;
    private SegmentView? view;
    private Segment? opened;
    private string? readFor;
    private bool isRead;
    private int revision;
    private string? mayNotEdit;
    private string? mayNotDelete;
    private string key = "";
    private bool isKeyTyped;
    private string name = "";
    private string description = "";
    private string reason = "";
    private string confirmation = "";
    private string? confirming;
    private Refusal? needed;
    private Refusal? refusal;
    private ImmutableArray<ChangeRequestView> waiting = [];

    [Inject]
    private SegmentQueries Queries { get; set; } = default!;

    [Inject]
    private SegmentService Segments { get; set; } = default!;

    [Inject]
    private ChangeRequestQueries Requests { get; set; } = default!;

    [Inject]
    private ChangeDesk Desk { get; set; } = default!;

    [Inject]
    private FlagSnapshots Snapshots { get; set; } = default!;

    [Inject]
    private ICurrentActor Actors { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private Athena.Dashboard.Process.Contracts.IProcessCatalog Process { get; set; } = default!;

    /// <summary>Null for a segment that is about to be created.</summary>
    [Parameter]
    public string? Key { get; set; }

    private bool MayOnlyRead => mayNotEdit is not null;

    private string? Missing =>
        string.IsNullOrWhiteSpace(name) ? "A name is needed."
        : conditions.Count == 0 ? "A segment of everybody has no use: add a condition."
        : opened is not null && Written(opened) == Written(Made()) ? "Nothing has changed."
        : null;

    protected override bool Concerns(EventEnvelope envelope) => envelope.Subject.Kind is SegmentSubject.Kind or FlagSubject.Kind or ChangeRequestSubject.Kind;

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        readFor = Key;
        var actor = await Actors.GetAsync(cancellationToken);
        // Who may only lower can still take users out.
        mayNotEdit = actor.May(Permission.EditFlags) || actor.May(Permission.LowerExposure) ? null : actor.Lacks(Permission.EditFlags, "change segments")?.Sentence();
        mayNotDelete = actor.Lacks(Permission.EditFlags, "delete segments")?.Sentence();
        var all = await Queries.ListAsync(cancellationToken);
        view = all.FirstOrDefault(other => other.Segment.Key == Key);
        waiting = Key is null ? [] : [.. (await Requests.ListOpenAsync(cancellationToken)).Where(request => request.Request.SegmentAfter?.Key == Key)];
        var somewhere = Process.Current.Document.Environments.Select(environment => Snapshots.Find(environment.Key)).LastOrDefault();
        names = TargetingNames.From(somewhere, all.Where(other => other.Segment.Key != Key).Select(other => other.Segment));
        // What others change while somebody writes is refused when saving; it never overwrites what he wrote.
        if (!isRead || opened?.Key != view?.Segment.Key) Open(view?.Segment);
        isRead = true;
        revision++;
    }

    // Another segment keeps the component.
    protected override Task OnParametersSetAsync() => !isRead || readFor == Key ? Task.CompletedTask : ReadAsync(Gone);

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!focusSummary) return;
        focusSummary = false;
        await summary.FocusAsync();
    }

    private void Open(Segment? segment)
    {
        opened = segment;
        (key, name, description) = (segment?.Key ?? "", segment?.Name ?? "", segment?.Description ?? "");
        (faults, reason, confirmation, confirming, needed) = (EditorFaults.None, "", "", null, null);
        conditions.Clear();
        conditions.AddRange((segment?.Conditions ?? []).Select(ConditionDraft.Of));
        if (segment is null) conditions.Add(new ConditionDraft());
    }

    private static void Changed()
    {
        // Handling the event draws this page again, which is all that is wanted.
    }

    private void Rename(string? text)
    {
        name = text ?? "";
        if (Key is null && !isKeyTyped) key = FlagText.KeyOf(name);
    }

    private async Task ReviewAsync()
    {
        (refusal, needed, faults, confirming) = (null, null, EditorFaults.None, null);
        var others = (await Queries.ListAsync(CancellationToken.None)).Select(other => other.Segment).Where(other => other.Key != key).ToDictionary(other => other.Key, StringComparer.Ordinal);
        var wrong = Described().Faults(others).ToArray();
        if (wrong.Length == 0) await dialog.OpenAsync();
        else Show(Refusal.Invalid("segment_invalid", "The segment cannot be saved as it is.", wrong));
    }

    private async Task<Refusal?> SaveAsync()
    {
        refusal = null;
        var change = opened is null ? SegmentChange.Create(Described()) : SegmentChange.Edit(Described(), opened.Version);
        var (asks, made) = (needed is not null, key.Trim());
        if (await Desk.HandInAsync(change, asks, reason, confirmation.Trim()) is { } refused) return refused;
        await dialog.CloseAsync();
        if (Key is null) Navigation.NavigateTo(asks ? "change-requests" : $"segments/{made}");
        else Open(asks ? opened : (await Queries.FindAsync(made, CancellationToken.None))?.Segment);
        return null;
    }

    // Only the server knows which flags a segment reaches, and so whether others approve, or a name has to be typed.
    private async Task TakeAsync(Refusal refused)
    {
        if (refused.Code == "approval_needed")
        {
            needed = refused;
        }
        else if (refused.Code == "confirmation_missing")
        {
            confirming = refused.Items.Select(item => item.Expected).FirstOrDefault();
            if (confirmation.Length > 0) refusal = refused;
        }
        else if (refused is { Kind: RefusalKind.Invalid } && refused.Items.Any(item => item.Place != "reason"))
        {
            await dialog.CloseAsync();
            Show(refused);
        }
        else
        {
            refusal = refused;
        }
    }

    private async Task<Refusal?> DeleteAsync(string why)
    {
        var deleted = await Segments.DeleteAsync(Key!, view!.Segment.Version, why, await Actors.GetAsync(), CancellationToken.None);
        if (deleted.IsAccepted) Navigation.NavigateTo("segments");
        return deleted.Refusal;
    }

    private void Show(Refusal refused) => (faults, focusSummary) = (new EditorFaults(refused), true);

    private SegmentDescription Described() => new(key.Trim(), name.Trim(), ConditionDraft.Made(conditions), description);

    private Segment Made() => new() { Key = key, Name = name.Trim(), Description = description.Trim(), Conditions = ConditionDraft.Made(conditions), CreatedAt = default };

    internal static string Written(Segment? segment)
    {
        if (segment is null) return "";
        var text = new StringBuilder().Append("name ").Append(segment.Name).Append('\n');
        if (segment.Description.Length > 0) text.Append("description ").Append(segment.Description).Append('\n');
        return text.Append(SettingText.Of(segment.Conditions)).ToString().TrimEnd('\n');
    }
}
