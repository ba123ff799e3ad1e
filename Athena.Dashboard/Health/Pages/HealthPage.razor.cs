using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Health.Pages;

/// <summary>All sources with their windows and live charts, and the log of verdicts.</summary>
public sealed partial class HealthPage
{
    private const int MostRecords = 50;

    private ImmutableArray<HealthSource>? sources;
    private ImmutableArray<VerdictRecord>? records;
    private IReadOnlyDictionary<Guid, string> names = ImmutableDictionary<Guid, string>.Empty;

    [Inject]
    private HealthQueries Queries { get; set; } = default!;

    protected override async Task ReadAsync()
    {
        sources = Queries.Sources();
        records = await Queries.RecordsAsync(null, MostRecords, Gone);
        names = sources.Value.Where(source => source.Rollout is not null)
            .ToDictionary(source => source.RolloutId, source => source.Rollout!.FlagKey + " · " + source.Rollout.Environment);
    }
}
