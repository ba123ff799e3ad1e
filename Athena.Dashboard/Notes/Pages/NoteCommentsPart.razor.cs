using System.Collections.Immutable;
using Athena.Dashboard.Notes.Storage;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Notes.Pages;

/// <summary>Remarks on the notes; drawn anew by the part around it.</summary>
public sealed partial class NoteCommentsPart
{
    private string text = "";

    [Parameter, EditorRequired]
    public required string Release { get; set; }

    [Parameter, EditorRequired]
    public required ImmutableArray<NotesComment> Comments { get; set; }

    [Parameter, EditorRequired]
    public required Actor Actor { get; set; }

    [Inject]
    private NoteComments Service { get; set; } = default!;

    [Inject]
    private ICurrentActor Current { get; set; } = default!;

    private string? Denied => NotePhrases.Why(Actor.Lacks(Permission.CommentNotes, "comment on release notes"));

    private async Task<Refusal?> AddAsync()
    {
        var outcome = await Service.AddAsync(Release, text, await Current.GetAsync(), CancellationToken.None);
        if (outcome.IsAccepted) text = "";
        return outcome.Refusal;
    }

    private async Task<Refusal?> ResolveAsync(NotesComment comment) =>
        (await Service.ResolveAsync(Release, comment.Id, comment.Version, await Current.GetAsync(), CancellationToken.None)).Refusal;
}
