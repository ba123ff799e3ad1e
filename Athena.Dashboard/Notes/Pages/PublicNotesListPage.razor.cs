using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Notes.Pages;

/// <summary>Everything that was published, for everybody.</summary>
public sealed partial class PublicNotesListPage
{
    private ImmutableArray<PublishedRow> published = [];

    [CascadingParameter]
    private HttpContext Http { get; set; } = default!;

    [Inject]
    private NoteQueries Queries { get; set; } = default!;

    protected override async Task OnInitializedAsync() => published = await Queries.PublishedAsync(Http.RequestAborted);
}
