using Athena.Dashboard.Notes.Contracts;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Releases.Contracts;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Notes.Pages;

/// <summary>The notes of every release by how far they are.</summary>
public sealed partial class NotesPage
{
    private IReadOnlyList<NotesRow>? rows;

    [Inject]
    private NoteQueries Queries { get; set; } = default!;

    protected override bool Concerns(EventEnvelope envelope) => envelope.Subject.Kind is NoteSubject.Kind or ReleaseSubject.Kind;

    protected override async Task ReadAsync(CancellationToken cancellationToken) => rows = await Queries.ListAsync(cancellationToken);

    private static string HrefOf(NotesRow row) => $"/releases/{row.Release.Version}?tab=notes";

    private static string Waits(NotesRow row) => row.Draft switch
    {
        null => "somebody to start them",
        { IsPublishedCurrent: true } => "nothing",
        { IsApproved: true } => "publishing",
        var draft => "approval by " + string.Join(" and ", draft.MissingApprovals.Select(role => role.Title())),
    };
}
