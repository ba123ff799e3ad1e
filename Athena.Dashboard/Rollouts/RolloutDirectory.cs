using System.Collections.Concurrent;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Rollouts;

/// <summary>
/// Which rollout a health batch belongs to. What a rollout is about never changes and is kept for good; which rollout
/// a flag has is forgotten when one is planned or started.
/// </summary>
internal sealed class RolloutDirectory(Store store, EventStream stream, TimeProvider clock) : BackgroundService, IRolloutDirectory
{
    private const int MostKept = 20_000;

    // An event forgets at once; this is for a reading that was under way while the event came.
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<Guid, MeasuredRollout> byId = new();
    private readonly ConcurrentDictionary<(string Environment, string FlagKey), (MeasuredRollout Rollout, long At)> byFlag = new();

    public async ValueTask<MeasuredRollout?> FindAsync(Guid rolloutId, CancellationToken cancellationToken)
    {
        if (!byId.TryGetValue(rolloutId, out var known))
        {
            known = await ReadAsync(rollouts => rollouts.Where(row => row.Id == rolloutId), cancellationToken);
            if (known is not null) Keep(byId, rolloutId, known);
        }

        return known;
    }

    public async ValueTask<MeasuredRollout?> FindByFlagAsync(string environment, string flagKey, CancellationToken cancellationToken)
    {
        var at = clock.GetTimestamp();
        if (byFlag.TryGetValue((environment, flagKey), out var kept) && clock.GetElapsedTime(kept.At, at) < Kept) return kept.Rollout;
        var found = await ReadAsync(
            rollouts => rollouts.Where(row => row.FlagKey == flagKey && row.Environment == environment)
                .OrderBy(row => row.StartedAt == null).ThenByDescending(row => row.StartedAt).ThenByDescending(row => row.PlannedAt),
            cancellationToken);
        if (found is not null) Keep(byFlag, (environment, flagKey), (found, at));
        return found;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var arrivals = stream.Subscribe(envelope => envelope.Is<RolloutPlanned>() || envelope.Is<RolloutStarted>());
        await foreach (var envelope in arrivals.Reader.ReadAllAsync(stoppingToken))
        {
            if (arrivals.TakeGap()) byFlag.Clear();
            else if (envelope.Event is RolloutEvent { Rollout: var rollout }) byFlag.TryRemove((rollout.Environment, rollout.FlagKey), out _);
        }
    }

    private Task<MeasuredRollout?> ReadAsync(Func<IQueryable<Rollout>, IQueryable<Rollout>> which, CancellationToken cancellationToken) =>
        store.ReadAsync(
            (db, token) => which(db.Set<Rollout>())
                .Select(row => new MeasuredRollout(row.Id, row.FlagKey, row.Environment, row.Release))
                .FirstOrDefaultAsync(token),
            cancellationToken);

    private static void Keep<TKey, TValue>(ConcurrentDictionary<TKey, TValue> kept, TKey key, TValue value)
        where TKey : notnull
    {
        if (kept.Count >= MostKept) kept.Clear();
        kept[key] = value;
    }
}
