using Athena.Dashboard.Experiments.Domain;
using static Athena.Dashboard.Tests.Experiments.ExperimentSamples;

namespace Athena.Dashboard.Tests.Experiments.Domain;

/// <summary>The statistics against numbers computed with 40 digits elsewhere, and against experiments whose truth is known.</summary>
public sealed class SequentialReadoutTests
{
    private static readonly ExperimentDesign Alone = Design with { Guards = [] };

    [Theory]
    [InlineData(5_000, 0.05, 0.001756360085606575)]
    [InlineData(20_000, 0.0125, 0.0005967355884631424)]
    public void The_tuning_is_that_of_the_paper(double users, double error, double expected) =>
        (ConfidenceSequence.MixingFor(users, error) / expected).ShouldBe(1, 1e-12);

    [Theory]
    [InlineData(1_000, 0.0004, 0.05, 5_000, 0.06631425629032866)]
    [InlineData(5_000, 0.00008, 0.05, 5_000, 0.02714985793973892)]
    [InlineData(200_000, 2.5e-6, 0.0125, 20_000, 0.005845512168160185)]
    public void The_width_is_that_of_the_paper(double users, double variance, double error, double planned, double expected) =>
        (ConfidenceSequence.HalfWidth(users, variance, error, ConfidenceSequence.MixingFor(planned, error)) / expected).ShouldBe(1, 1e-12);

    [Fact]
    public void A_whole_readout_is_that_computed_elsewhere()
    {
        var told = Alone.Read(Halves, Users("off", 1_000, ("conversion", Did(1_000, 100))), Users("on", 1_000, ("conversion", Did(1_000, 160)))).Comparisons.Single();
        told.Difference!.Value.ShouldBe(0.06, 1e-12);
        told.Lift!.Value.ShouldBe(0.6, 1e-12);
        told.Lower!.Value.ShouldBe(0.01348324769839415, 1e-12);
        told.Upper!.Value.ShouldBe(0.1065167523016059, 1e-12);
        told.Verdict.ShouldBe(ReadoutVerdict.Better);
    }

    [Theory]
    [InlineData(new long[] { 5000, 5000 }, new[] { 0.5, 0.5 }, -4.379453828343738)]
    [InlineData(new long[] { 5300, 4700 }, new[] { 0.5, 0.5 }, 13.629558626353258)]
    [InlineData(new long[] { 100, 200, 700 }, new[] { 0.1, 0.2, 0.7 }, -6.189020949793573)]
    public void The_evidence_against_shares_is_that_computed_elsewhere(long[] users, double[] shares, double expected) =>
        SampleRatio.LogEvidence(users, shares).ShouldBe(expected, 1e-8);

    [Theory]
    [InlineData(0.1, 2.252712651734206)]
    [InlineData(0.5, 0.5723649429247001)]
    [InlineData(1, 0)]
    [InlineData(2.5, 0.2846828704729192)]
    [InlineData(11.9, 17.25847745059552)]
    [InlineData(1e6, 12815504.569147611)]
    public void The_gamma_function_is_right(double x, double expected) => SampleRatio.LogGamma(x).ShouldBe(expected, Math.Max(1, expected) * 1e-12);

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    public void Looking_after_every_batch_is_wrong_in_at_most_one_experiment_of_twenty_when_nothing_differs(double rate)
    {
        var runs = Run(400, looks: 50, rate, rate, seed: 20250815);
        runs.Count(run => run.Any(told => told.Verdict is ReadoutVerdict.Better or ReadoutVerdict.Worse)).ShouldBeLessThanOrEqualTo(20);
    }

    [Fact]
    public void The_interval_holds_the_truth_at_every_look()
    {
        var runs = Run(400, looks: 50, 0.1, 0.13, seed: 4711);
        runs.Count(run => run.Any(told => told.Lower is { } lower && (lower > 0.03 || told.Upper < 0.03))).ShouldBeLessThanOrEqualTo(20);
    }

    [Fact]
    public void A_real_effect_is_found()
    {
        var runs = Run(200, looks: 50, 0.1, 0.14, seed: 7);
        runs.Count(run => run.Any(told => told.Verdict == ReadoutVerdict.Better)).ShouldBeGreaterThan(190);
        runs.Count(run => run.Any(told => told.Verdict == ReadoutVerdict.Worse)).ShouldBeLessThan(5);
    }

    [Fact]
    public void Skewed_means_are_told_no_more_often_than_allowed()
    {
        var random = new Random(99);
        var wrong = 0;
        for (var run = 0; run < 300; run++)
        {
            double[] count = new double[2], sum = new double[2], squares = new double[2];
            var ever = false;
            for (var look = 0; look < 40; look++)
            {
                for (var side = 0; side < 2; side++)
                {
                    for (var user = 0; user < 60; user++)
                    {
                        // Exponential: a few spend much.
                        var value = -100 * Math.Log(1 - random.NextDouble());
                        count[side]++;
                        sum[side] += value;
                        squares[side] += value * value;
                    }
                }

                var design = Alone with { Primary = new ExperimentMetric("revenue", MetricKind.Mean, BetterDirection.Higher) };
                VariantTally Of(int side) => Users(side == 0 ? "off" : "on", (long)count[side], ("revenue", new MetricTally((long)count[side], sum[side], squares[side])));
                ever |= design.Read(Halves, Of(0), Of(1)).Comparisons[0].Verdict is ReadoutVerdict.Better or ReadoutVerdict.Worse;
            }

            if (ever) wrong++;
        }

        wrong.ShouldBeLessThanOrEqualTo(15);
    }

    [Fact]
    public void Right_shares_are_almost_never_called_wrong_and_wrong_ones_are_found()
    {
        var random = new Random(31);
        bool EverWrong(double share)
        {
            var users = new long[2];
            for (var look = 0; look < 50; look++)
            {
                for (var user = 0; user < 400; user++) users[random.NextDouble() < share ? 0 : 1]++;
                if (SampleRatio.IsWrong(users, [0.5, 0.5])) return true;
            }

            return false;
        }

        Enumerable.Range(0, 300).Count(_ => EverWrong(0.5)).ShouldBeLessThanOrEqualTo(2);
        Enumerable.Range(0, 50).Count(_ => EverWrong(0.53)).ShouldBeGreaterThan(45);
    }

    [Fact]
    public void The_error_is_shared_by_all_intervals_that_can_decide()
    {
        var design = new ExperimentDesign("A", ["B", "C"], Conversion, [Latency, Latency with { Name = "errors" }]);
        design.Read(Shares(("A", 0.4), ("B", 0.3), ("C", 0.3))).ErrorOfEach.ShouldBe(0.05 / 6, 1e-12);
    }

    [Fact]
    public void Nothing_is_said_of_few_users_nor_of_few_who_did_it()
    {
        Verdict(Did(99, 50), Did(5_000, 4_000)).ShouldBe(ReadoutVerdict.TooEarly);
        Verdict(Did(5_000, 0), Did(5_000, 9)).ShouldBe(ReadoutVerdict.TooEarly);
        Verdict(Did(5_000, 5_000), Did(5_000, 4_991)).ShouldBe(ReadoutVerdict.TooEarly);
        Verdict(Did(5_000, 500), Did(5_000, 900)).ShouldBe(ReadoutVerdict.Better);
        Verdict(Did(5_000, 900), Did(5_000, 500)).ShouldBe(ReadoutVerdict.Worse);
    }

    [Fact]
    public void A_difference_too_small_to_matter_is_told_as_that() =>
        Verdict(Did(200_000, 20_000), Did(200_000, 20_100)).ShouldBe(ReadoutVerdict.NoRelevantDifference);

    [Fact]
    public void What_is_open_says_how_many_users_more_it_takes_and_with_them_it_is_settled()
    {
        var told = Alone.Read(Halves, Users("off", 2_000, ("conversion", Did(2_000, 200))), Users("on", 2_000, ("conversion", Did(2_000, 206)))).Comparisons.Single();
        told.Verdict.ShouldBe(ReadoutVerdict.CannotTell);
        var more = told.UsersNeeded.ShouldNotBeNull();
        var factor = (4_000.0 + more) / 4_000;
        var later = Alone.Read(Halves, Users("off", 1, ("conversion", Did((long)(2_000 * factor), (long)(200 * factor)))), Users("on", 1, ("conversion", Did((long)(2_000 * factor), (long)(206 * factor))))).Comparisons.Single();
        ((later.Upper - later.Lower) / 2).ShouldNotBeNull().ShouldBe(0.01, 1e-4);
    }

    [Theory]
    [InlineData(340, ReadoutVerdict.Harmed)]
    [InlineData(301, ReadoutVerdict.NotHarmed)]
    [InlineData(280, ReadoutVerdict.NotHarmed)]
    [InlineData(320, ReadoutVerdict.CannotTell)]
    public void A_guard_is_harmed_only_beyond_what_is_tolerated(double latency, ReadoutVerdict expected)
    {
        MetricTally Of(double mean) => new(20_000, 20_000 * mean, 20_000 * ((mean * mean) + (80 * 80)));
        var told = Design.Read(Halves, Users("off", 20_000, ("latency", Of(300))), Users("on", 20_000, ("latency", Of(latency)))).Comparisons.Single(comparison => comparison.IsGuard);
        told.Verdict.ShouldBe(expected);
    }

    [Fact]
    public void Wrong_shares_doubled_outcomes_and_disturbances_forbid_to_trust_it()
    {
        ExperimentReadout.Of(Alone, Halves, [Users("off", 6_000), Users("on", 4_000)], [], Now).Warnings.Single().ShouldContain("off got 60 % of users instead of 50 %");
        ExperimentReadout.Of(Alone, Halves, [Users("off", 10, ("conversion", Did(20, 2))), Users("on", 10)], [], Now).Warnings.Single().ShouldContain("off has more outcomes of conversion than users");
        ExperimentReadout.Of(Alone, Halves, [], ["switched off"], Now).Warnings.ShouldBe(["switched off"]);
        Alone.Read(Halves, Users("off", 5_010), Users("on", 4_990)).Warnings.ShouldBeEmpty();
    }

    private static ReadoutVerdict Verdict(MetricTally control, MetricTally treatment) =>
        Alone.Read(Halves, Users("off", control.Count, ("conversion", control)), Users("on", treatment.Count, ("conversion", treatment))).Comparisons.Single().Verdict;

    private static List<List<Comparison>> Run(int runs, int looks, double control, double treatment, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, runs).Select(_ =>
        {
            var (one, other) = (Did(0, 0), Did(0, 0));
            return Enumerable.Range(0, looks).Select(_ =>
            {
                one = With(one, random, control);
                other = With(other, random, treatment);
                return Alone.Read(Halves, Users("off", one.Count, ("conversion", one)), Users("on", other.Count, ("conversion", other))).Comparisons[0];
            }).ToList();
        })];
    }

    private static MetricTally With(MetricTally tally, Random random, double rate)
    {
        var did = 0;
        for (var i = 0; i < 50; i++) did += random.NextDouble() < rate ? 1 : 0;
        return Did(tally.Count + 50, (long)tally.Sum + did);
    }
}
