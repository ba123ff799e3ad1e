using System.Collections.Immutable;

namespace Athena.Dashboard.Health.Domain.Evidence;

/// <summary>
/// The error rate of the last healthy hour and how much it varied, minute by minute: what the next batch is expected to
/// be like, known before it.
/// </summary>
public sealed class BurstMeter
{
    public const int Minutes = 60;

    /// <summary>
    /// Until an hour is known, as if so many minutes with this variation had been seen: a guard that knows nothing
    /// yet expects a coefficient of variation of 0.5.
    /// </summary>
    private const double PresumedMinutes = 5;

    private const double Presumed = 0.25 * Caution;

    /// <summary>
    /// The measured variation is taken for half as much again: an hour measures it to about that, and too little costs
    /// false alarms where too much costs minutes.
    /// </summary>
    private const double Caution = 1.5;

    private const int Long = 10;

    private readonly MinuteCount[] ring = new MinuteCount[Minutes];
    private int next;
    private int count;
    private double? variation;
    private double? ofMinutes;

    public bool IsEmpty => count == 0;

    /// <summary>Minutes that are known, up to an hour.</summary>
    public int Count => count;

    /// <summary>Errors per request; 0 while nothing is known.</summary>
    public double Rate { get; private set; }

    /// <summary>Squared coefficient of variation to reckon with.</summary>
    public double SquaredVariation => variation ??= Measure();

    /// <summary>The same as it was measured, minute by minute and without any caution.</summary>
    public double SquaredVariationOfMinutes =>
        ofMinutes ??= ((Tempering.SquaredVariation(ring.AsSpan(0, count)) * count) + (Presumed / Caution * PresumedMinutes)) / (count + PresumedMinutes);

    public void Add(MinuteCount minute)
    {
        if (minute.Requests == 0) return;
        ring[next] = minute;
        next = (next + 1) % Minutes;
        count = Math.Min(Minutes, count + 1);
        (variation, ofMinutes) = (null, null);
        var (requests, errors) = (0L, 0L);
        foreach (var known in ring)
        {
            requests += known.Requests;
            errors += known.Errors;
        }

        Rate = (double)errors / requests;
    }

    /// <summary>Oldest first.</summary>
    public ImmutableArray<MinuteCount> Save() => count < Minutes ? [.. ring[..count]] : [.. ring[next..], .. ring[..next]];

    public static BurstMeter From(ImmutableArray<MinuteCount> saved)
    {
        var meter = new BurstMeter();
        foreach (var minute in saved) meter.Add(minute);
        return meter;
    }

    private double Measure()
    {
        var measured = Math.Max(Tempering.SquaredVariation(ring.AsSpan(0, count)), OfLongBursts());
        return ((Caution * measured * count) + (Presumed * PresumedMinutes)) / (count + PresumedMinutes);
    }

    /// <summary>
    /// Bursts that last for minutes: where each minute is one for itself, ten of them together vary with a tenth of
    /// cv², and where they burst together with all of it.
    /// </summary>
    private double OfLongBursts()
    {
        if (count < Minutes) return 0;
        Span<MinuteCount> blocks = stackalloc MinuteCount[Minutes / Long];
        for (var i = 0; i < Minutes; i++)
        {
            var known = ring[(next + i) % Minutes];
            ref var block = ref blocks[i / Long];
            block = new MinuteCount(block.Requests + known.Requests, block.Errors + known.Errors);
        }

        return Long * Tempering.SquaredVariation(blocks);
    }
}
