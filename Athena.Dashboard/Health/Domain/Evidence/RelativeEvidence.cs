namespace Athena.Dashboard.Health.Domain.Evidence;

/// <summary>
/// Evidence that the exposed fail more often than the control, valid however often one looks. Given the errors of both
/// arms in a batch, an error is the exposed arm's with the probability of its share of requests when nothing is wrong,
/// whatever the error rate; so a load that goes up and down, or an incident that both arms share, is no evidence.
/// Derived from Lindon and Malek, arXiv 2011.03567. Harm when it reaches 1/alpha.
/// </summary>
/// <remarks>
/// <para>
/// The factor of a batch with x errors of the exposed and y of the control is q^x s^y. Without bursts q = theta/rho and
/// s = (1 − theta)/(1 − rho), the likelihood ratio. Its expectation is at most one whenever rho q + (1 − rho) s ≤ 1.
/// </para>
/// <para>
/// Bursts: let each arm's error rate be multiplied, minute by minute and apart from the other arm's, by something with
/// mean one and coefficient of variation cv. For gamma multipliers the expectation of the factor is at most one exactly
/// when (1 − cv² λ A)(1 + cv² λ B) ≥ 1, with A = rho (q − 1), B = (1 − rho)(1 − s) and λ the errors of both arms in a
/// minute. With A0 = theta − rho and e = cv² × the exposed arm's expected errors in a minute,
/// A = A0/(1 + e q0) and B = A0/(1 + e) make it an equality: this is the likelihood ratio of a negative binomial in
/// place of a Poisson. As A ≤ B the factor stays valid when there are no bursts at all, so e need not be exact. Dividing
/// the log factor instead (<see cref="Tempering"/>) leaves the large odds ratios a gain that grows with every error of
/// one burst; here what a burst can gain is bounded, because q is at most 1 + 1/e.
/// </para>
/// </remarks>
public sealed class RelativeEvidence
{
    private readonly double tolerance;
    private readonly StartMixture mixture;

    /// <summary>From one start.</summary>
    /// <param name="tolerance">Relative harm that is put up with: 0.5 ignores up to half as many errors again.</param>
    public RelativeEvidence(double tolerance = 0)
        : this(tolerance, StartMixture.OfOneStart(EvidenceGrids.Worse.Length))
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
    /// <param name="burst">e: cv² times the exposed arm's expected errors in a minute; 0 or more.</param>
    public void Add(long exposedRequests, long exposedErrors, long controlRequests, long controlErrors, double burst = 0)
    {
        if (exposedRequests == 0 || controlRequests == 0) return;
        AddShare((double)exposedRequests / (exposedRequests + controlRequests), exposedErrors, controlErrors, burst: burst);
    }

    /// <param name="share">The exposed arm's share of this batch's requests, between 0 and 1.</param>
    /// <param name="tempering">At least 1; see <see cref="Tempering"/>.</param>
    /// <param name="burst">e: cv² times the exposed arm's expected errors in a minute; 0 or more.</param>
    public void AddShare(double share, long exposedErrors, long controlErrors, double tempering = 1, double burst = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tempering, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(burst);
        var expected = Odds.Times(share, 1 + tolerance);
        Span<double> logs = stackalloc double[EvidenceGrids.Worse.Length];
        for (var k = 0; k < logs.Length; k++)
        {
            var theta = Odds.Times(share, EvidenceGrids.Worse[k] * (1 + tolerance));
            var gain = theta - expected;
            var exposed = 1 + (gain / (1 + (burst * theta / expected)) / expected);
            var control = 1 - (gain / (1 + burst) / (1 - expected));
            logs[k] = (Odds.Log(exposedErrors, exposed) + Odds.Log(controlErrors, control)) / tempering;
        }

        mixture.Add(logs);
    }
}
