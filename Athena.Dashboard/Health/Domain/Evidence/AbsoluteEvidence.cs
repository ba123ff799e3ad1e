using System.Collections.Immutable;

namespace Athena.Dashboard.Health.Domain.Evidence;

/// <summary>
/// Evidence about "the rate is below p0", request by request, valid however often one looks: that it is worse (mixed
/// over starts, harm at 1/alpha), or that it is better (one start at the beginning of the stage, good at 20).
/// </summary>
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

    /// <summary>From the first start alone: what a stage is judged good by.</summary>
    public double SinceFirst => Mixture.OfStart(0);

    /// <summary>Mixed over starts: what harm is judged by.</summary>
    public double Value => Math.Exp(Mixture.LogValue());

    /// <param name="limit">p0, between 0 and 1.</param>
    public static AbsoluteEvidence OfWorse(double limit, StartMixture? mixture = null) =>
        new(limit, EvidenceGrids.Worse, mixture ?? new StartMixture(EvidenceGrids.Worse.Length));

    /// <param name="limit">p0, between 0 and 1.</param>
    public static AbsoluteEvidence OfBetter(double limit, StartMixture? mixture = null) =>
        new(limit, EvidenceGrids.Better, mixture ?? new StartMixture(EvidenceGrids.Better.Length));

    /// <summary>
    /// Requests without any error from which "better than p0" is good: 3,783 at 0.1 %, 377 at 1 %. With
    /// <paramref name="current"/>, how many more are needed from there on.
    /// </summary>
    public static long ZeroErrorRequestsForGood(double limit, AbsoluteEvidence? current = null)
    {
        var (low, high) = (0L, 1L);
        while (!IsEnough(high)) high *= 2;
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
            return tried.SinceFirst >= EnoughForGood;
        }
    }

    /// <param name="tempering">At least 1; see <see cref="Tempering"/>.</param>
    public void Add(long requests, long errors, double tempering = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tempering, 1);
        Span<double> logs = stackalloc double[grid.Length];
        for (var k = 0; k < logs.Length; k++)
        {
            var theta = Odds.Times(limit, grid[k]);
            logs[k] = (Odds.Log(errors, theta / limit) + Odds.Log(requests - errors, (1 - theta) / (1 - limit))) / tempering;
        }

        Mixture.Add(logs);
    }
}
