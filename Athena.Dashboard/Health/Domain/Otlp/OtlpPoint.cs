using System.Collections.Immutable;

namespace Athena.Dashboard.Health.Domain.Otlp;

/// <summary>One data point of an OTLP export, whichever of the two encodings it came in.</summary>
/// <param name="Metric">The metric's name.</param>
/// <param name="Unit">As the metric says it: <c>s</c>, <c>ms</c>, <c>{request}</c>; empty where it says none.</param>
/// <param name="Scope">The instrumentation scope's name.</param>
/// <param name="Resource">Who measured: the resource's attributes, as texts.</param>
/// <param name="Attributes">The point's own, as texts.</param>
/// <param name="Start">Since when it counts; null where the exporter does not say.</param>
/// <param name="At">Up to when.</param>
/// <param name="Value">Of a sum or gauge; a histogram's count.</param>
/// <param name="Histogram">Null for other kinds.</param>
public sealed record OtlpPoint(
    string Metric,
    string Unit,
    OtlpKind Kind,
    string Scope,
    IReadOnlyDictionary<string, string> Resource,
    IReadOnlyDictionary<string, string> Attributes,
    DateTimeOffset? Start,
    DateTimeOffset At,
    double Value,
    OtlpHistogram? Histogram)
{
    /// <summary>The exporter says that it has nothing to say: the series ended.</summary>
    public bool HasNoValue { get; init; }

    /// <summary>The point's own attribute, or else the resource's; empty when neither has it.</summary>
    public string this[string attribute] => Attributes.GetValueOrDefault(attribute) ?? Resource.GetValueOrDefault(attribute, "");
}

public enum OtlpKind
{
    /// <summary>A kind that is not counted here, such as a summary.</summary>
    Other,

    /// <summary>A gauge, or a sum that may fall: it is as it is at that moment.</summary>
    Gauge,

    /// <summary>A sum that only rises, or a histogram, since its start.</summary>
    Cumulative,

    /// <summary>A sum that only rises, or a histogram, since the point before.</summary>
    Delta,

    /// <summary>A sum or histogram that does not say which of the two it is.</summary>
    Unspecified,
}

/// <summary>A histogram with explicit bounds, or an exponential one as its upper bounds.</summary>
/// <param name="Sum">Null where the exporter does not say.</param>
/// <param name="Bounds">Upper bounds, ascending; one fewer than <paramref name="Counts"/>, whose last is what lies above.</param>
public sealed record OtlpHistogram(long Count, double? Sum, ImmutableArray<double> Bounds, ImmutableArray<long> Counts)
{
    /// <summary>Buckets of one histogram that are taken; exporters make 160 at most.</summary>
    public const int MostBuckets = 2000;

    /// <summary>
    /// Bucket i of a scale s covers (b^i, b^(i+1)] with b = 2^(2^−s). Its upper bound is all that is needed: response
    /// times are put into <see cref="LatencyBounds"/>, upwards. Negative values cannot be response times.
    /// </summary>
    /// <returns>Null where it has counts below zero, or more buckets than anybody needs.</returns>
    public static OtlpHistogram? Exponential(long count, double? sum, int scale, long zeros, int offset, ImmutableArray<long> positive, ImmutableArray<long> negative)
    {
        if (positive.Length > MostBuckets || negative.Any(some => some != 0) || scale is < -10 or > 20) return null;
        var step = Math.ScaleB(1, -scale);
        var bounds = ImmutableArray.CreateBuilder<double>(positive.Length + 1);
        bounds.Add(0);
        for (var i = 0; i < positive.Length; i++) bounds.Add(Math.Pow(2, step * (offset + (double)i + 1)));
        return new OtlpHistogram(count, sum, bounds.MoveToImmutable(), [zeros, .. positive, 0]);
    }

    /// <summary>Counts per bucket of <see cref="LatencyBounds"/>.</summary>
    /// <returns>Null when bounds and counts do not fit each other, or do not add up to the count.</returns>
    public long[]? Latencies(double toMilliseconds)
    {
        var buckets = new long[LatencyBounds.Buckets];
        // A histogram may come without buckets: then nothing is known but that they are somewhere.
        if (Counts.IsEmpty) return buckets;
        if (Counts.Length != Bounds.Length + 1 || Counts.Length > MostBuckets) return null;
        var (last, total) = (double.NegativeInfinity, 0L);
        for (var i = 0; i < Counts.Length; i++)
        {
            var bound = i < Bounds.Length ? Bounds[i] : double.PositiveInfinity;
            if (double.IsNaN(bound) || (bound <= last && i > 0 && bound < double.PositiveInfinity) || Counts[i] < 0 || Counts[i] > Count - total) return null;
            last = bound;
            total += Counts[i];
            buckets[LatencyBounds.BucketOf(bound * toMilliseconds)] += Counts[i];
        }

        return total == Count ? buckets : null;
    }
}

/// <summary>An export that is not one: what is wrong with it, and where.</summary>
/// <param name="isTooLarge">It may be one, and is more than is taken at once.</param>
public sealed class OtlpFaultException(string message, bool isTooLarge = false) : Exception(message)
{
    public bool IsTooLarge => isTooLarge;
}
