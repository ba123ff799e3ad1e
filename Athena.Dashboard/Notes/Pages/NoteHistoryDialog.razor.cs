using System.Collections.Immutable;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Notes.Pages;

/// <summary>Every text that the notes had, and the way back to it.</summary>
public sealed partial class NoteHistoryDialog
{
    private ModalDialog dialog = default!;
    private ImmutableArray<RevisionRow> revisions = [];
    private int chosen;
    private string text = "";
    private string current = "";
    private string? previous;

    [Parameter, EditorRequired]
    public required string Release { get; set; }

    /// <summary>The draft's version that the page shows.</summary>
    [Parameter, EditorRequired]
    public required long Version { get; set; }

    [Parameter, EditorRequired]
    public required Actor Actor { get; set; }

    [Inject]
    private NoteQueries Queries { get; set; } = default!;

    [Inject]
    private NoteService Service { get; set; } = default!;

    [Inject]
    private ICurrentActor Current { get; set; } = default!;

    private int Newest => revisions.IsEmpty ? 0 : revisions[0].Number;

    private string? WhyNotRestore =>
        chosen == Newest ? "This is the text as it is now: choose an older one." : NotePhrases.Why(Actor.Lacks(Permission.WriteNotes, "write release notes"));

    public async Task OpenAsync()
    {
        revisions = await Queries.RevisionsAsync(Release, CancellationToken.None);
        current = await TextAsync(Newest);
        previous = revisions.Length > 1 ? await TextAsync(revisions[1].Number) : null;
        await ChooseAsync(Newest);
        await dialog.OpenAsync();
    }

    private async Task ChooseAsync(int number)
    {
        chosen = number;
        text = await TextAsync(number);
    }

    private async Task<string> TextAsync(int number) => await Queries.RevisionTextAsync(Release, number, CancellationToken.None) ?? "";

    private async Task<Refusal?> RestoreAsync()
    {
        var outcome = await Service.RestoreAsync(Release, Version, chosen, await Current.GetAsync(), CancellationToken.None);
        if (outcome.IsAccepted) await dialog.CloseAsync();
        return outcome.Refusal;
    }
}
