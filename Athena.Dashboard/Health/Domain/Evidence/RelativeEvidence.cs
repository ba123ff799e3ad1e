namespace Athena.Dashboard.Health.Domain.Evidence;

/// <summary>
/// Evidence that the exposed fail more often than the control, valid however often one looks. Given the errors of both
/// arms in a batch, an error is the exposed arm's with the probability of its share of requests when nothing is wrong,
/// whatever the error rate; so a load that goes up and down, or an incident that both arms share, is no evidence.
/// Derived from Lindon and Malek, arXiv 2011.03567. Harm when it reaches 1/alpha.
/// </summary>
public sealed class RelativeEvidence
{
    private readonly double tolerance;
    private readonly StartMixture mixture;

    /// <param name="tolerance">Relative harm that is put up with: 0.5 ignores up to half as many errors again.</param>
    public RelativeEvidence(double tolerance = 0)
        : this(tolerance, new StartMixture(EvidenceGrids.Worse.Length))
    {
    }

    public RelativeEvidence(double tolerance, StartMixture mixture)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tolerance);
        (this.tolerance, this.mixture) = (tolerance, mixture);
    }

    public StartMixture Mixture => mixture;

    public double LogValue => mixture.LogValue();

    public double Value => Math.Exp(LogValue);

    /// <summary>One batch by its counts; an arm without a request says nothing.</summary>
    /// <param name="tempering">At least 1; see <see cref="Tempering"/>.</param>
    public void Add(long exposedRequests, long exposedErrors, long controlRequests, long controlErrors, double tempering = 1)
    {
        if (exposedRequests == 0 || controlRequests == 0) return;
        AddShare((double)exposedRequests / (exposedRequests + controlRequests), exposedErrors, controlErrors, tempering);
    }

    /// <param name="share">The exposed arm's share of this batch's requests, between 0 and 1.</param>
    public void AddShare(double share, long exposedErrors, long controlErrors, double tempering = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tempering, 1);
        var expected = Odds.Times(share, 1 + tolerance);
        Span<double> logs = stackalloc double[EvidenceGrids.Worse.Length];
        for (var k = 0; k < logs.Length; k++)
        {
            var theta = Odds.Times(share, EvidenceGrids.Worse[k] * (1 + tolerance));
            logs[k] = (Odds.Log(exposedErrors, theta / expected) + Odds.Log(controlErrors, (1 - theta) / (1 - expected))) / tempering;
        }

        mixture.Add(logs);
    }
}
