using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Audit.Pages;

/// <summary>What has happened to one thing and what belongs to it, the newest first, live: a part for other screens.</summary>
public sealed partial class SubjectHistory
{
    private AuditEntries? page;
    private string? readFor;

    [Inject]
    private AuditQueries Queries { get; set; } = default!;

    [Inject]
    private ICurrentActor Actors { get; set; } = default!;

    [Parameter, EditorRequired]
    public required IReadOnlyList<Subject> Subjects { get; set; }

    /// <summary>A slice whose events are left out, because another place shows them.</summary>
    [Parameter]
    public string? Except { get; set; }

    /// <summary>How many at most; the rest is on the audit page.</summary>
    [Parameter]
    public int Take { get; set; } = 20;

    private string Wanted => string.Join(',', Subjects);

    protected override bool Concerns(EventEnvelope envelope) => Subjects.Contains(envelope.Subject);

    protected override async Task OnParametersSetAsync()
    {
        if (page is not null && readFor != Wanted) await ReadAsync(Gone);
    }

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        readFor = Wanted;
        page = await Queries.ReadAsync(new AuditFilter(readFor, Take: Take, Except: Except), await Actors.GetAsync(cancellationToken), cancellationToken);
    }
}
