using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Notes.Contracts;

/// <summary>The notes were started from the template.</summary>
/// <param name="Release">The release's version.</param>
public sealed record NotesDrafted(string Release) : IDomainEvent
{
    [JsonIgnore]
    public Subject Subject => NoteSubject.Of(Release);
}

/// <param name="Revision">The revision that holds the text; several savings of one sitting share one.</param>
/// <param name="Sha256">Hash of the text, lower-case hexadecimal.</param>
/// <param name="Length">Characters of the text.</param>
public sealed record NotesSaved(string Release, int Revision, string Sha256, int Length) : IDomainEvent
{
    [JsonIgnore]
    public Subject Subject => NoteSubject.Of(Release);
}

/// <param name="Sha256">Hash of exactly the text that was approved.</param>
public sealed record NotesApproved(string Release, Role Role, string Sha256) : IDomainEvent
{
    [JsonIgnore]
    public Subject Subject => NoteSubject.Of(Release);
}

/// <summary>The text is no longer the one that was approved.</summary>
/// <param name="Voided">Each approval that fell, with who gave it.</param>
/// <param name="ChangedSections">Titles of the sections that differ from the approved text.</param>
public sealed record NotesApprovalVoided(string Release, ImmutableArray<VoidedApproval> Voided, ImmutableArray<string> ChangedSections) : IDomainEvent
{
    [JsonIgnore]
    public Subject Subject => NoteSubject.Of(Release);
}

public sealed record VoidedApproval(Role Role, string By);

/// <summary>Somebody took his own approval back.</summary>
public sealed record NotesApprovalWithdrawn(string Release, Role Role) : IDomainEvent
{
    [JsonIgnore]
    public Subject Subject => NoteSubject.Of(Release);
}

/// <summary>The approved text can be read by everybody from now on.</summary>
public sealed record NotesPublished(string Release, string Sha256) : IDomainEvent
{
    [JsonIgnore]
    public Subject Subject => NoteSubject.Of(Release);
}

/// <summary>After a rollback the draft got a correction; what is published stays as it is until that is approved.</summary>
public sealed record NotesCorrectionDrafted(string Release, string Reason) : IDomainEvent
{
    [JsonIgnore]
    public Subject Subject => NoteSubject.Of(Release);
}

public sealed record NotesCommented(string Release, Guid CommentId, string Text) : IDomainEvent
{
    [JsonIgnore]
    public Subject Subject => NoteSubject.Of(Release);
}

public sealed record NotesCommentResolved(string Release, Guid CommentId) : IDomainEvent
{
    [JsonIgnore]
    public Subject Subject => NoteSubject.Of(Release);
}
