namespace Athena.Dashboard.Notes.Storage;

/// <summary>One text of the notes. Only the newest can still change, while its author sits at it.</summary>
public sealed class NotesRevision
{
    public required string Release { get; init; }

    /// <summary>From 1, which is the filled-in template.</summary>
    public required int Number { get; init; }

    public required string Text { get; set; }

    public required string Sha256 { get; set; }

    public required DateTimeOffset SavedAt { get; set; }

    public required Guid ById { get; init; }

    public required string By { get; init; }

    /// <summary>What made it, when it was not typing: <c>Started from the template</c>, <c>Restored from revision 3</c>.</summary>
    public string? Note { get; init; }
}
