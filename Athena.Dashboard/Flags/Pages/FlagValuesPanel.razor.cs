using System.Collections.Immutable;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Pages.Editing;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Flags.Pages;

/// <summary>What a flag can answer, to be read and edited; nothing is saved before its author has seen what becomes different.</summary>
public sealed partial class FlagValuesPanel
{
    private readonly List<VariantDraft> drafts = [];
    private ModalDialog dialog = default!;
    private EditorFaults faults = EditorFaults.None;
    private ElementReference summary;
    private bool focusSummary;
    private bool isEditing;
    private Flag opened = default!;
    private ImmutableArray<VariantUse> uses = [];
    private ILookup<string, string>? places;
    private int? readFor;
    private DefinitionPreview? preview;
    private Refusal? refusal;
    private string reason = "";
    private string confirmation = "";

    [Inject]
    private FlagDefinitionService Definitions { get; set; } = default!;

    [Inject]
    private ChangeDesk Desk { get; set; } = default!;

    [Parameter, EditorRequired]
    public required Flag Flag { get; set; }

    /// <summary>Who looks: decides what is offered. The commands ask again.</summary>
    [Parameter, EditorRequired]
    public required Actor Actor { get; set; }

    /// <summary>Grows with every change of the flag and of its settings.</summary>
    [Parameter]
    public int Revision { get; set; }

    private string? MayNotEdit => Actor.Lacks(Permission.EditFlags, "edit flags")?.Sentence();

    private bool Asks => preview is { } seen && seen.Raised.Any(environment => environment.Approval is not null);

    private string? Confirming => Asks ? null : preview?.Raised.FirstOrDefault(environment => environment.IsProduction)?.Key;

    private string? Unsaid =>
        string.IsNullOrWhiteSpace(reason) ? "A reason is needed."
        : Confirming is { } key && confirmation.Trim() != key ? $"Type {key} first."
        : null;

    protected override async Task OnParametersSetAsync()
    {
        if (readFor == Revision) return;
        readFor = Revision;
        uses = await Definitions.UsesAsync(Flag, CancellationToken.None);
        places = uses.ToLookup(use => use.Variant, use => use.Place, StringComparer.Ordinal);
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

    private static string EffectText(DefinitionPreview seen) => seen.Raised.IsEmpty
        ? "Changes nothing for users now."
        : $"Users in {string.Join(", ", seen.Raised.Select(environment => environment.Title))} get something else.";

    private string Served(Variant variant) =>
        places is null ? ""
        : string.Join("; ", places[variant.Name].Concat(variant.Name == Variant.Off ? ["whoever is switched off or held back"] : [])) is { Length: > 0 } text ? text
        : "–";

    private void Open()
    {
        (opened, faults, isEditing) = (Flag, EditorFaults.None, true);
        drafts.Clear();
        drafts.AddRange(Flag.Variants.Select(VariantDraft.Of));
    }

    private async Task ReviewAsync()
    {
        (faults, refusal, preview, reason, confirmation) = (EditorFaults.None, null, null, "", "");
        var unreadable = new List<RefusalItem>();
        var read = drafts.Select((draft, i) => draft.Read(Called(draft, i), unreadable)).ToList();
        var wrong = unreadable.Concat((FlagDefinitionReversion.Described(opened) with { Variants = [.. read.OfType<Variant>()] }).Faults()
            .Where(fault => unreadable.Count == 0 || fault.Place != "variants").Select(WithLine)).ToArray();
        if (wrong.Length > 0)
        {
            Show(Refusal.Invalid("flag_invalid", $"The values of {Flag.Key} cannot be saved.", wrong));
            return;
        }

        var seen = await Definitions.PreviewAsync(Change(), CancellationToken.None);
        if ((seen.Refusal ?? seen.Value.Refusal) is { } against) Show(against);
        else if (seen.Value.Next.Variants.SequenceEqual(opened.Variants)) Show(Refusal.Conflict("nothing_changes", "Nothing has changed."));
        else
        {
            preview = seen.Value;
            await dialog.OpenAsync();
        }
    }

    private async Task<Refusal?> SaveAsync()
    {
        refusal = null;
        var refused = await Desk.HandInAsync(Change(), Asks, reason, confirmation.Trim());
        if (refused is not null) return refused;
        await dialog.CloseAsync();
        isEditing = false;
        return null;
    }

    private DefinitionChange Change() => DefinitionChange.Variants(Flag.Key, opened.Version, [.. drafts.Select(draft => draft.ToVariant()).OfType<Variant>()], []);

    private static string Called(VariantDraft draft, int at) => draft.Name.Length > 0 ? draft.Name : $"value {at + 1}";

    /// <summary>A fault of a payload's member, at the line where somebody wrote it.</summary>
    private RefusalItem WithLine(RefusalItem fault) =>
        fault.Place.Split('.', 3) is ["payloads", var name, var member] && drafts.FirstOrDefault(draft => draft.Name.Trim() == name) is { } draft
            ? fault with { Place = $"{JsonText.PlaceOf(draft.Payload, member, $"payload of {name}")}, {member}" }
            : fault;

    // The fields have faults by their place; people by the value's name.
    private static Refusal Readable(Refusal refused) =>
        refused with { Items = [.. refused.Items.Select(item => item with { Place = item.Place.StartsWith("variants.", StringComparison.Ordinal) ? item.Place["variants.".Length..] : item.Place })] };

    private void Show(Refusal refused) => (faults, focusSummary) = (new EditorFaults(refused), true);
}
