using Athena.Dashboard.Notes.Storage;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Diagnostics;

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
        Http.Response.StatusCode = StatusCodes.Status404NotFound;
        // The page itself says what is missing; the general one is for people who are signed in.
        if (Http.Features.Get<IStatusCodePagesFeature>() is { } general) general.Enabled = false;
    }
}
