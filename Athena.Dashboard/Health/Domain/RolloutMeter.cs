using Athena.Dashboard.Health.Contracts;

namespace Athena.Dashboard.Health.Domain;

public enum BatchReceipt
{
    Taken,

    /// <summary>Kept for reports; too late for any rule.</summary>
    TakenLate,

    /// <summary>A batch of this name was taken before; nothing changed.</summary>
    Duplicate,
}

/// <summary>
/// What is known in memory about the health of one rollout: the windows of both arms, who reports, which batches were
/// seen, and what has yet to be written down. Not thread-safe; whoever holds it takes its lock.
/// </summary>
public sealed class RolloutMeter(Guid rolloutId, BatchLimits limits)
{
    private readonly Ladder exposed = new();
    private readonly Ladder control = new();
    private readonly Reporters reporters = new();
    private readonly SeenBatches seen = new(limits.RememberNames);
    private Unwritten unwritten = new();

    public Guid RolloutId { get; } = rolloutId;

    /// <summary>Null until the first batch came: before it nobody said which flag it is.</summary>
    public MeasuredRollout? Rollout { get; private set; }

    public Lock Gate { get; } = new();

    public StageJudge Judge { get; } = new();

    public bool HasUnwritten => !unwritten.IsEmpty;

    public Reporters Reporters => reporters;

    public BatchReceipt Take(HealthBatch batch, MeasuredRollout rollout, DateTimeOffset now)
    {
        Rollout = rollout;
        if (!seen.Add(batch.BatchId, now)) return BatchReceipt.Duplicate;
        var late = now - batch.To > limits.Lateness;
        var gap = reporters.Heard(batch.Instance, batch.From, batch.To, now);
        unwritten.Add(batch, late, now, gap);
        if (late) return BatchReceipt.TakenLate;
        if (batch.Exposed is not null) exposed.Add(batch.To, batch.Exposed);
        if (batch.Control is not null) control.Add(batch.To, batch.Control);
        return BatchReceipt.Taken;
    }

    /// <summary>Both arms over (<paramref name="from"/>, <paramref name="to"/>].</summary>
    public Measured Measure(DateTimeOffset from, DateTimeOffset to, DateTimeOffset now)
    {
        var (one, other) = (new Tally(), new Tally());
        var begin = exposed.AddTo(one, from, to, now);
        control.AddTo(other, from, to, now);
        return new Measured(one, other, from, begin, to);
    }

    public SourceFreshness Freshness(DateTimeOffset now) => reporters.Freshness(now);

    /// <summary>Takes what has to be written; it is the writer's from now on.</summary>
    public Unwritten TakeUnwritten()
    {
        var taken = unwritten;
        taken.Rollout = Rollout;
        taken.Reporters = reporters.TakeChanged();
        unwritten = new Unwritten();
        return taken;
    }

    public void Restore(MeasuredRollout rollout) => Rollout = rollout;

    public void Restore(Arm arm, int rung, long cell, Tally counts)
    {
        if (arm == Arm.Exposed) exposed.Restore(rung, cell, counts);
        else if (arm == Arm.Control) control.Restore(rung, cell, counts);
    }

    public void RestoreSeen(string batchId, DateTimeOffset receivedAt) => seen.Add(batchId, receivedAt);
}

/// <summary>Both arms over one stretch of time.</summary>
/// <param name="Asked">The beginning that was asked for.</param>
/// <param name="From">Where the counts really begin: at the next edge of a cell.</param>
public sealed record Measured(Tally Exposed, Tally Control, DateTimeOffset Asked, DateTimeOffset From, DateTimeOffset To);
