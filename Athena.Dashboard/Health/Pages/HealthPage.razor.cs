using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Events;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Health.Pages;

/// <summary>All sources with their windows and live charts, and the log of verdicts.</summary>
public sealed partial class HealthPage
{
    private const int MostRecords = 50;

    private ImmutableArray<HealthSource>? sources;
    private ImmutableArray<VerdictRecord>? records;
    private ImmutableArray<FeedStatus> feeds = [];
    private IReadOnlyDictionary<Guid, string> names = ImmutableDictionary<Guid, string>.Empty;

    [Inject]
    private HealthQueries Queries { get; set; } = default!;

    // Figures are in memory and change each second; what is written down comes with an event.
    protected override bool Concerns(EventEnvelope envelope) => envelope.Event is IHealthEvent;

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        sources = Queries.Sources();
        feeds = await Queries.FeedsAsync(cancellationToken);
        records = await Queries.RecordsAsync(null, MostRecords, cancellationToken);
        names = sources.Value.Where(source => source.Rollout is not null)
            .ToDictionary(source => source.RolloutId, source => source.Rollout!.FlagKey + " · " + source.Rollout.Environment);
    }
}
