namespace Athena.Dashboard.Health.Domain.Evidence;

/// <summary>
/// How much errors come in bursts, and the first answer to it: log evidence divided by D = 1 + 2 × (expected exposed
/// errors a minute) × cv². Any D of at least 1 that is known before the batch keeps the guarantee (Jensen).
/// <see cref="RelativeEvidence"/> says what the product does instead, and why.
/// </summary>
public static class Tempering
{
    /// <param name="expectedErrors">Errors that the exposed are expected to have in a minute.</param>
    /// <param name="squaredVariation">From <see cref="SquaredVariation"/>.</param>
    public static double Of(double expectedErrors, double squaredVariation) =>
        1 + (2 * Math.Max(0, expectedErrors) * Math.Max(0, squaredVariation));

    /// <summary>
    /// The part of the variance of the error rate per minute that is more than chance (binomial), over the squared
    /// rate. 0 with fewer than two minutes, without errors, or when chance explains all of it.
    /// </summary>
    /// <param name="minutes">Requests and errors of the last healthy minutes, up to an hour.</param>
    public static double SquaredVariation(ReadOnlySpan<MinuteCount> minutes)
    {
        var (counted, requests, errors, inverses) = (0, 0L, 0L, 0.0);
        foreach (var minute in minutes)
        {
            if (minute.Requests == 0) continue;
            counted++;
            requests += minute.Requests;
            errors += minute.Errors;
            inverses += 1.0 / minute.Requests;
        }

        if (counted < 2 || errors == 0) return 0;
        var rate = (double)errors / requests;
        var squares = 0.0;
        foreach (var minute in minutes)
        {
            if (minute.Requests == 0) continue;
            var deviation = ((double)minute.Errors / minute.Requests) - rate;
            squares += deviation * deviation;
        }

        var chance = rate * (1 - rate) * inverses / counted;
        return Math.Max(0, (squares / (counted - 1)) - chance) / (rate * rate);
    }
}

/// <param name="Errors">Of these requests; at most as many.</param>
public readonly record struct MinuteCount(long Requests, long Errors);
