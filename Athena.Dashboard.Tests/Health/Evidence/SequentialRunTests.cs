using System.Text.Json;
using Athena.Dashboard.Benchmarks.Evidence;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain.Evidence;
using Athena.Dashboard.Rollouts.Domain.Rehearsals;

namespace Athena.Dashboard.Tests.Health.Evidence;

public sealed class SequentialRunTests
{
    private const int Runs = 3000;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly DateTimeOffset Start = new(2026, 11, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly SequentialTest Control = new(SequentialKind.AgainstControl, 0, 0.01);
    private static readonly SequentialTest Limit = new(SequentialKind.AgainstLimit, 0.02, 0.01);

    [Theory]
    [InlineData(0, false)]
    [InlineData(0, true)]
    [InlineData(0.5, false)]
    [InlineData(0.5, true)]
    public void Without_harm_the_expectation_of_the_evidence_is_at_most_one(double variation, bool split)
    {
        var (mean, error) = MeanEvidence(variation, split);
        (mean - (4 * error)).ShouldBeLessThan(1, $"{mean} ± {error}");
    }

    [Fact]
    public void That_bound_would_notice_a_factor_that_is_too_large()
    {
        // The factors of a smaller share than the true one: what a wrong factor would look like.
        var (sum, squares) = (0.0, 0.0);
        for (var seed = 1; seed <= Runs; seed++)
        {
            var (draws, evidence) = (new Draws(seed), new RelativeEvidence());
            for (var minute = 0; minute < 5; minute++)
            {
                var batch = Batch(draws, 1, 0);
                evidence.AddShare(0.05, batch.ExposedErrors, batch.ControlErrors, burst: 1);
            }

            sum += evidence.Value;
            squares += evidence.Value * evidence.Value;
        }

        var mean = sum / Runs;
        (mean - (4 * Math.Sqrt(((squares / Runs) - (mean * mean)) / Runs))).ShouldBeGreaterThan(1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void It_can_be_saved_and_taken_up_at_any_time(int seed)
    {
        var draws = new Draws(seed);
        foreach (var test in (SequentialTest[])[Control, Limit])
        {
            var (run, restarted) = (new SequentialRun(test), new SequentialRun(test));
            for (var minute = 0; minute < 200; minute++)
            {
                if (minute == 90) Both(one => one.BeginStage());
                var batch = Batch(draws, 1 + (minute / 60.0), 0.3);
                Both(one => one.Add(batch, Minute, Start + (minute * Minute)));
                restarted = Again(test, restarted);
                var (expected, actual) = (run.Look(batch, Minute, Start).Reading, restarted.Look(batch, Minute, Start).Reading);
                actual.LogHarm.ShouldBe(expected.LogHarm, 1e-9, $"seed {seed}, minute {minute}");
                (actual.LogGood ?? 0).ShouldBe(expected.LogGood ?? 0, 1e-9);
                actual.Counts.ShouldBe(expected.Counts);
                (actual.BadSince, actual.NeededMore, actual.NeededTime).ShouldBe((expected.BadSince, expected.NeededMore, expected.NeededTime));
            }

            void Both(Action<SequentialRun> act)
            {
                act(run);
                act(restarted);
            }
        }
    }

    [Fact]
    public void Its_state_stays_small_however_long_it_runs()
    {
        var draws = new Draws(5);
        var run = new SequentialRun(Control);
        for (var minute = 0; minute < 3000; minute++) run.Add(Batch(draws, 1, 0), Minute, Start);
        JsonSerializer.Serialize(run.Save(), JsonSerializerOptions.Web).Length.ShouldBeLessThan(4096);
    }

    [Fact]
    public void From_one_start_the_order_of_batches_does_not_matter()
    {
        var draws = new Draws(6);
        var batches = Enumerable.Range(0, 50).Select(_ => Batch(draws, 1, 0.5)).ToArray();
        var (one, other) = (new RelativeEvidence(0.05), new RelativeEvidence(0.05));
        foreach (var batch in batches) Weigh(one, batch);
        foreach (var batch in batches.Reverse()) Weigh(other, batch);
        other.LogValue.ShouldBe(one.LogValue, 1e-9);

        static void Weigh(RelativeEvidence evidence, ArmCounts batch) =>
            evidence.Add(batch.ExposedRequests, batch.ExposedErrors, batch.ControlRequests, batch.ControlErrors, 0.3);
    }

    [Fact]
    public void A_look_changes_nothing_but_the_first_crossing()
    {
        var draws = new Draws(7);
        var (looked, left) = (new SequentialRun(Control), new SequentialRun(Control));
        for (var minute = 0; minute < 60; minute++)
        {
            var batch = Batch(draws, 1, 0);
            for (var look = 0; look < 5; look++) looked.Look(batch, Minute / 2, Start);
            looked.Add(batch, Minute, Start);
            left.Add(batch, Minute, Start);
        }

        JsonSerializer.Serialize(looked.Save()).ShouldBe(JsonSerializer.Serialize(left.Save()));
    }

    [Fact]
    public void Bad_stays_when_the_figures_get_better()
    {
        var run = new SequentialRun(Control);
        run.Look(new ArmCounts(600, 60, 5400, 54), Minute, Start).Reading.BadSince.ShouldBe(Start);
        for (var hour = 0; hour < 10; hour++) run.Add(new ArmCounts(36_000, 360, 324_000, 3240), 60 * Minute, Start.AddHours(hour + 1));
        var reading = run.Look(default, TimeSpan.Zero, Start.AddHours(12)).Reading;
        reading.BadSince.ShouldBe(Start);
        Again(Control, run).Look(default, TimeSpan.Zero, Start.AddHours(12)).Reading.BadSince.ShouldBe(Start);
    }

    [Fact]
    public void An_incident_that_the_control_shares_is_not_bad_against_a_limit()
    {
        var (shared, alone) = (new SequentialRun(Limit), new SequentialRun(Limit));
        for (var minute = 0; minute < 60; minute++)
        {
            shared.Remember(new MinuteCount(5400, 54));
            alone.Remember(new MinuteCount(5400, 54));
        }

        var (reading, isShared) = shared.Look(new ArmCounts(600, 60, 5400, 540), Minute, Start);
        (reading.BadSince, isShared).ShouldBe((null, true));
        reading.LogHarm.ShouldBeGreaterThan(reading.LogHarmLimit);
        alone.Look(new ArmCounts(600, 60, 5400, 54), Minute, Start).Reading.BadSince.ShouldBe(Start);
    }

    [Fact]
    public void Where_one_arm_has_no_traffic_nothing_is_said_against_the_control()
    {
        var run = new SequentialRun(Control);
        for (var minute = 0; minute < 60; minute++)
        {
            run.Add(new ArmCounts(600, 300, 0, 0), Minute, Start);
            run.Add(new ArmCounts(0, 0, 600, 300), Minute, Start);
        }

        run.Look(default, Minute, Start).Reading.LogHarm.ShouldBe(0, 1e-12);
    }

    [Fact]
    public void It_says_how_many_more_requests_it_needs_and_how_long_they_take()
    {
        var run = new SequentialRun(Limit);
        run.Look(default, TimeSpan.Zero, Start).Reading.NeededMore.ShouldBe(188);
        run.Add(new ArmCounts(60, 0, 540, 0), Minute, Start);
        var reading = run.Look(default, TimeSpan.Zero, Start).Reading;
        // With the bursts that are expected until they are known it takes more than the 128 that would be left.
        reading.NeededMore.ShouldNotBeNull().ShouldBeInRange(128, 188);
        reading.NeededTime.ShouldNotBeNull().ShouldBe(TimeSpan.FromMinutes(reading.NeededMore!.Value / 60.0), TimeSpan.FromSeconds(1));
        run.Add(new ArmCounts(6000, 10, 540, 0), Minute, Start);
        run.Look(default, TimeSpan.Zero, Start).Reading.NeededMore.ShouldBe(0);
    }

    [Fact]
    public void Bursts_are_expected_as_they_were_measured()
    {
        var (calm, wild, draws) = (new BurstMeter(), new BurstMeter(), new Draws(8));
        calm.SquaredVariation.ShouldBe(0.375, 1e-12);
        for (var minute = 0; minute < 60; minute++)
        {
            calm.Add(new MinuteCount(10_000, draws.Binomial(10_000, 0.02)));
            wild.Add(new MinuteCount(10_000, draws.Binomial(10_000, Math.Min(1, 0.02 * draws.Burst(1)))));
        }

        calm.SquaredVariation.ShouldBeLessThan(0.06);
        wild.SquaredVariation.ShouldBeGreaterThan(0.5);
        calm.Rate.ShouldBe(0.02, 0.001);
    }

    private static (double Mean, double Error) MeanEvidence(double variation, bool split)
    {
        var (sum, squares) = (0.0, 0.0);
        for (var seed = 1; seed <= Runs; seed++)
        {
            var draws = new Draws(seed);
            var run = new SequentialRun(Control);
            for (var minute = -60; minute < 0; minute++)
            {
                var before = Batch(draws, 1, variation);
                run.Remember(new MinuteCount(before.ControlRequests, before.ControlErrors));
            }

            for (var minute = 0; minute < 20; minute++)
            {
                var batch = Batch(draws, 1, variation);
                if (!split)
                {
                    run.Add(batch, Minute, Start);
                    continue;
                }

                var half = new ArmCounts(batch.ExposedRequests / 2, draws.Binomial(batch.ExposedErrors, 0.5), batch.ControlRequests / 2, draws.Binomial(batch.ControlErrors, 0.5));
                run.Add(half, Minute / 2, Start);
                run.Add(new ArmCounts(batch.ExposedRequests - half.ExposedRequests, batch.ExposedErrors - half.ExposedErrors, batch.ControlRequests - half.ControlRequests, batch.ControlErrors - half.ControlErrors), Minute / 2, Start);
            }

            var evidence = Math.Exp(run.Look(default, TimeSpan.Zero, Start).Reading.LogHarm);
            sum += evidence;
            squares += evidence * evidence;
        }

        var mean = sum / Runs;
        return (mean, Math.Sqrt(((squares / Runs) - (mean * mean)) / Runs));
    }

    private static ArmCounts Batch(Draws draws, double harm, double variation) => new(
        600,
        draws.Binomial(600, Math.Min(1, 0.01 * harm * draws.Burst(variation))),
        5400,
        draws.Binomial(5400, Math.Min(1, 0.01 * draws.Burst(variation))));

    private static SequentialRun Again(SequentialTest test, SequentialRun run) =>
        new(test, JsonSerializer.Deserialize<SequentialRun.State>(JsonSerializer.Serialize(run.Save(), JsonSerializerOptions.Web), JsonSerializerOptions.Web)!);
}
