namespace Athena.Dashboard.Health.Domain.Evidence;

/// <summary>
/// How much to divide log evidence by because errors come in bursts: D = 1 + 2 × (expected exposed errors a minute) ×
/// cv². Any D of at least 1 that is known before the batch keeps the guarantee (Jensen), so the estimate need not be
/// exact; too small costs false alarms under bursts, too large costs minutes.
/// </summary>
public static class Tempering
{
    /// <param name="expectedErrors">Errors that the exposed are expected to have in a minute.</param>
    /// <param name="squaredVariation">From <see cref="SquaredVariation"/>.</param>
    public static double Of(double expectedErrors, double squaredVariation) =>
        1 + (2 * Math.Max(0, expectedErrors) * Math.Max(0, squaredVariation));

    /// <summary>
    /// The part of the variance of the control's error rate per minute that is more than chance (binomial), over the
    /// squared rate. 0 with fewer than two minutes, without errors, or when chance explains all of it.
    /// </summary>
    /// <param name="minutes">Requests and errors of the last healthy minutes, up to an hour.</param>
    public static double SquaredVariation(IEnumerable<(long Requests, long Errors)> minutes)
    {
        var counted = minutes.Where(minute => minute.Requests > 0).ToList();
        var errors = counted.Sum(minute => minute.Errors);
        if (counted.Count < 2 || errors == 0) return 0;
        var rate = (double)errors / counted.Sum(minute => minute.Requests);
        var variance = counted.Sum(minute => Math.Pow(((double)minute.Errors / minute.Requests) - rate, 2)) / (counted.Count - 1);
        var chance = rate * (1 - rate) * counted.Average(minute => 1.0 / minute.Requests);
        return Math.Max(0, variance - chance) / (rate * rate);
    }
}
