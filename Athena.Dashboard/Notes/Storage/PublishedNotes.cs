namespace Athena.Dashboard.Notes.Storage;

/// <summary>What everybody can read, exactly as it was approved and previewed.</summary>
public sealed class PublishedNotes
{
    public required string Release { get; init; }

    /// <summary>The release's title when it was published.</summary>
    public required string Title { get; set; }

    public required string Text { get; set; }

    /// <summary>Rendered once, when it was published.</summary>
    public required string Html { get; set; }

    public required string Sha256 { get; set; }

    public required DateTimeOffset FirstPublishedAt { get; init; }

    public required DateTimeOffset PublishedAt { get; set; }

    public required DateOnly TargetDate { get; set; }
}
