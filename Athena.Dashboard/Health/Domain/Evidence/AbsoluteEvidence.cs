using System.Collections.Immutable;

namespace Athena.Dashboard.Health.Domain.Evidence;

/// <summary>
/// Evidence about "the rate is below p0", request by request, valid however often one looks: that it is worse (mixed
/// over starts, harm at 1/alpha), or that it is better (one start at the beginning of the stage, good at 20).
/// </summary>
/// <remarks>
/// Bursts: as in <see cref="RelativeEvidence"/>, with the requests in the place of the control. With n requests a
/// minute, m = p0 n and e = cv² m, an error counts q = 1 + (q0 − 1)/(1 + e q0), and a request costs
/// (p0/e) log((1 + e q0)/(1 + e)), which is what a gamma multiplier makes of it, or log(1 + p0 (q − 1)) where that is
/// more: what a fixed rate does. So it holds with bursts and without.
/// </remarks>
public sealed class AbsoluteEvidence
{
    /// <summary>Evidence from which "better" counts as good: 5 % at most are wrong.</summary>
    public const double EnoughForGood = 20;

    private readonly double limit;
    private readonly ImmutableArray<double> grid;

    private AbsoluteEvidence(double limit, ImmutableArray<double> grid, StartMixture mixture)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(limit, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(limit, 1);
        (this.limit, this.grid, Mixture) = (limit, grid, mixture);
    }

    public StartMixture Mixture { get; }

    public double LogValue => Mixture.LogValue();

    public double Value => Math.Exp(LogValue);

    /// <param name="limit">p0, between 0 and 1.</param>
    /// <param name="mixture">Null for one start.</param>
    public static AbsoluteEvidence OfWorse(double limit, StartMixture? mixture = null) =>
        new(limit, EvidenceGrids.Worse, mixture ?? StartMixture.OfOneStart(EvidenceGrids.Worse.Length));

    /// <param name="limit">p0, between 0 and 1.</param>
    /// <param name="mixture">Null for one start.</param>
    public static AbsoluteEvidence OfBetter(double limit, StartMixture? mixture = null) =>
        new(limit, EvidenceGrids.Better, mixture ?? StartMixture.OfOneStart(EvidenceGrids.Better.Length));

    /// <summary>
    /// Requests without any error from which "better than p0" is good: 3,783 at 0.1 %, 377 at 1 %. With
    /// <paramref name="current"/>, how many more are needed from there on.
    /// </summary>
    public static long ZeroErrorRequestsForGood(double limit, AbsoluteEvidence? current = null)
    {
        var (low, high) = (0L, 1L);
        while (!IsEnough(high) && high < long.MaxValue / 4) high *= 2;
        if (IsEnough(0)) return 0;
        while (high - low > 1)
        {
            var middle = low + ((high - low) / 2);
            if (IsEnough(middle)) high = middle;
            else low = middle;
        }

        return high;

        bool IsEnough(long requests)
        {
            var tried = OfBetter(limit, current is null ? null : StartMixture.From(current.Mixture.Save()));
            tried.Add(requests, 0);
            return tried.Value >= EnoughForGood;
        }
    }

    /// <param name="burst">e: cv² times the errors that the limit allows in a minute; 0 or more.</param>
    public void Add(long requests, long errors, double burst = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(burst);
        Span<double> logs = stackalloc double[grid.Length];
        for (var k = 0; k < logs.Length; k++)
        {
            var theta = Odds.Times(limit, grid[k]);
            logs[k] = burst > 0
                ? WithBursts(theta / limit, requests, errors, burst)
                : Odds.Log(errors, theta / limit) + Odds.Log(requests - errors, (1 - theta) / (1 - limit));
        }

        Mixture.Add(logs);
    }

    private double WithBursts(double ratio, long requests, long errors, double burst)
    {
        var gain = 1 + ((ratio - 1) / (1 + (burst * ratio)));
        var cost = Math.Max(limit / burst * Math.Log((1 + (burst * ratio)) / (1 + burst)), Math.Log(1 + (limit * (gain - 1))));
        return Odds.Log(errors, gain) - (requests * cost);
    }
}
