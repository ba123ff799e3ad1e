namespace Athena.Dashboard.Notes.Contracts;

/// <summary>How far the notes of a release are.</summary>
public interface INotesLookup
{
    /// <param name="release">The release's version.</param>
    /// <returns>Null when nobody has started them.</returns>
    Task<NotesStatus?> FindAsync(string release, CancellationToken cancellationToken);
}

/// <param name="Sha256">Hash of the draft as it is now.</param>
/// <param name="IsApproved">All the approvals that are needed are given to exactly this draft.</param>
/// <param name="MissingApprovals">Titles of the roles that have not approved the draft as it is; empty when approved.</param>
/// <param name="PublishedAt">When the published text came out, or null.</param>
/// <param name="IsPublishedCurrent">What is published is the draft as it is now.</param>
public sealed record NotesStatus(
    string Release,
    string Sha256,
    bool IsApproved,
    IReadOnlyList<string> MissingApprovals,
    DateTimeOffset? PublishedAt,
    bool IsPublishedCurrent);

/// <summary>Checks that gates can name.</summary>
public static class NotesChecks
{
    /// <summary>Good when the notes are approved, or published as they are.</summary>
    public const string Approved = "notes-approved";
}
