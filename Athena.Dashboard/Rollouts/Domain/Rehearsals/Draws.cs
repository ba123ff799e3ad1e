namespace Athena.Dashboard.Rollouts.Domain.Rehearsals;

/// <summary>Draws of counts with a given seed, exact at any size: large means are halved by order statistics (Ahrens and Dieter 1974).</summary>
public sealed class Draws(int seed)
{
    private const double Small = 16;
    private readonly Random random = new(seed);

    public int Below(int most) => random.Next(most);

    public long Poisson(double mean)
    {
        long counted = 0;
        while (mean > Small)
        {
            var half = (long)(mean * 7 / 8);
            var reached = Gamma(half);
            if (reached > mean) return counted + Binomial(half - 1, mean / reached);
            counted += half;
            mean -= reached;
        }

        var (limit, product) = (Math.Exp(-mean), random.NextDouble());
        while (product > limit)
        {
            counted++;
            product *= random.NextDouble();
        }

        return counted;
    }

    public long Binomial(long trials, double chance)
    {
        long counted = 0;
        while (trials > Small)
        {
            var middle = 1 + (trials / 2);
            var (one, other) = (Gamma(middle), Gamma(trials + 1 - middle));
            var split = one / (one + other);
            if (split >= chance)
            {
                trials = middle - 1;
                chance /= split;
            }
            else
            {
                counted += middle;
                trials -= middle;
                chance = (chance - split) / (1 - split);
            }
        }

        for (var i = 0; i < trials; i++) counted += random.NextDouble() < chance ? 1 : 0;
        return counted;
    }

    /// <summary>Mean one, log-normal: heavier at its upper end than what the guard's derivation assumes.</summary>
    public double Burst(double variation)
    {
        if (variation <= 0) return 1;
        var variance = Math.Log(1 + (variation * variation));
        return Math.Exp((Normal() * Math.Sqrt(variance)) - (variance / 2));
    }

    /// <summary>Marsaglia and Tsang 2000; smaller shapes than one by their boost.</summary>
    public double Gamma(double shape)
    {
        if (shape < 1) return Gamma(shape + 1) * Math.Pow(1 - random.NextDouble(), 1 / shape);
        var d = shape - (1.0 / 3);
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var x = Normal();
            var v = 1 + (c * x);
            if (v <= 0) continue;
            v = v * v * v;
            if (Math.Log(1 - random.NextDouble()) < (0.5 * x * x) + d - (d * v) + (d * Math.Log(v))) return d * v;
        }
    }

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
