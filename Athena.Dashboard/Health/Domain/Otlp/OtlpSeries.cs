namespace Athena.Dashboard.Health.Domain.Otlp;

/// <summary>The newest point of one series that was counted.</summary>
/// <param name="Buckets">Of response times; null for others.</param>
public sealed record OtlpSeries(DateTimeOffset? Start, DateTimeOffset At, double Value, double Sum, long[]? Buckets)
{
    private const string Overlapping =
        "Two processes export as one instance, for their counting began at different times. Give each its own service.instance.id.";

    /// <summary>
    /// What a point adds to what was counted before, once, however often it is sent. A cumulative series that began anew,
    /// or fell, has counted from zero; a delta that was counted is over.
    /// </summary>
    /// <param name="last">Null for a series that nothing is known of.</param>
    /// <param name="begin">Since when such a series has counted; null when that is not known, and its first point only says where it is.</param>
    /// <param name="longest">What rose in a longer time is not known to be of any minute, and is left out.</param>
    /// <returns>What to remember (null: as before), what rose (null: nothing that counts), and what is wrong (null: nothing).</returns>
    public static (OtlpSeries? Next, OtlpRise? Rise, string? Fault) Next(OtlpSeries? last, OtlpSample sample, DateTimeOffset? begin, TimeSpan longest)
    {
        var point = sample.Point;
        var next = new OtlpSeries(point.Start, point.At, point.Value, sample.Buckets is null ? 0 : point.Histogram?.Sum ?? 0, sample.Buckets);
        return point.Kind switch
        {
            OtlpKind.Gauge => next.AfterGauge(last, begin, longest),
            OtlpKind.Delta => next.AfterDelta(last, longest),
            _ => next.AfterCumulative(last, begin, longest),
        };
    }

    private (OtlpSeries?, OtlpRise?, string?) AfterGauge(OtlpSeries? last, DateTimeOffset? begin, TimeSpan longest) =>
        last is not null && At <= last.At ? default : (this, Whole(last?.At ?? begin, longest), null);

    private (OtlpSeries?, OtlpRise?, string?) AfterDelta(OtlpSeries? last, TimeSpan longest)
    {
        if (Start is not { } start || start >= At) return (null, null, "A delta does not say since when it counts.");
        if (last is null || start >= last.At) return (this, Whole(start, longest), null);
        return (At, Value) == (last.At, last.Value) ? default : (null, null, "A delta came for a time that was counted already: out of order, or from two processes as one instance.");
    }

    private (OtlpSeries?, OtlpRise?, string?) AfterCumulative(OtlpSeries? last, DateTimeOffset? begin, TimeSpan longest)
    {
        if (last is null) return (this, Whole(begin, longest), null);
        // A later one says all that this one does.
        if (At < last.At) return default;
        if (Start is { } start && last.Start is { } known && start != known)
        {
            if (start >= last.At) return (this, Whole(At - last.At <= longest ? last.At : start, longest), null);
            return At - last.At > longest ? (this, null, null) : (null, null, Overlapping);
        }

        if (At == last.At) return Value == last.Value ? default : (null, null, Overlapping);
        if (Value < last.Value) return (this, Whole(last.At, longest), null);
        return (this, At - last.At > longest ? null : new OtlpRise(last.At, Value - last.Value, Math.Max(0, Sum - last.Sum), Less(Buckets, last.Buckets)), null);
    }

    private OtlpRise? Whole(DateTimeOffset? from, TimeSpan longest) =>
        from is { } since && since < At && At - since <= longest ? new OtlpRise(since, Value, Sum, Buckets) : null;

    // An exporter that made its buckets coarser has moved counts up: what a bucket lacks is in one above it.
    private static long[]? Less(long[]? now, long[]? before)
    {
        if (now is null || before is null || before.Length != now.Length) return now;
        var rise = new long[now.Length];
        var owed = 0L;
        for (var i = 0; i < now.Length; i++)
        {
            var difference = now[i] - before[i] - owed;
            rise[i] = Math.Max(0, difference);
            owed = rise[i] - difference;
        }

        return rise;
    }
}

/// <summary>What a series rose by.</summary>
/// <param name="From">Since when.</param>
public readonly record struct OtlpRise(DateTimeOffset From, double Value, double Sum, long[]? Buckets);
