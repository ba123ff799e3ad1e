using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Audit.Pages;

/// <summary>What has happened to one thing, the newest first, live: a part for other screens.</summary>
public sealed partial class SubjectHistory
{
    private AuditEntries? page;
    private Subject readFor;

    [Inject]
    private AuditQueries Queries { get; set; } = default!;

    [Inject]
    private ICurrentActor Actors { get; set; } = default!;

    [Parameter, EditorRequired]
    public required Subject Subject { get; set; }

    /// <summary>How many at most; the rest is on the audit page.</summary>
    [Parameter]
    public int Take { get; set; } = 20;

    protected override bool Concerns(EventEnvelope envelope) => envelope.Subject == Subject;

    protected override async Task OnParametersSetAsync()
    {
        if (page is not null && readFor != Subject) await ReadAsync(Gone);
    }

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        readFor = Subject;
        page = await Queries.ReadAsync(new AuditFilter(Subject.ToString(), Take: Take), await Actors.GetAsync(cancellationToken), cancellationToken);
    }
}
