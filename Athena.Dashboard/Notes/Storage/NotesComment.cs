using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Notes.Storage;

/// <summary>A remark on the notes by somebody who reads them before they go out.</summary>
public sealed record NotesComment : IVersioned
{
    public const int LongestText = 4000;

    public required Guid Id { get; init; }

    public required string Release { get; init; }

    public long Version { get; init; } = 1;

    public required string Text { get; init; }

    /// <summary>The revision that it was made on.</summary>
    public required int Revision { get; init; }

    public required DateTimeOffset At { get; init; }

    public required Guid ById { get; init; }

    public required string By { get; init; }

    public DateTimeOffset? ResolvedAt { get; init; }

    public string? ResolvedBy { get; init; }
}
