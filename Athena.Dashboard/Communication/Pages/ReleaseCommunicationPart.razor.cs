using Athena.Dashboard.Communication.Contracts;
using Athena.Dashboard.Communication.Domain;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Communication.Pages;

/// <summary>The timeline of one release: four moments with what is said and done at each; a part of its screen.</summary>
public sealed partial class ReleaseCommunicationPart
{
    private bool isRead;
    private ReleaseTimeline? timeline;
    private TimelineEntryDialog dialog = default!;

    /// <summary>The release's version.</summary>
    [Parameter, EditorRequired]
    public required string Version { get; set; }

    [Inject]
    private CommunicationQueries Queries { get; set; } = default!;

    [Inject]
    private ICurrentActor Current { get; set; } = default!;

    private Actor Actor { get; set; } = default!;

    private bool HasOpenMail => timeline!.Moments.SelectMany(moment => moment.Rows).Any(row => row.Message is { IsOver: false });

    protected override bool Concerns(EventEnvelope envelope) =>
        envelope.Subject == CommunicationSubject.Of(Version) || envelope.Subject == CommunicationSubject.Of(CommunicationSubject.Settings);

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        Actor = await Current.GetAsync(cancellationToken);
        timeline = await Queries.FindAsync(Version, cancellationToken);
        isRead = true;
    }

    private string MomentCss(TimelineMoment moment) =>
        moment.Rows.All(row => row.Entry.State != ItemState.Open) ? "moment moment-done" : moment.From <= Clock.GetUtcNow() ? "moment moment-now" : "moment";
}
