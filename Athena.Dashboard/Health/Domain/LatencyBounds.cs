using System.Collections.Immutable;

namespace Athena.Dashboard.Health.Domain;

/// <summary>
/// The upper bounds between which response times are counted, in milliseconds, and one bucket above the last. A
/// batch's own bounds are mapped onto these: a bucket that ends between two of them counts to the upper one, so a
/// quantile is never shown as better than it was.
/// </summary>
public static class LatencyBounds
{
    public static readonly ImmutableArray<double> Milliseconds =
    [
        5, 10, 25, 50, 75, 100, 150, 200, 250, 300, 400, 500, 750,
        1000, 1500, 2000, 2500, 3000, 4000, 5000, 7500, 10_000,
    ];

    /// <summary>One for each bound and the one above the last.</summary>
    public static int Buckets => Milliseconds.Length + 1;

    /// <summary>The bucket of response times up to <paramref name="upper"/> milliseconds.</summary>
    public static int BucketOf(double upper)
    {
        var index = Milliseconds.BinarySearch(upper);
        return index < 0 ? ~index : index;
    }

    /// <summary>
    /// The value below which a share of the response times lies, interpolated linearly within its bucket as
    /// Prometheus does. Null without any; the last bound when it lies above it.
    /// </summary>
    /// <param name="quantile">0 to 1.</param>
    public static double? Quantile(ReadOnlySpan<long> buckets, double quantile)
    {
        long total = 0;
        foreach (var count in buckets) total += count;
        if (total == 0) return null;
        var rank = quantile * total;
        long below = 0;
        for (var i = 0; i < Milliseconds.Length; i++)
        {
            var upTo = below + buckets[i];
            if (upTo >= rank && buckets[i] > 0)
            {
                var lower = i == 0 ? 0 : Milliseconds[i - 1];
                return lower + ((Milliseconds[i] - lower) * (rank - below) / buckets[i]);
            }

            below = upTo;
        }

        return Milliseconds[^1];
    }
}
