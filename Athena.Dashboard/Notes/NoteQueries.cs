using System.Collections.Immutable;
using Athena.Dashboard.Notes.Contracts;
using Athena.Dashboard.Notes.Domain;
using Athena.Dashboard.Notes.Storage;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Platform.Text;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Notes;

/// <summary>Reads of notes for pages, the API and other slices.</summary>
public sealed class NoteQueries(Store store, IReleaseLookup releases, IProcessCatalog process) : INotesLookup
{
    public async Task<NotesStatus?> FindAsync(string release, CancellationToken cancellationToken) =>
        await DraftAsync(release, cancellationToken) is { } draft
            ? new NotesStatus(draft.Release, draft.Sha256, draft.IsApproved, [.. draft.MissingApprovals.Select(role => role.Title())], draft.PublishedAt, draft.IsPublishedCurrent)
            : null;

    /// <returns>Null when nobody has started them.</returns>
    public Task<NotesDraft?> DraftAsync(string release, CancellationToken cancellationToken) =>
        store.ReadAsync((db, token) => db.Set<NotesDraft>().FirstOrDefaultAsync(draft => draft.Release == release, token), cancellationToken);

    /// <returns>The draft with its text, read together; null when nobody has started them.</returns>
    public Task<NotesDocument?> DocumentAsync(string release, CancellationToken cancellationToken) =>
        store.ReadAsync(
            (db, token) => db.Set<NotesDraft>().Where(draft => draft.Release == release)
                .Join(db.Set<NotesRevision>(), draft => new { draft.Release, Number = draft.Revision }, revision => new { revision.Release, revision.Number }, (draft, revision) => new NotesDocument(draft, revision.Text))
                .FirstOrDefaultAsync(token),
            cancellationToken);

    /// <returns>Every release that is under way or has notes, the latest first, with how far its notes are.</returns>
    public async Task<ImmutableArray<NotesRow>> ListAsync(CancellationToken cancellationToken)
    {
        var drafts = await store.ReadAsync((db, token) => db.Set<NotesDraft>().ToDictionaryAsync(draft => draft.Release, token), cancellationToken);
        var comments = await store.ReadAsync(
            (db, token) => db.Set<NotesComment>().Where(comment => comment.ResolvedAt == null).GroupBy(comment => comment.Release).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(group => group.Key, group => group.Count, token),
            cancellationToken);
        var all = await releases.ListAsync(cancellationToken);
        return
        [
            .. all.Where(release => drafts.ContainsKey(release.Version) || release.State is not (ReleaseState.Completed or ReleaseState.Cancelled))
                .Select(release => new NotesRow(release, drafts.GetValueOrDefault(release.Version), comments.GetValueOrDefault(release.Version))),
        ];
    }

    /// <returns>Newest first, without their texts.</returns>
    public async Task<ImmutableArray<RevisionRow>> RevisionsAsync(string release, CancellationToken cancellationToken) =>
    [
        .. await store.ReadAsync(
            (db, token) => db.Set<NotesRevision>().Where(revision => revision.Release == release).OrderByDescending(revision => revision.Number)
                .Select(revision => new RevisionRow(revision.Number, revision.Sha256, revision.Text.Length, revision.SavedAt, revision.By, revision.Note)).ToListAsync(token),
            cancellationToken),
    ];

    /// <returns>Null when there is no such revision.</returns>
    public Task<string?> RevisionTextAsync(string release, int number, CancellationToken cancellationToken) =>
        store.ReadAsync(
            (db, token) => db.Set<NotesRevision>().Where(revision => revision.Release == release && revision.Number == number).Select(revision => revision.Text).FirstOrDefaultAsync(token),
            cancellationToken);

    /// <returns>Oldest first.</returns>
    public async Task<ImmutableArray<NotesComment>> CommentsAsync(string release, CancellationToken cancellationToken) =>
        [.. await store.ReadAsync((db, token) => db.Set<NotesComment>().Where(comment => comment.Release == release).OrderBy(comment => comment.At).ToListAsync(token), cancellationToken)];

    /// <summary>What would be published of a text, rendered as it would be.</summary>
    public async Task<Outcome<string>> PreviewAsync(string release, string text, CancellationToken cancellationToken)
    {
        text = StorableText.Of(text);
        if (SafeMarkdown.TooLarge(text) is { } tooLarge) return tooLarge;
        return SafeMarkdown.Render(NotesText.Printed(text, await TemplateAsync(release, cancellationToken)));
    }

    /// <summary>Why this actor cannot publish now, or null.</summary>
    public async Task<Refusal?> CannotPublishAsync(NotesDocument document, Actor actor, CancellationToken cancellationToken) =>
        document.Draft.CannotPublish(document.Text, await TemplateAsync(document.Draft.ProcessVersion, cancellationToken), actor);

    public Task<PublishedNotes?> PublishedAsync(string release, CancellationToken cancellationToken) =>
        store.ReadAsync((db, token) => db.Set<PublishedNotes>().FirstOrDefaultAsync(notes => notes.Release == release, token), cancellationToken);

    /// <returns>Latest first, without texts.</returns>
    public async Task<ImmutableArray<PublishedRow>> PublishedAsync(CancellationToken cancellationToken) =>
    [
        .. await store.ReadAsync(
            (db, token) => db.Set<PublishedNotes>().OrderByDescending(notes => notes.TargetDate).ThenByDescending(notes => notes.FirstPublishedAt)
                .Select(notes => new PublishedRow(notes.Release, notes.Title, notes.TargetDate, notes.PublishedAt, notes.FirstPublishedAt, notes.Sha256)).ToListAsync(token),
            cancellationToken),
    ];

    private async Task<NotesTemplate> TemplateAsync(string release, CancellationToken cancellationToken) =>
        await TemplateAsync((await DraftAsync(release, cancellationToken))?.ProcessVersion ?? process.Current.Number, cancellationToken);

    private async Task<NotesTemplate> TemplateAsync(int number, CancellationToken cancellationToken) =>
        (await process.FindAsync(number, cancellationToken) ?? process.Current).Document.Notes;
}

/// <summary>The draft and its text.</summary>
public sealed record NotesDocument(NotesDraft Draft, string Text);

/// <param name="Draft">Null when nobody has started the notes.</param>
/// <param name="OpenComments">Remarks that nobody has settled.</param>
public sealed record NotesRow(ReleaseSummary Release, NotesDraft? Draft, int OpenComments);

public sealed record RevisionRow(int Number, string Sha256, int Length, DateTimeOffset SavedAt, string By, string? Note);

public sealed record PublishedRow(string Release, string Title, DateOnly TargetDate, DateTimeOffset PublishedAt, DateTimeOffset FirstPublishedAt, string Sha256);
