namespace Athena.Dashboard.Experiments.Domain;

/// <summary>
/// Intervals that hold at every look at once: the chance that one of them ever misses the truth is at most the error
/// that was allowed, however often somebody looks and whenever he stops.
/// </summary>
/// <remarks>
/// The normal-mixture boundary of Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, "Time-uniform central limit theory
/// and asymptotic confidence sequences" (Annals of Statistics 52, 2024; theorem 2.2): with variance s² after t users
/// the mean lies within s · √( 2(tρ² + 1) / (t²ρ²) · ln( √(tρ² + 1) / α ) ). A difference of two means with variance V
/// is read as a mean over the t users of both with s² = tV, as the effect estimators of the paper's section 3 are and
/// as GrowthBook's sequential testing is. It is asymptotic: <see cref="ExperimentReadout"/> says nothing of few users.
/// </remarks>
public static class ConfidenceSequence
{
    /// <summary>Half of the interval's width.</summary>
    /// <param name="users">Of both sides.</param>
    /// <param name="variance">Of the difference as it was estimated from them.</param>
    /// <param name="error">Chance that the intervals of all looks miss the truth, 0 to 1.</param>
    /// <param name="mixing">ρ², from <see cref="MixingFor"/>; never chosen by what was seen.</param>
    public static double HalfWidth(double users, double variance, double error, double mixing)
    {
        var grown = (users * mixing) + 1;
        return Math.Sqrt(users * variance) * Math.Sqrt(2 * grown / (users * users * mixing) * ((0.5 * Math.Log(grown)) - Math.Log(error)));
    }

    /// <summary>The ρ² whose interval is about narrowest after so many users (the paper's appendix on tuning).</summary>
    public static double MixingFor(double users, double error)
    {
        var once = -2 * Math.Log(error);
        return (once + Math.Log(once) + 1) / users;
    }

    /// <summary>Users in all after which half of the width is no more than <paramref name="target"/>, at the same variance of each.</summary>
    /// <returns>Null beyond a thousand million.</returns>
    public static long? UsersFor(double target, double users, double variance, double error, double mixing)
    {
        const double Most = 1e9;
        if (!(target > 0)) return null;
        var each = users * variance;
        if (HalfWidth(Most, each / Most, error, mixing) > target) return null;
        var (low, high) = (1.0, Most);
        while (high - low > 1)
        {
            var middle = Math.Floor((low + high) / 2);
            if (HalfWidth(middle, each / middle, error, mixing) <= target) high = middle;
            else low = middle;
        }

        return (long)high;
    }
}
