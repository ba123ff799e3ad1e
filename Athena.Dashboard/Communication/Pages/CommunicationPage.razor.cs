using System.Collections.Immutable;
using System.Globalization;
using Athena.Dashboard.Communication.Contracts;
using Athena.Dashboard.Communication.Domain;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Releases.Contracts;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Communication.Pages;

/// <summary>Everything that is said and done, across releases.</summary>
public sealed partial class CommunicationPage
{
    /// <summary>What is due later than this can wait for its own release's page.</summary>
    private static readonly TimeSpan Horizon = TimeSpan.FromDays(8);
    private const int MostNext = 25;

    private ImmutableArray<TimelineOverview>? timelines;
    private ImmutableArray<OutboxMessage> direct = [];

    [Inject]
    private CommunicationQueries Queries { get; set; } = default!;

    private DateTimeOffset Now { get; set; }

    private IEnumerable<TimelineRow> Rows => timelines!.Value.SelectMany(timeline => timeline.Rows);

    private List<TimelineRow> Next => [.. Rows.Where(row => row.Entry.State == ItemState.Open && row.Entry.DueAt < Now + Horizon).OrderBy(row => row.Entry.DueAt).ThenBy(row => row.Entry.Position).Take(MostNext)];

    protected override bool Concerns(EventEnvelope envelope) => envelope.Subject.Kind is CommunicationSubject.Kind or ReleaseSubject.Kind;

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        Now = Clock.GetUtcNow();
        timelines = await Queries.ListAsync(cancellationToken);
        direct = await Queries.DirectAsync(cancellationToken);
    }

    private static string HrefOf(TimelineRow row) => $"/releases/{row.Entry.Release}?tab=communication";

    private string Count(Func<TimelineRow, bool> which) => Rows.Count(which).ToString(CultureInfo.InvariantCulture);
}
