using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;

namespace Athena.Dashboard.Rollouts.Domain.Rehearsals;

/// <summary>
/// Traffic made from figures: Poisson arrivals, errors by chance with log-normal bursts of each arm's own, response
/// times whose sum is gamma distributed, scores by chance around their mean.
/// </summary>
/// <param name="bounds">Bounds between which response times are told apart; empty where no rule asks.</param>
/// <param name="own">Names of counts that only the application knows: reported as none.</param>
public sealed class SimulatedTraffic(RehearsalFigures figures, ImmutableArray<double> bounds, ImmutableArray<string> own) : IRehearsalTraffic
{
    // Fewer are drawn one arrival at a time; of more it matters only how many fail.
    private const double Many = 100;

    private readonly ImmutableDictionary<string, long> none = own.ToImmutableDictionary(name => name, _ => 0L, StringComparer.Ordinal);

    public (ArmReport Exposed, ArmReport? Control) Next(Moment minute, double share, RehearsalHarm? harm, Draws draws)
    {
        var ofDay = figures.DayAndNight ? Math.Sin(2 * Math.PI * (minute.Minute % Moment.Day) / Moment.Day) : 0;
        var traffic = figures.RequestsPerMinute * minute.Length * (1 + (0.8 * ofDay));
        var rate = figures.ErrorRate * (1 - (0.5 * ofDay));
        var exposed = Arm(traffic * share, rate * (harm?.Errors ?? 1), figures.ResponseTime * (harm?.Latency ?? 1), draws);
        return (exposed, share < 1 ? Arm(traffic * (1 - share), rate, figures.ResponseTime, draws) : null);
    }

    private ArmReport Arm(double mean, double rate, double response, Draws draws)
    {
        var requests = mean < Many ? draws.Poisson(mean) : (long)Math.Round(mean);
        var failing = Math.Min(1, rate * draws.Burst(figures.Bursts));
        var errors = requests < Many || failing > 0.2 ? draws.Binomial(requests, failing) : Math.Min(requests, draws.Poisson(requests * failing));
        return new ArmReport
        {
            Requests = requests,
            Errors = errors,
            Crashes = 0,
            CriticalErrors = 0,
            LatencyCount = requests,
            LatencyMicros = Responses.Sum(requests, response, figures.ResponseSpread, draws),
            Scores = Scores(requests, draws),
            Users = requests,
            Adopters = requests,
            Buckets = Responses.Spread(requests, response, figures.ResponseSpread, bounds, draws),
            Own = none,
        };
    }

    private ImmutableArray<long> Scores(long requests, Draws draws)
    {
        if (figures.ScoresPerThousand <= 0) return [];
        var left = draws.Poisson(requests * figures.ScoresPerThousand / 1000);
        // As four wishes, each granted with the same chance: 1 to 5 around the mean.
        var (chance, given) = ((figures.MeanScore - 1) / 4, new long[5]);
        var above = 1.0;
        for (var score = 0; score < 4 && left > 0; score++)
        {
            var part = Choose4[score] * Math.Pow(chance, score) * Math.Pow(1 - chance, 4 - score);
            given[score] = above > 0 ? draws.Binomial(left, Math.Min(1, part / above)) : left;
            left -= given[score];
            above -= part;
        }

        given[4] += left;
        return System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(given);
    }

    private static readonly int[] Choose4 = [1, 4, 6, 4, 1];
}

/// <summary>Response times of many requests at once.</summary>
internal static class Responses
{
    /// <summary>In microseconds.</summary>
    public static long Sum(long count, double mean, double spread, Draws draws)
    {
        if (count == 0) return 0;
        var variation = spread * spread;
        return (long)(draws.Gamma(count / variation) * variation * mean * 1000);
    }

    /// <summary>How many lie between the bounds, log-normally.</summary>
    public static ImmutableArray<long> Spread(long count, double mean, double spread, ImmutableArray<double> bounds, Draws draws)
    {
        if (bounds.IsEmpty) return [];
        var variance = Math.Log(1 + (spread * spread));
        var middle = Math.Log(mean) - (variance / 2);
        var buckets = new long[bounds.Length + 1];
        var (left, below) = (count, 0.0);
        for (var i = 0; i < bounds.Length && left > 0; i++)
        {
            var upTo = Normal((Math.Log(bounds[i]) - middle) / Math.Sqrt(variance));
            buckets[i] = below < 1 ? draws.Binomial(left, Math.Clamp((upTo - below) / (1 - below), 0, 1)) : 0;
            left -= buckets[i];
            below = upTo;
        }

        buckets[^1] = left;
        return System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(buckets);
    }

    /// <summary>Distribution function of the standard normal: Zelen and Severo 1964, good to 1e-7.</summary>
    private static double Normal(double x)
    {
        var t = 1 / (1 + (0.2316419 * Math.Abs(x)));
        var tail = Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI) * t
            * (0.319381530 + (t * (-0.356563782 + (t * (1.781477937 + (t * (-1.821255978 + (t * 1.330274429))))))));
        return x >= 0 ? 1 - tail : tail;
    }
}
