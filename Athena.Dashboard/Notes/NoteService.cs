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

/// <summary>Writes release notes: drafts, approvals, publication. Comments are in <see cref="NoteComments"/>.</summary>
public sealed class NoteService(Store store, IReleaseLookup releases, IProcessCatalog process)
{
    private const string CorrectionNote = "Correction after the rollback";

    /// <summary>Begins the notes of a release from the template of its process. Notes that are there already stay as they are.</summary>
    public async Task<Outcome<NotesDraft>> StartAsync(string release, Actor actor, CancellationToken cancellationToken)
    {
        if (actor.Lacks(Permission.WriteNotes, "write release notes") is { } forbidden) return forbidden;
        if (await releases.FindAsync(release, cancellationToken) is not { } summary) return Refusal.NotFound("release", release);
        var document = await DocumentAsync(summary.ProcessVersion, cancellationToken);
        var type = document.FindReleaseType(summary.Type)?.Title ?? summary.Type;
        var text = StorableText.Of(NotesText.Start(document.Notes, document.Product, summary.Version, summary.Title, summary.TargetDate, type));
        return await store.WriteOrStaleAsync<NotesDraft>(
            TextOf(release),
            actor,
            async (write, token) =>
            {
                if (await write.Db.Set<NotesDraft>().FirstOrDefaultAsync(row => row.Release == release, token) is { } present) return present;
                var started = NotesDraft.Start(summary.Version, summary.ProcessVersion, text, actor, write.Now);
                write.Add(started.State);
                write.Add(RevisionOf(started.State, text, "Started from the template"));
                write.Append(started, after: AuditView.Of(started.State));
                return started.State;
            },
            cancellationToken);
    }

    /// <param name="version">The version that the writer's text began from.</param>
    /// <returns>
    /// The saved draft. The same text sent twice is accepted twice: an answer that was lost on the way is asked for
    /// again with the old version. Any other text on an old version is refused as stale.
    /// </returns>
    public async Task<Outcome<NotesDraft>> SaveAsync(string release, long version, string text, Actor actor, CancellationToken cancellationToken)
    {
        if (actor.Lacks(Permission.WriteNotes, "write release notes") is { } forbidden) return forbidden;
        text = StorableText.Of(text);
        if (SafeMarkdown.TooLarge(text) is { } tooLarge) return tooLarge;
        return await store.WriteOrStaleAsync<NotesDraft>(
            TextOf(release),
            actor,
            async (write, token) =>
            {
                if (await LoadAsync(write, release, token) is not var (draft, revision)) return NotStarted(release);
                if (draft.Version != version) return NotesText.Hash(text) == draft.Sha256 ? draft : Refusal.Stale(TextOf(release));
                return Put(write, draft, revision, draft.Save(text, revision.Text, actor, write.Now), text, note: null);
            },
            cancellationToken);
    }

    /// <summary>Makes an old text the present one, as a new revision.</summary>
    public Task<Outcome<NotesDraft>> RestoreAsync(string release, long version, int number, Actor actor, CancellationToken cancellationToken) =>
        actor.Lacks(Permission.WriteNotes, "write release notes") is { } forbidden
            ? Task.FromResult<Outcome<NotesDraft>>(forbidden)
            : store.WriteOrStaleAsync<NotesDraft>(
                TextOf(release),
                actor,
                async (write, token) =>
                {
                    if (await LoadAsync(write, release, token) is not var (draft, revision)) return NotStarted(release);
                    if (draft.Version != version) return Refusal.Stale(TextOf(release));
                    var old = await write.Db.Set<NotesRevision>().AsNoTracking().FirstOrDefaultAsync(row => row.Release == release && row.Number == number, token);
                    if (old is null) return Refusal.NotFound("revision", FormattableString.Invariant($"{number} of the notes of {release}"));
                    return Put(write, draft, revision, draft.Save(old.Text, revision.Text, actor, write.Now, ownRevision: true), old.Text, FormattableString.Invariant($"Restored from revision {number}"));
                },
                cancellationToken);

    /// <param name="version">The version that the approver read: an approval is of exactly that text.</param>
    public Task<Outcome<NotesDraft>> ApproveAsync(string release, long version, Role? role, Actor actor, CancellationToken cancellationToken) =>
        DecideAsync(release, version, actor, (draft, _, now) => draft.Approve(role, actor, now), cancellationToken);

    public Task<Outcome<NotesDraft>> WithdrawAsync(string release, long version, Actor actor, CancellationToken cancellationToken) =>
        DecideAsync(release, version, actor, (draft, _, _) => draft.Withdraw(actor), cancellationToken);

    /// <summary>Makes the approved text the one that everybody reads.</summary>
    public async Task<Outcome<NotesDraft>> PublishAsync(string release, long version, Actor actor, CancellationToken cancellationToken)
    {
        if (await releases.FindAsync(release, cancellationToken) is not { } summary) return Refusal.NotFound("release", release);
        var document = await DocumentAsync(summary.ProcessVersion, cancellationToken);
        return await store.WriteOrStaleAsync<NotesDraft>(
            TextOf(release),
            actor,
            async (write, token) =>
            {
                if (await LoadAsync(write, release, token) is not var (draft, revision)) return NotStarted(release);
                if (draft.Version != version) return Refusal.Stale(TextOf(release));
                var decided = draft.Publish(revision.Text, document.Notes, actor, write.Now);
                if (!decided.IsAccepted) return decided.Refusal;
                var rendered = SafeMarkdown.Render(NotesText.Printed(revision.Text, document.Notes));
                if (!rendered.IsAccepted) return rendered.Refusal;
                await PublishAsync(write, summary, draft.Sha256, revision.Text, rendered.Value, token);
                return Replace(write, draft, decided.Value);
            },
            cancellationToken);
    }

    /// <summary>After a rollback: the draft of published notes gets a correction, once per cause, and not while one waits to be published.</summary>
    /// <returns>What was done, one sentence.</returns>
    internal Task<Outcome<string>> CorrectAsync(Guid cause, string release, string reason, Actor actor, CancellationToken cancellationToken) =>
        // Somebody who saves at the same moment comes first; the correction then goes into his text.
        store.WriteByItselfAsync<string>(
            actor,
            async (write, token) =>
            {
                if (await LoadAsync(write, release, token) is not var (draft, revision)) return $"Release {release} has no notes.";
                if (draft.PublishedSha256 is null) return $"Nothing to correct: the notes of {release} are not published.";
                if (draft.Correct(cause, revision.Text, reason, actor, write.Now) is not { } correction) return Drafted(release);
                if (await write.Db.Set<NotesRevision>().AnyAsync(row => row.Release == release && row.Note == CorrectionNote && row.SavedAt >= draft.PublishedAt, token))
                    return $"A correction of the notes of {release} waits for approval already.";
                Put(write, draft, revision, correction.Decision, correction.Text, CorrectionNote);
                return Drafted(release);
            },
            cancellationToken);

    private static string Drafted(string release) => $"A correction is drafted into the notes of {release}; what is published stays until it is approved.";

    private Task<Outcome<NotesDraft>> DecideAsync(
        string release, long version, Actor actor, Func<NotesDraft, string, DateTimeOffset, Outcome<Decision<NotesDraft>>> decide, CancellationToken cancellationToken) =>
        store.WriteAsync<NotesDraft>(
            actor,
            async (write, token) =>
            {
                if (await LoadAsync(write, release, token) is not var (draft, revision)) return NotStarted(release);
                if (draft.Version != version) return Refusal.Stale(TextOf(release));
                return decide(draft, revision.Text, write.Now).Then<NotesDraft>(decision => Replace(write, draft, decision));
            },
            cancellationToken);

    private static async Task<(NotesDraft Draft, NotesRevision Revision)?> LoadAsync(Write write, string release, CancellationToken cancellationToken)
    {
        var draft = await write.Db.Set<NotesDraft>().FirstOrDefaultAsync(row => row.Release == release, cancellationToken);
        if (draft is null) return null;
        var revision = await write.Db.Set<NotesRevision>().FirstAsync(row => row.Release == release && row.Number == draft.Revision, cancellationToken);
        return (draft, revision);
    }

    private static NotesDraft Put(Write write, NotesDraft draft, NotesRevision revision, Decision<NotesDraft> saved, string text, string? note)
    {
        if (saved.Events.IsEmpty) return draft;
        if (saved.State.Revision == revision.Number)
        {
            revision.Text = text;
            revision.Sha256 = saved.State.Sha256;
            revision.SavedAt = write.Now;
        }
        else
        {
            write.Add(RevisionOf(saved.State, text, note));
        }

        return Replace(write, draft, saved);
    }

    private static NotesDraft Replace(Write write, NotesDraft draft, Decision<NotesDraft> decision)
    {
        var before = AuditView.Of(draft);
        var next = decision.State with { Version = write.Replace(draft, decision.State) };
        write.Append(decision, before, AuditView.Of(next));
        return next;
    }

    private static async Task PublishAsync(Write write, ReleaseSummary release, string hash, string text, string html, CancellationToken cancellationToken)
    {
        if (await write.Db.Set<PublishedNotes>().FirstOrDefaultAsync(row => row.Release == release.Version, cancellationToken) is not { } published)
        {
            write.Add(new PublishedNotes
            {
                Release = release.Version,
                Title = release.Title,
                Text = text,
                Html = html,
                Sha256 = hash,
                FirstPublishedAt = write.Now,
                PublishedAt = write.Now,
                TargetDate = release.TargetDate,
            });
            return;
        }

        published.Title = release.Title;
        published.Text = text;
        published.Html = html;
        published.Sha256 = hash;
        published.PublishedAt = write.Now;
        published.TargetDate = release.TargetDate;
    }

    private static NotesRevision RevisionOf(NotesDraft draft, string text, string? note) => new()
    {
        Release = draft.Release,
        Number = draft.Revision,
        Text = text,
        Sha256 = draft.Sha256,
        SavedAt = draft.EditedAt,
        ById = draft.EditedById,
        By = draft.EditedBy,
        Note = note,
    };

    private async Task<ProcessDocument> DocumentAsync(int number, CancellationToken cancellationToken) =>
        (await process.FindAsync(number, cancellationToken) ?? process.Current).Document;

    private static string TextOf(string release) => $"The text of the notes of {release}";

    internal static Refusal NotStarted(string release) =>
        Refusal.NotFound("draft of notes for", release) with { Detail = "Start the notes on the release's page first.", WhoCan = [.. Permission.WriteNotes.Holders().Select(role => role.Title())] };

    // What audit compares: the text itself is in the revisions and would fill the event log.
    private sealed record AuditView(int Revision, string Sha256, string Approvals, string? PublishedSha256)
    {
        public static AuditView Of(NotesDraft draft) => new(
            draft.Revision,
            draft.Sha256,
            string.Join(", ", draft.Approvals.Select(approval => $"{approval.Role.Title()}: {approval.By}")),
            draft.PublishedSha256);
    }
}
