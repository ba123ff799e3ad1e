using System.Collections.Immutable;
using System.Text;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Health.Domain.Feeds;
using static Athena.Dashboard.Tests.Health.HealthBuilders;

namespace Athena.Dashboard.Tests.Health.Feeds;

/// <summary>What raw counters come to, scrape by scrape.</summary>
public sealed class CounterFeedTests
{
    private static readonly FeedCount Requests = new("requests", FeedPart.Count, []);
    private static readonly FeedCount Errors = new("errors", FeedPart.Count, ["code"]);
    private static readonly FeedCount Buckets = new("latency", FeedPart.LatencyBuckets, []) { ToMilliseconds = 1000 };
    private static readonly FeedCount Sum = new("latency", FeedPart.LatencySum, []) { ToMilliseconds = 1000 };
    private static readonly FeedLayout Layout = new("shop", "flag", "arm", ["instance"], TimeSpan.FromSeconds(10));

    [Fact]
    public void Two_scrapes_make_a_batch_of_what_the_counters_rose_by()
    {
        var reading = Read(
            (Requests, [Series("exposed", "a", (0, 1000), (10, 1300)), Series("control", "a", (0, 50), (10, 90))]),
            (Errors, [Series("exposed", "a", (0, 7), (10, 9))]));
        var batch = reading.Batches.ShouldHaveSingleItem();
        (batch.From, batch.To, batch.FlagKey, batch.Instance).ShouldBe((Noon, Noon.AddSeconds(10), "views", "shop/a"));
        (batch.Exposed![CountSlot.Requests], batch.Exposed[CountSlot.Errors]).ShouldBe((300, 2));
        (batch.Control![CountSlot.Requests], batch.Control[CountSlot.Errors]).ShouldBe((40, 0));
        batch.Control.Reports(CountSlot.Errors).ShouldBeTrue("there was traffic, so no series means no errors");
        batch.Outside.ShouldBeNull();
        (reading.Faults.IsEmpty, reading.Series, reading.Newest).ShouldBe((true, 3, Noon.AddSeconds(10)));
    }

    [Fact]
    public void Without_traffic_a_missing_numerator_is_unknown_and_not_zero()
    {
        var tally = Read((Requests, [Series("exposed", "a", (0, 5), (10, 5))]), (Errors, [])).Batches.ShouldHaveSingleItem().Exposed!;
        (tally.Reports(CountSlot.Requests), tally.Reports(CountSlot.Errors)).ShouldBe((true, false));
    }

    [Fact]
    public void A_request_that_fails_after_it_was_scraped_is_still_an_error()
    {
        var batches = Read((Requests, [Series("exposed", "a", (0, 0), (10, 9), (20, 9))]), (Errors, [Series("exposed", "a", (0, 0), (10, 0), (20, 2))])).Batches;
        batches.Select(batch => (batch.Exposed![CountSlot.Requests], batch.Exposed[CountSlot.Errors])).ShouldBe([(9, 0), (0, 2)]);
    }

    [Fact]
    public void A_counter_that_fell_has_counted_from_zero() =>
        Read((Requests, [Series("exposed", "a", (0, 1000), (10, 40), (20, 100))])).Batches.Select(batch => batch.Exposed![CountSlot.Requests]).ShouldBe([40, 60]);

    [Fact]
    public void A_counter_that_appears_beside_others_of_its_target_has_counted_from_zero() =>
        Read((Requests, [Series("exposed", "a", (0, 10), (10, 20), (20, 30))]), (Errors, [Series("exposed", "a", (20, 3))]))
            .Batches.Select(batch => batch.Exposed![CountSlot.Errors]).ShouldBe([0, 3]);

    [Fact]
    public void Nothing_is_counted_over_a_gap()
    {
        var reading = Read((Requests, [Series("exposed", "a", (-70, 10), (-60, 20), (0, 9000), (10, 9010))]));
        reading.Batches.Select(batch => (batch.From, batch.Exposed![CountSlot.Requests])).ShouldBe([(Noon.AddSeconds(-70), 10), (Noon, 10)]);
    }

    [Fact]
    public void What_was_taken_is_not_taken_again_and_the_same_scrape_is_always_the_same_batch()
    {
        (FeedCount, RawSeries[])[] answers = [(Requests, [Series("exposed", "a", (-10, 0), (0, 5), (10, 8))])];
        var all = Read(answers).Batches;
        Read(Noon, answers).Batches.ShouldHaveSingleItem().BatchId.ShouldBe(all[1].BatchId);
        all[0].BatchId.ShouldNotBe(all[1].BatchId);
        all[0].BatchId.Length.ShouldBeLessThanOrEqualTo(64);
    }

    [Fact]
    public void Targets_are_counted_apart_and_codes_are_summed_where_the_configuration_says_so()
    {
        var batches = Read(
            (Requests, [Series("exposed", "a", (0, 0), (10, 50)), Series("exposed", "b", (3, 0), (13, 70))]),
            (Errors, [Series("exposed", "a", "code", "500", (0, 0), (10, 2)), Series("exposed", "a", "code", "502", (0, 1), (10, 4))])).Batches;
        batches.Select(batch => (batch.Instance, batch.Exposed![CountSlot.Requests], batch.Exposed[CountSlot.Errors])).ShouldBe([("shop/a", 50, 5), ("shop/b", 70, 0)]);
    }

    [Fact]
    public void Several_series_where_one_is_expected_are_refused_with_what_tells_them_apart()
    {
        var reading = Read((Requests, [Series("exposed", "a", "replica", "1", (0, 0), (10, 50)), Series("exposed", "a", "replica", "2", (0, 0), (10, 50)), Series("exposed", "b", (0, 0), (10, 7))]));
        reading.Batches.ShouldHaveSingleItem().Instance.ShouldBe("shop/b");
        var fault = reading.Faults.ShouldHaveSingleItem();
        (fault.Cause, fault.Instance).ShouldBe((UndecidedCause.SeveralSeries, "shop/a"));
        fault.Detail.ShouldContain("{replica=1} and {replica=2}");
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-3)]
    public void What_no_counter_can_be_is_refused_around_that_scrape_only(double value)
    {
        var reading = Read((Requests, [Series("exposed", "a", (-20, 1), (-10, 5), (0, value), (10, 9), (20, 11))]));
        reading.Batches.Select(batch => batch.Exposed![CountSlot.Requests]).ShouldBe([4, 2]);
        reading.Faults.Length.ShouldBe(2);
        reading.Faults.ShouldAllBe(fault => fault.Cause == UndecidedCause.NotANumber);
    }

    [Fact]
    public void Histograms_become_response_times_by_bucket()
    {
        var tally = Read(
            (Buckets, [Bucket("0.1", 10, 40), Bucket("0.5", 12, 52), Bucket("+Inf", 12, 53)]),
            (Sum, [Series("exposed", "a", (0, 2.5), (10, 5.75))])).Batches.ShouldHaveSingleItem().Exposed!;
        tally[CountSlot.LatencyCount].ShouldBe(41);
        tally[CountSlot.LatencyMicros].ShouldBe(3_250_000);
        tally.Buckets[LatencyBounds.BucketOf(100)].ShouldBe(30);
        tally.Buckets[LatencyBounds.BucketOf(500)].ShouldBe(10);
        tally.Buckets[^1].ShouldBe(1);
    }

    [Fact]
    public void A_histogram_without_its_last_bucket_cannot_be_counted() =>
        Read((Buckets, [Bucket("0.1", 10, 40)])).Faults.ShouldHaveSingleItem().Cause.ShouldBe(UndecidedCause.NotANumber);

    [Fact]
    public void Series_without_a_flag_are_left_alone_and_those_without_an_arm_are_refused()
    {
        var reading = Read((Requests, [new RawSeries(Labels(("instance", "a"), ("arm", "exposed")), []), new RawSeries(Labels(("instance", "a"), ("flag", "views"), ("arm", "canary")), [])]));
        reading.Unlabelled.ShouldBe(1);
        reading.Faults.ShouldHaveSingleItem().Detail.ShouldContain("exposed, control or outside");
    }

    [Fact]
    public void Samples_of_a_clock_that_is_ahead_are_refused() =>
        Read((Requests, [Series("exposed", "a", (110, 0), (120, 5))])).Faults.ShouldHaveSingleItem().Detail.ShouldContain("future");

    [Fact]
    public void A_scrape_that_the_first_answer_does_not_have_yet_waits() =>
        Read((Requests, [Series("exposed", "a", (0, 0), (10, 50))]), (Errors, [Series("exposed", "a", (0, 0), (10, 1), (20, 9))]))
            .Batches.ShouldHaveSingleItem().Exposed![CountSlot.Errors].ShouldBe(1);

    [Theory]
    [InlineData("""{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"flag":"x"},"values":[[1.5,"NaN"],[0.5,"+Inf"]]}]}}""", null)]
    [InlineData("""{"status":"success","warnings":["a store did not answer"],"data":{"resultType":"matrix","result":[]}}""", FeedState.Degraded)]
    [InlineData("""{"status":"error","errorType":"bad_data","error":"parse error"}""", FeedState.Refused)]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[]}}""", FeedState.Refused)]
    [InlineData("<html>", FeedState.Refused)]
    [InlineData("""{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"soon"]]}]}}""", FeedState.Refused)]
    public void An_answer_is_read_strictly(string json, FeedState? trouble)
    {
        var answer = PrometheusAnswer.Read(Encoding.UTF8.GetBytes(json));
        (answer.Trouble?.State).ShouldBe(trouble);
        if (trouble is null) answer.Series.Single().Samples.Select(sample => sample.Value).ShouldBe([double.PositiveInfinity, double.NaN]);
    }

    /// <summary>Whatever a counter does between two scrapes that it survives, what it counted is counted once.</summary>
    [Fact]
    public void However_often_and_with_whatever_window_is_asked_each_count_is_taken_once()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var samples = new List<(double, double)>();
            var (value, counted, before) = (random.Next(1000), 0L, 0L);
            for (var scrape = 0; scrape < 40; scrape++)
            {
                var isReset = scrape > 0 && random.Next(6) == 0;
                if (isReset) value = 0;
                var rise = random.Next(1, 20);
                // A reset shows by a smaller value; one that does not could not be told by anybody.
                if (isReset && rise >= before) rise = (int)Math.Max(0, before - 1);
                value += rise;
                if (scrape > 0) counted += rise;
                before = value;
                samples.Add((scrape * 10 - 400, value));
            }

            DateTimeOffset? taken = null;
            var sum = 0L;
            for (var upTo = 1; upTo <= samples.Count; upTo += random.Next(1, 4))
            {
                var window = samples.Take(upTo).TakeLast(random.Next(4, 12)).ToArray();
                foreach (var batch in Read(taken, (Requests, [Series("exposed", "a", window)])).Batches)
                {
                    sum += batch.Exposed![CountSlot.Requests];
                    taken = batch.To;
                }
            }

            foreach (var batch in Read(taken, (Requests, [Series("exposed", "a", [.. samples])])).Batches) sum += batch.Exposed![CountSlot.Requests];
            sum.ShouldBe(counted, $"seed {seed}");
        }
    }

    private static FeedReading Read(params (FeedCount Count, RawSeries[] Series)[] answers) => Read(null, answers);

    private static FeedReading Read(DateTimeOffset? taken, params (FeedCount Count, RawSeries[] Series)[] answers) => CounterFeed.Read(
        Layout, [.. answers.Select(answer => new FeedAnswer(answer.Count, [.. answer.Series]))], (_, _) => taken, name => name == "checkouts", BatchLimits.Default, Noon.AddSeconds(20));

    private static RawSeries Series(string arm, string instance, params (double Second, double Value)[] samples) => Series(arm, instance, "job", "", samples);

    private static RawSeries Series(string arm, string instance, string label, string value, params (double Second, double Value)[] samples) =>
        new(Labels(("__name__", "x_total"), ("flag", "views"), ("arm", arm), ("instance", instance), (label, value)), [.. samples.Select(sample => new RawSample(Noon.AddSeconds(sample.Second), sample.Value))]);

    private static RawSeries Bucket(string bound, double before, double after) => Series("exposed", "a", "le", bound, (0, before), (10, after));

    private static ImmutableDictionary<string, string> Labels(params (string Name, string Value)[] labels) => labels.ToImmutableDictionary(label => label.Name, label => label.Value);
}
