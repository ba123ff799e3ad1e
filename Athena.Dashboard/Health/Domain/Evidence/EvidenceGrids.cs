using System.Collections.Immutable;

namespace Athena.Dashboard.Health.Domain.Evidence;

/// <summary>
/// The odds ratios that are weighed against "no difference", with equal weights. Fixed once and for all: evidence is
/// valid because they were chosen before any data.
/// </summary>
public static class EvidenceGrids
{
    public static readonly ImmutableArray<double> Worse = [1.25, 1.5, 2, 3, 5, 10, 20, 50];

    public static readonly ImmutableArray<double> Better = [0, 0.1, 0.25, 0.5, 0.8];
}

internal static class Odds
{
    /// <summary>The probability whose odds are <paramref name="ratio"/> times those of <paramref name="p"/>.</summary>
    public static double Times(double p, double ratio) => p * ratio / ((p * ratio) + 1 - p);

    /// <summary>count × log(ratio), where nothing of something impossible is nothing.</summary>
    public static double Log(double count, double ratio) => count == 0 ? 0 : count * Math.Log(ratio);
}
