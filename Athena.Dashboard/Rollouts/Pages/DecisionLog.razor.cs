using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using Microsoft.AspNetCore.Components;

namespace Athena.Dashboard.Rollouts.Pages;

/// <summary>What was decided, on what, by whom; the newest first.</summary>
public sealed partial class DecisionLog
{
    private List<DecisionRecord> decisions = [];
    private readonly Dictionary<Guid, Replayed> replays = [];
    private bool hasMore;

    [Parameter, EditorRequired]
    public required Guid RolloutId { get; set; }

    [Inject]
    private RolloutQueries Queries { get; set; } = default!;

    protected override bool Concerns(EventEnvelope envelope) => envelope.Subject == RolloutSubject.Of(RolloutId);

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        var newest = await Queries.DecisionsAsync(RolloutId, null, cancellationToken);
        // What was paged in stays below what is new.
        if (decisions.Count <= RolloutQueries.DecisionPage) hasMore = newest.Length == RolloutQueries.DecisionPage;
        decisions = [.. newest.Concat(decisions.Where(old => newest.All(one => one.Id != old.Id)))];
    }

    private async Task ReplayAsync(Guid decision)
    {
        if (await Queries.ReplayAsync(RolloutId, decision, Gone) is { } replayed) replays[decision] = replayed;
    }

    private async Task MoreAsync()
    {
        var older = await Queries.DecisionsAsync(RolloutId, decisions[^1].Id, Gone);
        decisions.AddRange(older);
        hasMore = older.Length == RolloutQueries.DecisionPage;
    }
}
