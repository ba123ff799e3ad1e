using Athena.Dashboard.Notes.Contracts;
using Athena.Dashboard.Notes.Domain;
using Athena.Dashboard.Notes.Storage;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Platform.Text;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Notes;

/// <summary>Remarks on notes, made and settled.</summary>
public sealed class NoteComments(Store store)
{
    public async Task<Outcome<NotesComment>> AddAsync(string release, string text, Actor actor, CancellationToken cancellationToken)
    {
        if (actor.Lacks(Permission.CommentNotes, "comment on release notes") is { } forbidden) return forbidden;
        text = StorableText.Of(text).Trim();
        if (text.Length is 0 or > NotesComment.LongestText)
        {
            return Refusal.Invalid(
                "invalid_comment",
                "The comment cannot be taken.",
                new RefusalItem("text", text.Length == 0 ? "empty" : "too long", FormattableString.Invariant($"{text.Length} characters"), FormattableString.Invariant($"1 to {NotesComment.LongestText} characters")));
        }

        return await store.WriteAsync<NotesComment>(
            actor,
            async (write, token) =>
            {
                if (await write.Db.Set<NotesDraft>().AsNoTracking().FirstOrDefaultAsync(row => row.Release == release, token) is not { } draft) return NoteService.NotStarted(release);
                var comment = new NotesComment
                {
                    Id = Guid.CreateVersion7(write.Now),
                    Release = draft.Release,
                    Text = text,
                    Revision = draft.Revision,
                    At = write.Now,
                    ById = actor.Id,
                    By = actor.Name,
                };
                write.Add(comment);
                write.Append(new NotesCommented(release, comment.Id, text), after: comment);
                return comment;
            },
            cancellationToken);
    }

    /// <summary>The remark is dealt with.</summary>
    public Task<Outcome<NotesComment>> ResolveAsync(string release, Guid id, long version, Actor actor, CancellationToken cancellationToken) =>
        actor.Lacks(Permission.CommentNotes, "settle comments on release notes") is { } forbidden
            ? Task.FromResult<Outcome<NotesComment>>(forbidden)
            : store.WriteAsync<NotesComment>(
                actor,
                async (write, token) =>
                {
                    if (await write.Db.Set<NotesComment>().FirstOrDefaultAsync(row => row.Id == id && row.Release == release, token) is not { } comment)
                        return Refusal.NotFound("comment", id.ToString());
                    if (comment.Version != version) return Refusal.Stale("The comment");
                    if (comment.ResolvedAt is not null) return comment;
                    var before = comment with { };
                    var next = comment with { ResolvedAt = write.Now, ResolvedBy = actor.Name };
                    next = next with { Version = write.Replace(comment, next) };
                    write.Append(new NotesCommentResolved(release, id), before, next);
                    return next;
                },
                cancellationToken);
}
