using Athena.Dashboard.Benchmarks.Evidence;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Rollouts.Domain.Rehearsals;

namespace Athena.Dashboard.Tests.Health.Evidence;

/// <summary>What the published table rests on: its draws, and the rules that it compares with.</summary>
public sealed class SimulationTests
{
    /// <summary>Values computed apart from this code with 40 digits.</summary>
    [Theory]
    [InlineData(0.1, 20, 100, 1, 9, 2.19515322636)]
    [InlineData(0.5, 12, 3, 1, 1, 4.5010989011)]
    [InlineData(0.01, 3, 57, 1, 99, 1.71199263056)]
    [InlineData(0.5, 50, 50, 1, 1, 0.12440111784)]
    public void The_Bayes_factor_of_Lindon_and_Malek(double share, long exposed, long control, double a, double b, double expected) =>
        BayesFactor.Of(share, exposed, control, a, b).ShouldBe(expected, expected * 1e-9);

    [Theory]
    [InlineData(0.4)]
    [InlineData(25)]
    [InlineData(900)]
    public void Poisson_draws_have_their_mean_and_variance(double mean)
    {
        var draws = new Draws(1);
        var (average, variance) = Moments(Enumerable.Range(0, 20_000).Select(_ => (double)draws.Poisson(mean)));
        average.ShouldBe(mean, 5 * Math.Sqrt(mean / 20_000));
        variance.ShouldBe(mean, mean * 0.06);
    }

    [Theory]
    [InlineData(10, 0.3)]
    [InlineData(5000, 0.01)]
    [InlineData(5000, 0.7)]
    public void Binomial_draws_have_their_mean_and_variance(long trials, double chance)
    {
        var draws = new Draws(2);
        var (average, variance) = Moments(Enumerable.Range(0, 20_000).Select(_ => (double)draws.Binomial(trials, chance)));
        var expected = trials * chance * (1 - chance);
        average.ShouldBe(trials * chance, 5 * Math.Sqrt(expected / 20_000));
        variance.ShouldBe(expected, expected * 0.06);
    }

    [Fact]
    public void Bursts_have_the_mean_one_and_their_variation()
    {
        var draws = new Draws(3);
        var (average, variance) = Moments(Enumerable.Range(0, 50_000).Select(_ => draws.Burst(0.5)));
        average.ShouldBe(1, 0.02);
        variance.ShouldBe(0.25, 0.02);
    }

    [Fact]
    public void The_same_seed_gives_the_same_history()
    {
        var scenario = new Scenario("test", 0.1) { Variation = 0.5 };
        var (one, other) = (scenario.Begin(new Draws(4)), scenario.Begin(new Draws(4)));
        for (var minute = 0; minute < 50; minute++) one.Next(minute).ShouldBe(other.Next(minute));
    }

    [Fact]
    public void Every_rule_fires_on_gross_harm_and_none_on_silence()
    {
        foreach (var (name, _, make) in SimulatedRule.All)
        {
            var (harmed, silent) = (make(), make());
            Enumerable.Range(0, 120).Any(minute => harmed.RollsBack(new ArmCounts(600, 300, 5400, 54), minute)).ShouldBeTrue(name);
            Enumerable.Range(0, 120).Any(minute => silent.RollsBack(default, minute)).ShouldBeFalse(name);
        }
    }

    private static (double Mean, double Variance) Moments(IEnumerable<double> values)
    {
        var all = values.ToArray();
        var mean = all.Average();
        return (mean, all.Sum(value => (value - mean) * (value - mean)) / (all.Length - 1));
    }
}
