using Athena.Dashboard.Health.Contracts;

namespace Athena.Dashboard.Health.Domain;

/// <summary>What was taken of one rollout since the last flush.</summary>
public sealed class Unwritten
{
    private readonly Dictionary<CellKey, Tally> cells = [];
    private readonly List<HealthBatch> late = [];
    private readonly List<SeenBatch> batches = [];
    private readonly List<Gap> gaps = [];

    /// <summary>Known once there is anything to write.</summary>
    public MeasuredRollout? Rollout { get; internal set; }

    public bool IsEmpty => batches.Count == 0;

    /// <summary>Counts by cell of the finest rung.</summary>
    public IReadOnlyDictionary<CellKey, Tally> Cells => cells;

    /// <summary>Late batches one by one: whether each came before is asked of the database.</summary>
    public IReadOnlyList<HealthBatch> Late => late;

    /// <summary>Names of all batches.</summary>
    public IReadOnlyList<SeenBatch> Batches => batches;

    public IReadOnlyList<Gap> Gaps => gaps;

    /// <summary>Instances that reported since the last flush, as they are now.</summary>
    public IReadOnlyList<Reporter> Reporters { get; internal set; } = [];

    public void Add(HealthBatch batch, bool isLate, DateTimeOffset now, (DateTimeOffset From, DateTimeOffset To)? gap)
    {
        if (gap is { } found) gaps.Add(new Gap(batch.Instance, found.From, found.To));
        batches.Add(new SeenBatch(batch.BatchId, now, isLate));
        if (isLate)
        {
            late.Add(batch);
            return;
        }

        var cell = Rung.Finest.CellOf(batch.To);
        foreach (var arm in Enum.GetValues<Arm>())
        {
            if (batch.Of(arm) is not { } counts) continue;
            if (!cells.TryGetValue(new CellKey(arm, cell), out var sum)) cells[new CellKey(arm, cell)] = sum = new Tally();
            sum.Add(counts);
        }
    }

    public readonly record struct CellKey(Arm Arm, long Cell);

    public readonly record struct SeenBatch(string BatchId, DateTimeOffset ReceivedAt, bool Late);

    public readonly record struct Gap(string Instance, DateTimeOffset From, DateTimeOffset To);
}
