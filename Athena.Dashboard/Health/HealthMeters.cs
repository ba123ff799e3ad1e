using System.Collections.Concurrent;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Microsoft.Extensions.Options;

namespace Athena.Dashboard.Health;

/// <summary>The windows of all rollouts that are or were measured lately, in memory.</summary>
public sealed class HealthMeters(IOptions<HealthOptions> options)
{
    private readonly ConcurrentDictionary<Guid, RolloutMeter> byRollout = [];
    private readonly BatchLimits limits = options.Value.Limits;

    public ICollection<RolloutMeter> All => byRollout.Values;

    public BatchLimits Limits => limits;

    public RolloutMeter? Find(Guid rolloutId) => byRollout.GetValueOrDefault(rolloutId);

    public RolloutMeter GetOrAdd(Guid rolloutId) =>
        byRollout.GetOrAdd(rolloutId, static (id, limits) => new RolloutMeter(id, limits), limits);

    public void Forget(Guid rolloutId) => byRollout.TryRemove(rolloutId, out _);
}
