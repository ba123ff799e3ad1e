using Athena.Dashboard.Health.Domain.Evidence;

namespace Athena.Dashboard.Tests.Health.Evidence;

public sealed class EvidenceTests
{
    [Fact]
    public void Under_no_harm_the_evidence_seldom_ever_reaches_one_over_alpha()
    {
        const int Runs = 1500;
        var crossed = 0;
        for (var seed = 1; seed <= Runs; seed++)
        {
            var random = new Random(seed);
            var evidence = new RelativeEvidence(0, new StartMixture(EvidenceGrids.Worse.Length));
            evidence.Mixture.Stake(StakePlan.AtFirst);
            for (var minute = 0; minute < 180; minute++)
            {
                evidence.Mixture.Stake(minute % 60 == 0 ? StakePlan.AtStage : StakePlan.EachMinute);
                var share = (double[])[0.01, 0.1, 0.25];
                var errors = random.Next(60);
                var exposed = 0;
                for (var i = 0; i < errors; i++) exposed += random.NextDouble() < share[minute / 60] ? 1 : 0;
                evidence.AddShare(share[minute / 60], exposed, errors - exposed);
                if (evidence.Value < 20) continue;
                crossed++;
                break;
            }
        }

        // Ville: at most 5 %; 1,500 runs put three standard deviations at 1.7 %.
        ((double)crossed / Runs).ShouldBeLessThan(0.067);
    }

    [Fact]
    public void Harm_after_healthy_days_is_found_because_of_the_starts()
    {
        var (mixed, plain) = (new RelativeEvidence(0, new StartMixture(EvidenceGrids.Worse.Length)), new RelativeEvidence());
        mixed.Mixture.Stake(StakePlan.AtFirst);
        for (var hour = 0; hour < 7 * 24; hour++)
        {
            mixed.Mixture.Stake(StakePlan.Over(TimeSpan.FromHours(1)));
            mixed.AddShare(0.1, 360, 3240);
            plain.AddShare(0.1, 360, 3240);
        }

        for (var minute = 0; minute < 10; minute++)
        {
            mixed.Mixture.Stake(StakePlan.EachMinute);
            mixed.AddShare(0.1, 18, 54);
            plain.AddShare(0.1, 18, 54);
        }

        mixed.LogValue.ShouldBeGreaterThan(Math.Log(100));
        plain.LogValue.ShouldBeLessThan(0);
    }

    [Fact]
    public void The_state_survives_being_saved_at_any_time()
    {
        var random = new Random(3);
        var evidence = new RelativeEvidence(0.1);
        var restored = new RelativeEvidence(0.1);
        for (var batch = 0; batch < 200; batch++)
        {
            if (batch % 30 == 29)
            {
                evidence.Mixture.Stake(StakePlan.AtStage);
                restored.Mixture.Stake(StakePlan.AtStage);
            }

            var (share, exposed, control) = (random.NextDouble(), random.Next(10), random.Next(50));
            evidence.AddShare(share, exposed, control);
            restored.AddShare(share, exposed, control);
            restored = new RelativeEvidence(0.1, StartMixture.From(restored.Mixture.Save()));
            restored.LogValue.ShouldBe(evidence.LogValue);
        }
    }

    [Fact]
    public void An_arm_without_requests_says_nothing()
    {
        var evidence = new RelativeEvidence();
        evidence.Add(0, 0, 1000, 50);
        evidence.Add(1000, 50, 0, 0);
        evidence.Value.ShouldBe(1, 1e-12);
    }

    [Fact]
    public void Evidence_beyond_the_range_of_numbers_is_still_ordered()
    {
        var evidence = new RelativeEvidence();
        for (var i = 0; i < 1000; i++) evidence.AddShare(0.01, 100, 0);
        evidence.LogValue.ShouldBeGreaterThan(100_000);
        double.IsFinite(evidence.LogValue).ShouldBeTrue();
        var better = AbsoluteEvidence.OfBetter(0.01);
        better.Add(100_000_000, 50_000_000);
        better.Value.ShouldBe(0);
        double.IsNaN(better.Value).ShouldBeFalse();
    }

    [Fact]
    public void What_is_still_needed_for_good_goes_down_as_requests_come_and_up_with_errors()
    {
        var evidence = AbsoluteEvidence.OfBetter(0.01);
        evidence.Add(200, 0);
        AbsoluteEvidence.ZeroErrorRequestsForGood(0.01, evidence).ShouldBe(177);
        evidence.Add(1, 1);
        AbsoluteEvidence.ZeroErrorRequestsForGood(0.01, evidence).ShouldBeGreaterThan(177);
        evidence.Add(10_000, 1);
        AbsoluteEvidence.ZeroErrorRequestsForGood(0.01, evidence).ShouldBe(0);
    }

    [Fact]
    public void Chance_alone_is_no_burst_and_bursts_are_measured()
    {
        var random = new Random(11);
        Tempering.SquaredVariation(Enumerable.Range(0, 2000).Select(_ => new MinuteCount(1000, Binomial(random, 0.05))).ToArray()).ShouldBeLessThan(0.01);
        // A rate that is half or one and a half times the mean has a coefficient of variation of 0.5.
        Tempering.SquaredVariation(Enumerable.Range(0, 2000).Select(i => new MinuteCount(1000, Binomial(random, i % 2 == 0 ? 0.025 : 0.075))).ToArray()).ShouldBe(0.25, 0.02);
        Tempering.SquaredVariation([new MinuteCount(1000, 0), new MinuteCount(1000, 0)]).ShouldBe(0);
        Tempering.Of(6, 0.25).ShouldBe(4);
        Tempering.Of(0, 5).ShouldBe(1);
    }

    private static long Binomial(Random random, double rate) => Enumerable.Range(0, 1000).LongCount(_ => random.NextDouble() < rate);
}
