using Athena.Dashboard.Notes.Storage;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Notes.Pages;

/// <summary>Published notes, for everybody. Static: it is read often and never acted on.</summary>
public sealed partial class PublicNotesPage
{
    private PublishedNotes? notes;

    [Parameter]
    public required string Release { get; set; }

    [CascadingParameter]
    private HttpContext Http { get; set; } = default!;

    [Inject]
    private NoteQueries Queries { get; set; } = default!;

    protected override async Task OnInitializedAsync()
    {
        notes = await Queries.PublishedAsync(Release, Http.RequestAborted);
        if (notes is not null) return;
        // Set only when the answer begins: with this status earlier, nothing would be drawn, and the general page, which
        // is for people who are signed in, would come instead.
        Http.Response.OnStarting(() =>
        {
            Http.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
    }
}
