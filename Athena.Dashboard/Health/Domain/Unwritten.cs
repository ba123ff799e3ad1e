using Athena.Dashboard.Health.Contracts;

namespace Athena.Dashboard.Health.Domain;

/// <summary>What was taken of one rollout since the last flush.</summary>
/// <param name="Rollout">Null while nobody has reported; then there is no batch either.</param>
/// <param name="Batches">In the order of their arrival.</param>
/// <param name="Look">The newest look at the rules, for the other nodes; null when there was none since the last flush.</param>
public sealed record Unwritten(Guid RolloutId, MeasuredRollout? Rollout, IReadOnlyList<TakenBatch> Batches, HealthLook? Look);

/// <param name="IsLate">Whether it came before is asked of the database, for its name may be forgotten by now.</param>
public readonly record struct TakenBatch(HealthBatch Batch, DateTimeOffset ReceivedAt, bool IsLate);
