namespace Athena.Dashboard.Experiments.Domain;

/// <summary>
/// Whether users came in the shares in which the flag gives its variants out. If they did not, some are lost or counted
/// twice, and nothing that is compared can be trusted.
/// </summary>
/// <remarks>
/// Lindon and Malek, "Anytime-valid inference for multinomial count data" (NeurIPS 2022): the Bayes factor of a
/// Dirichlet prior against the shares, here with one count for each variant in all, is a martingale when the shares are right. It
/// ever reaches 1/α with a chance of at most α, so it may be looked at after every batch.
/// </remarks>
public static class SampleRatio
{
    /// <summary>The chance at which right shares are ever called wrong.</summary>
    public const double Error = 0.001;

    /// <param name="users">Counted, by variant.</param>
    /// <param name="shares">Intended, in the same order: above 0, and 1 in sum.</param>
    /// <returns>True when the counts are not of these shares.</returns>
    public static bool IsWrong(ReadOnlySpan<long> users, ReadOnlySpan<double> shares) => LogEvidence(users, shares) >= -Math.Log(Error);

    /// <summary>The logarithm of the Bayes factor against the shares.</summary>
    public static double LogEvidence(ReadOnlySpan<long> users, ReadOnlySpan<double> shares)
    {
        var prior = (double)shares.Length;
        double all = 0, evidence = 0;
        for (var i = 0; i < users.Length; i++)
        {
            all += users[i];
            var before = prior * shares[i];
            evidence += LogGamma(before + users[i]) - LogGamma(before) - (users[i] * Math.Log(shares[i]));
        }

        return evidence + LogGamma(prior) - LogGamma(prior + all);
    }

    /// <summary>ln Γ(x) for x above 0: Stirling's series above 12, reached by the recurrence from below; to about 1e-13.</summary>
    internal static double LogGamma(double x)
    {
        var shifted = 0.0;
        while (x < 12)
        {
            shifted -= Math.Log(x);
            x++;
        }

        var inverse = 1 / (x * x);
        var series = (1.0 / 12) - (inverse * ((1.0 / 360) - (inverse * ((1.0 / 1260) - (inverse * ((1.0 / 1680) - (inverse / 1188)))))));
        return shifted + ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI)) + (series / x);
    }
}
