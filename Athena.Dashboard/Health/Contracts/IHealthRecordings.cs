using System.Collections.Immutable;

namespace Athena.Dashboard.Health.Contracts;

/// <summary>What was counted in earlier rollouts, minute by minute: kept for 13 months.</summary>
public interface IHealthRecordings
{
    /// <summary>How much there is; a rollout that nobody reported for is left out.</summary>
    Task<ImmutableArray<RecordedRollout>> ListAsync(IReadOnlyCollection<Guid> rolloutIds, CancellationToken cancellationToken);

    /// <summary>The last minutes, oldest first; late reports are in them. A minute without a report is not there.</summary>
    /// <param name="most">At most so many.</param>
    Task<ImmutableArray<RecordedMinute>> ReadAsync(Guid rolloutId, int most, CancellationToken cancellationToken);
}

/// <param name="Minutes">Minutes in which somebody reported.</param>
/// <param name="Exposed">All that was counted.</param>
/// <param name="Control">All that was counted.</param>
public sealed record RecordedRollout(Guid RolloutId, DateTimeOffset From, DateTimeOffset To, int Minutes, ArmReport? Exposed, ArmReport? Control);

/// <param name="At">Its beginning, UTC.</param>
public sealed record RecordedMinute(DateTimeOffset At, ArmReport? Exposed, ArmReport? Control);
