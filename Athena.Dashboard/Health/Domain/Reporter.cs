using System.Collections.Immutable;
using Athena.Dashboard.Platform.Kernel;

namespace Athena.Dashboard.Health.Domain;

/// <summary>One instance that reports for a rollout: how often, until when, and what its batches leave out.</summary>
/// <param name="LastBatchAt">End of its newest batch.</param>
/// <param name="Interval">Length of its newest batch.</param>
/// <param name="CoveredTo">End of its newest batch that came in time: up to here its batches join, but for <see cref="Open"/>.</param>
public sealed record Reporter(
    string Instance, DateTimeOffset LastBatchAt, TimeSpan Interval, DateTimeOffset FirstHeardAt, DateTimeOffset LastHeardAt, DateTimeOffset CoveredTo)
{
    /// <summary>How many are remembered; of more, the oldest are forgotten.</summary>
    private const int MostOpen = 20;

    /// <summary>Longer ago than any lateness limit: by then it was told, or nobody asked.</summary>
    private static readonly TimeSpan KeepOpen = TimeSpan.FromMinutes(15);

    // Clocks are read twice, so what joins need not join to the tick.
    private static readonly TimeSpan Jitter = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Stretches between two batches that no batch covers yet. A batch that overtook another leaves one for a moment;
    /// what is still open when a batch for it would be late is a gap.
    /// </summary>
    public ImmutableArray<TimeRange> Open { get; init; } = [];

    /// <summary>The instance as it is after one more batch.</summary>
    /// <param name="before">Null for its first.</param>
    /// <param name="isLate">It covers nothing then: no rule has seen it.</param>
    public static Reporter Hear(Reporter? before, string instance, TimeRange batch, bool isLate, DateTimeOffset now)
    {
        if (before is null) return new Reporter(instance, batch.To, batch.Length, now, now, batch.To);
        var isNewest = batch.To > before.LastBatchAt;
        var after = before with
        {
            LastBatchAt = isNewest ? batch.To : before.LastBatchAt,
            Interval = isNewest ? batch.Length : before.Interval,
            LastHeardAt = now > before.LastHeardAt ? now : before.LastHeardAt,
        };
        return isLate ? after : after.Cover(batch, before.Interval / 2, now - KeepOpen);
    }

    /// <summary>Its newest batch is from before our clock was put back, and does not say when that was.</summary>
    public bool IsAhead(DateTimeOffset now) => ClockPutBack.Shows(LastBatchAt, now);

    /// <summary>As an instance of which nothing is known but that it is silent, until its next batch says otherwise.</summary>
    public Reporter PutRight(DateTimeOffset now) => this with
    {
        LastBatchAt = now - (Interval * 3),
        LastHeardAt = LastHeardAt < now ? LastHeardAt : now,
        CoveredTo = now,
        Open = [],
    };

    /// <summary>Splits off what can no longer be filled.</summary>
    /// <param name="lateness">A batch that ended longer ago would be late.</param>
    public (Reporter Left, ImmutableArray<TimeRange> Gaps) Settle(DateTimeOffset now, TimeSpan lateness)
    {
        if (Open.IsEmpty) return (this, []);
        var gaps = Open.Where(range => now - range.To > lateness).ToImmutableArray();
        return gaps.IsEmpty ? (this, gaps) : (this with { Open = Open.RemoveRange(gaps) }, gaps);
    }

    // Half an interval is a missing batch.
    private Reporter Cover(TimeRange batch, TimeSpan tolerance, DateTimeOffset oldest)
    {
        if (tolerance < Jitter) tolerance = Jitter;
        var open = Open.SelectMany(range => range.Without(batch)).Where(range => range.Length > tolerance && range.To > oldest);
        if (batch.From - CoveredTo > tolerance) open = open.Append(new TimeRange(CoveredTo, batch.From));
        return this with { CoveredTo = batch.To > CoveredTo ? batch.To : CoveredTo, Open = [.. open.TakeLast(MostOpen)] };
    }
}

/// <summary>A stretch of event time.</summary>
public readonly record struct TimeRange(DateTimeOffset From, DateTimeOffset To)
{
    public TimeSpan Length => To - From;

    /// <summary>What is left of it.</summary>
    public IEnumerable<TimeRange> Without(TimeRange other)
    {
        if (other.From >= To || other.To <= From)
        {
            yield return this;
            yield break;
        }

        if (other.From > From) yield return this with { To = other.From };
        if (other.To < To) yield return this with { From = other.To };
    }
}

/// <summary>Time that an instance's batches left out for good.</summary>
public readonly record struct ReportGap(string Instance, TimeRange Range);
