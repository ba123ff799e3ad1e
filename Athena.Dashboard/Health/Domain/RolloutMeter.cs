using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain.Evidence;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;

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
/// <remarks>
/// With several nodes each one holds the batches of all: its own at once, those of the others as soon as they are
/// stored. A batch that was sent to two nodes belongs to the one that stored it first; the other takes it out of its
/// windows again (<see cref="Merge"/> or <see cref="Settle"/>, whichever hears of it first), so that no look counts it
/// twice.
/// </remarks>
public sealed class RolloutMeter(Guid rolloutId, BatchLimits limits)
{
    private readonly Reporters reporters = new();
    private readonly SeenBatches seen = new(limits.RememberNames);

    // Batches of this node that are in the windows and not known to be stored.
    private readonly Dictionary<string, HealthBatch> unsettled = new(StringComparer.Ordinal);
    private ArmWindows windows = new();
    private List<TakenBatch> unwritten = [];
    private readonly Foresight foresight = new();
    private HealthLook? told;
    private bool isSuspicious;
    private DateTimeOffset? sharedLook;

    public Guid RolloutId { get; } = rolloutId;

    /// <summary>Null until the first batch came: before it nobody said which flag it is.</summary>
    public MeasuredRollout? Rollout { get; private set; }

    /// <summary>How long batches may come for a time that is over.</summary>
    public TimeSpan Lateness => limits.Lateness;

    public Lock Gate { get; } = new();

    public StageJudge Judge { get; } = new();

    /// <summary>The newest look, of whichever node; null before the first.</summary>
    public HealthLook? LastLook => Judge.Look is { } own && (told is null || own.At >= told.At) ? own : told;

    public bool HasUnwritten => unwritten.Count > 0;

    /// <summary>The other nodes do not know of the last look yet.</summary>
    public bool HasNewLook => Judge.Look is { } look && look.At != sharedLook;

    public Reporters Reporters => reporters;

    public BatchReceipt Take(HealthBatch batch, MeasuredRollout rollout, DateTimeOffset now)
    {
        Rollout = rollout;
        PutRight(now);
        if (!seen.Add(batch.BatchId, now)) return BatchReceipt.Duplicate;
        var late = now - batch.To > limits.Lateness;
        reporters.Heard(batch.Instance, batch.Range, late, now);
        unwritten.Add(new TakenBatch(batch, now, late));
        if (late) return BatchReceipt.TakenLate;
        unsettled.Add(batch.BatchId, batch);
        windows.Add(batch);
        isSuspicious |= foresight.Add(batch.Exposed, batch.Control);
        return BatchReceipt.Taken;
    }

    /// <summary>Takes over what another node has stored.</summary>
    public void Merge(MeasuredRollout rollout, IEnumerable<StoredBatch> batches, IEnumerable<StoredCell> cells, DateTimeOffset now)
    {
        Rollout = rollout;
        PutRight(now);
        foreach (var batch in batches)
        {
            if (seen.Add(batch.BatchId, now)) reporters.Heard(batch.Instance, batch.Range, batch.IsLate, batch.ReceivedAt);
            TakeOut(batch.BatchId);
        }

        foreach (var cell in cells)
        {
            windows.Of(cell.Arm)?.Add(Rung.Finest.EndOf(cell.Cell), cell.Counts);
            isSuspicious |= foresight.Add(cell.Arm == Arm.Exposed ? cell.Counts : null, cell.Arm == Arm.Control ? cell.Counts : null);
        }
    }

    /// <summary>Another node looked at the rules.</summary>
    public void Tell(HealthLook look)
    {
        told = look;
        if (look.Evidence is { } evidence && !(Judge.Look?.At >= look.At)) Judge.Adopt(evidence);
    }

    /// <summary>What came since the last look may be enough for harm, so the next one should not wait. Said once.</summary>
    public bool TakeSuspicion()
    {
        var said = isSuspicious;
        isSuspicious = false;
        return said;
    }

    /// <summary>A look found this.</summary>
    public void Expect(IEnumerable<RuleVerdict> verdicts, MetricCatalogue catalogue)
    {
        foresight.Begin(verdicts, catalogue);
        isSuspicious = false;
    }

    /// <summary>Both arms over (<paramref name="from"/>, <paramref name="to"/>].</summary>
    public Measured Measure(DateTimeOffset from, DateTimeOffset to, DateTimeOffset now)
    {
        PutRight(now);
        var (one, other) = (new Tally(), new Tally());
        var begin = windows.Exposed.AddTo(one, from, to, now);
        windows.Control.AddTo(other, from, to, now);
        return new Measured(one, other, from, begin, to);
    }

    /// <summary>Both arms over (<paramref name="from"/>, <paramref name="now"/>] without the times of incidents.</summary>
    public Measured MeasureAround(ImmutableArray<Incident> incidents, DateTimeOffset from, DateTimeOffset now)
    {
        var left = incidents.Where(incident => incident.To > from && incident.From < now).ToList();
        if (left.Count == 0) return Measure(from, now, now);
        var (exposed, control, skipped, begin) = (new Tally(), new Tally(), TimeSpan.Zero, from);
        foreach (var incident in left)
        {
            Add(begin, incident.From);
            skipped += incident.To - (incident.From > begin ? incident.From : begin);
            begin = incident.To;
        }

        Add(begin, now);
        return new Measured(exposed, control, from, from, now) { Skipped = skipped };

        void Add(DateTimeOffset since, DateTimeOffset until)
        {
            if (since >= until) return;
            var part = Measure(since, until, now);
            exposed.Add(part.Exposed);
            control.Add(part.Control);
        }
    }

    /// <summary>What keeps a source from giving counts; explains staleness and nothing else.</summary>
    public FeedTrouble? Trouble { get; set; }

    public SourceFreshness Freshness(DateTimeOffset now)
    {
        PutRight(now);
        return reporters.Freshness(now) with { Trouble = Trouble };
    }

    /// <summary>
    /// For how long back counts may still grow: the lateness limit, and in a silence since the last report. Of a time
    /// that nobody has reported of nothing is settled, be it that nobody reports or that the clock was put ahead.
    /// </summary>
    public TimeSpan Unsettled(DateTimeOffset now) =>
        reporters.LastBatchAt is { } last && now - last > limits.Lateness ? now - last : limits.Lateness;

    /// <summary>Gaps that can no longer be filled; each is told once.</summary>
    public IReadOnlyList<ReportGap> SettleGaps(DateTimeOffset now) => reporters.Settle(now, limits.Lateness);

    /// <summary>Takes what has to be written; it is the writer's from now on.</summary>
    public Unwritten TakeUnwritten()
    {
        var taken = new Unwritten(RolloutId, Rollout, unwritten, HasNewLook ? Judge.Look : null);
        unwritten = [];
        sharedLook = Judge.Look?.At;
        return taken;
    }

    /// <summary>What was taken is stored.</summary>
    /// <param name="elsewhere">Names of those that another node had stored before.</param>
    public void Settle(IEnumerable<TakenBatch> stored, IReadOnlySet<string> elsewhere)
    {
        foreach (var (batch, _, _) in stored)
        {
            if (elsewhere.Contains(batch.BatchId)) TakeOut(batch.BatchId);
            else unsettled.Remove(batch.BatchId);
        }
    }

    public void Restore(MeasuredRollout rollout) => Rollout = rollout;

    public void RestoreSeen(string batchId, DateTimeOffset receivedAt) => seen.Add(batchId, receivedAt);

    /// <summary>Takes over windows as they are stored; what is not stored yet is added to them.</summary>
    public void Restore(ArmWindows stored)
    {
        windows = stored;
        foreach (var batch in unsettled.Values) windows.Add(batch);
    }

    private void PutRight(DateTimeOffset now)
    {
        if (ClockPutBack.Shows(windows.Newest, now)) windows.ForgetAfter(now);
        if (reporters.LastBatchAt is { } last && ClockPutBack.Shows(last, now)) reporters.PutRight(now);
    }

    private void TakeOut(string batchId)
    {
        if (unsettled.Remove(batchId, out var batch)) windows.TakeOut(batch);
    }
}

/// <summary>A batch that another node has stored; its counts are in <see cref="StoredCell"/>s.</summary>
public readonly record struct StoredBatch(string BatchId, string Instance, DateTimeOffset From, DateTimeOffset To, DateTimeOffset ReceivedAt, bool IsLate)
{
    [System.Text.Json.Serialization.JsonIgnore]
    public TimeRange Range => new(From, To);
}

/// <summary>Counts of one arm in one cell of the finest rung.</summary>
public readonly record struct StoredCell(Arm Arm, long Cell, Tally Counts);

/// <summary>Both arms over one stretch of time.</summary>
/// <param name="Asked">The beginning that was asked for.</param>
/// <param name="From">Where the counts really begin: at the next edge of a cell.</param>
public sealed record Measured(Tally Exposed, Tally Control, DateTimeOffset Asked, DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>How much of the time is left out.</summary>
    public TimeSpan Skipped { get; init; }
}
