using System.Collections.Frozen;
using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Health.Domain.Otlp;
using static Athena.Dashboard.Tests.Health.HealthBuilders;

namespace Athena.Dashboard.Tests.Health.Otlp;

/// <summary>What rose between two exports, whatever an exporter does; pure, on instants that are made up.</summary>
public sealed class OtlpTargetTests
{
    private static readonly OtlpLayout Layout = new(
        "shop",
        "feature_flag.key",
        "arm",
        new Dictionary<string, Arm> { ["exposed"] = Arm.Exposed, ["control"] = Arm.Control, ["outside"] = Arm.Outside }.ToFrozenDictionary(),
        ["service.name"],
        [new OtlpCount("errors", "requests", [new OtlpCondition("status", "5*")]), new OtlpCount("requests", "requests", []), new OtlpCount("users", "users", [])],
        "duration",
        "",
        TimeSpan.FromSeconds(60));

    private readonly OtlpFaults faults = new();
    private OtlpTarget? target;
    private DateTimeOffset now = Noon;

    [Fact]
    public void A_cumulative_sum_counts_what_it_rose_by_and_its_first_point_only_where_it_began()
    {
        Export(Sum(1000))?.Exposed.ShouldBeNull();
        var batch = Export(Sum(1040))!;
        (batch.Exposed![CountSlot.Requests], batch.Exposed[CountSlot.Errors], batch.To - batch.From, batch.Instance).ShouldBe((40, 0, TimeSpan.FromMinutes(1), "shop/till"));
        Export(Sum(1040))!.Exposed![CountSlot.Requests].ShouldBe(0);
        faults.Points.ShouldBe(0);
    }

    [Fact]
    public void A_process_that_began_lately_is_counted_from_its_beginning()
    {
        var batch = Export(Sum(30, start: Noon.AddSeconds(20)))!;
        (batch.Exposed![CountSlot.Requests], batch.From).ShouldBe((30, Noon.AddSeconds(20)));
    }

    [Fact]
    public void The_same_export_sent_again_counts_nothing()
    {
        Export(Sum(1000));
        Export(Sum(1040)).ShouldNotBeNull();
        Again(Sum(1040)).ShouldBeNull();
        Export(Delta(7)).ShouldNotBeNull();
        Again(Delta(7)).ShouldBeNull();
        faults.Points.ShouldBe(0);
    }

    [Fact]
    public void A_later_point_that_overtook_an_earlier_one_has_said_all_of_it()
    {
        Export(Sum(1000));
        Export(Sum(1100));
        Again(Sum(1040, at: now.AddSeconds(-30))).ShouldBeNull();
        Export(Sum(1110))!.Exposed![CountSlot.Requests].ShouldBe(10);
        faults.Points.ShouldBe(0);
    }

    [Fact]
    public void A_changed_start_is_a_reset_even_where_the_value_rose()
    {
        Export(Sum(10, start: Noon.AddHours(-1)));
        Export(Sum(20, start: now.AddSeconds(5)))!.Exposed![CountSlot.Requests].ShouldBe(20);
        // Without a start, a fall is one.
        Export(Sum(12, status: "404"));
        Export(Sum(5, status: "404"))!.Exposed![CountSlot.Requests].ShouldBe(5);
    }

    [Fact]
    public void Two_processes_as_one_instance_are_refused_and_not_added_up()
    {
        Export(Sum(1000, start: Noon.AddHours(-1)));
        Export(Sum(1010, start: Noon.AddHours(-1)))!.Exposed![CountSlot.Requests].ShouldBe(10);
        Export(Sum(50, start: Noon.AddMinutes(-30))).ShouldBeNull();
        faults.All.ShouldHaveSingleItem().Cause.ShouldBe(UndecidedCause.SeveralSeries);
        faults.Explain().ShouldContain("service.instance.id");
        // The one that is known goes on; when it has ended, the other one is taken for what it is.
        now = now.AddMinutes(5);
        Export(Sum(60, start: Noon.AddMinutes(-30))).ShouldBeNull();
        Export(Sum(64, start: Noon.AddMinutes(-30)))!.Exposed![CountSlot.Requests].ShouldBe(4);
    }

    [Fact]
    public void A_series_that_appears_beside_others_began_at_zero_and_one_of_the_first_collection_did_not()
    {
        Export(Sum(1000));
        Again(Sum(500, status: "503", at: now.AddMilliseconds(3))).ShouldBeNull();
        var batch = Export(Sum(1040), Sum(502, status: "503"), Sum(3, status: "500"))!;
        (batch.Exposed![CountSlot.Requests], batch.Exposed[CountSlot.Errors]).ShouldBe((45, 5));
    }

    [Fact]
    public void What_rose_in_a_gap_belongs_to_no_minute_and_counting_goes_on_after_it()
    {
        Export(Sum(1000));
        now = now.AddMinutes(10);
        Export(Sum(9000)).ShouldBeNull();
        Export(Sum(9010))!.Exposed![CountSlot.Requests].ShouldBe(10);
    }

    [Fact]
    public void Another_layout_begins_anew()
    {
        Export(Sum(1000));
        Export(Sum(1010)).ShouldNotBeNull();
        target = target! with { Layout = "another" };
        Export(Sum(1020)).ShouldBeNull();
        Export(Sum(1025))!.Exposed![CountSlot.Requests].ShouldBe(5);
    }

    [Fact]
    public void A_delta_counts_whole_and_one_for_a_time_that_was_counted_is_refused()
    {
        Export(Delta(7))!.Exposed![CountSlot.Requests].ShouldBe(7);
        Export(Delta(8))!.Exposed![CountSlot.Requests].ShouldBe(8);
        Again(Delta(5, at: now.AddSeconds(-20))).ShouldBeNull();
        faults.Explain().ShouldContain("out of order");
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-1)]
    [InlineData(1e300)]
    public void What_no_counter_can_be_is_refused(double value)
    {
        Export(Sum(value)).ShouldBeNull();
        (faults.Points, faults.All[0].Cause).ShouldBe((1, UndecidedCause.NotANumber));
    }

    [Fact]
    public void What_cannot_be_counted_says_why()
    {
        Export(Sum(1) with { Kind = OtlpKind.Gauge }).ShouldBeNull();
        Export(Sum(1) with { Kind = OtlpKind.Unspecified }).ShouldBeNull();
        Export(Sum(1) with { Kind = OtlpKind.Other }).ShouldBeNull();
        Export(Sum(1) with { Attributes = new Dictionary<string, string> { ["feature_flag.key"] = "f", ["arm"] = "canary" } }).ShouldBeNull();
        Export(Sum(1, at: now.AddHours(1))).ShouldBeNull();
        Export(Sum(1, at: now.AddHours(-3))).ShouldBeNull();
        Export(Sum(1) with { Metric = "users" }).ShouldBeNull();
        Export(Latency(3, 1, [0.1], [2, 1]) with { Unit = "furlong" }).ShouldBeNull();
        Export(Latency(3, double.NaN, [0.1], [2, 1])).ShouldBeNull();
        Export(Latency(3, 1, [0.1], [2, 2])).ShouldBeNull();
        Export(Latency(3, 1, [0.1, 0.1], [2, 1, 0])).ShouldBeNull();
        (faults.Points, faults.All.Count).ShouldBe((11, 10));
    }

    [Fact]
    public void Points_without_a_flag_and_points_that_say_nothing_are_passed_over()
    {
        Export(Sum(1) with { Attributes = new Dictionary<string, string> { ["arm"] = "exposed" } }).ShouldBeNull();
        Export(Sum(1) with { HasNoValue = true }).ShouldBeNull();
        faults.Points.ShouldBe(0);
    }

    [Fact]
    public void People_are_as_many_as_the_gauge_says()
    {
        Export(Users(40)).ShouldBeNull();
        Export(Users(42))!.Exposed![CountSlot.Users].ShouldBe(42);
        Export(Users(41))!.Exposed![CountSlot.Users].ShouldBe(41);
    }

    [Fact]
    public void Response_times_are_counted_by_bucket_and_their_unit_is_the_metrics()
    {
        Export(Latency(10, 2, [0.1, 0.5], [6, 4, 0]));
        var tally = Export(Latency(14, 3, [0.1, 0.5], [8, 5, 1]))!.Exposed!;
        (tally[CountSlot.LatencyCount], tally[CountSlot.LatencyMicros], tally.Buckets[LatencyBounds.BucketOf(100)], tally.Buckets[LatencyBounds.BucketOf(500)], tally.Buckets[^1]).ShouldBe((4, 1_000_000, 2, 1, 1));
    }

    [Fact]
    public void An_exponential_histogram_is_counted_by_the_upper_bounds_also_when_it_becomes_coarser()
    {
        // Scale 0: (64, 128] and (128, 256] ms; scale −1: (64, 256].
        Export(Exponential(5, 700, 0, 6, [3, 2]));
        var tally = Export(Exponential(9, 1100, 0, 6, [5, 4]))!.Exposed!;
        (tally[CountSlot.LatencyCount], tally.Buckets[LatencyBounds.BucketOf(128)], tally.Buckets[LatencyBounds.BucketOf(256)]).ShouldBe((4, 2, 2));
        tally = Export(Exponential(10, 1200, -1, 3, [10]))!.Exposed!;
        (tally[CountSlot.LatencyCount], tally.Buckets.ToArray().Sum()).ShouldBe((1, 1));
    }

    [Fact]
    public void However_exports_are_repeated_reordered_reset_and_split_nothing_is_counted_twice()
    {
        const int seed = 20261123;
        for (var round = 0; round < 40; round++)
        {
            var random = new Random(seed + round);
            var (happened, value, counted) = (0L, 0L, 0L);
            (target, now) = (null, Noon);
            DateTimeOffset start = Noon;
            var sent = new List<OtlpPoint>();
            for (var step = 0; step < 60; step++)
            {
                now = now.AddSeconds(60);
                if (random.Next(10) == 0) (start, value) = (now.AddSeconds(-30), 0);
                var more = random.Next(100);
                (happened, value) = (happened + more, value + more);
                var point = Sum(value, start: start, at: now);
                sent.Add(point);
                // Lost for good now and then: a later one says it too, unless the process ended meanwhile.
                if (random.Next(6) > 0) counted += Again(point)?.Exposed?[CountSlot.Requests] ?? 0;
                while (random.Next(3) == 0) counted += Again(sent[random.Next(sent.Count)])?.Exposed?[CountSlot.Requests] ?? 0;
                counted.ShouldBeLessThanOrEqualTo(happened, $"seed {seed + round}, step {step}");
            }

            counted.ShouldBeGreaterThan(happened / 2, $"seed {seed + round}");
        }
    }

    private HealthBatch? Export(params OtlpPoint[] points)
    {
        now = now.AddSeconds(60);
        return Again([.. points.Select(point => point.At == default ? point with { At = now, Start = point.Kind == OtlpKind.Delta ? now.AddSeconds(-60) : point.Start } : point)]);
    }

    private HealthBatch? Again(params OtlpPoint[] points)
    {
        var timed = points.Select(point => point.At == default ? point with { At = now, Start = point.Kind == OtlpKind.Delta ? now.AddSeconds(-60) : point.Start } : point);
        var reading = OtlpReading.Read(Layout, timed, _ => true, _ => false);
        HealthBatch? batch = null;
        foreach (var ((flag, instance), samples) in reading.Targets) (target, batch) = OtlpTarget.Take(target, Layout, flag, instance, samples, reading.Faults, BatchLimits.Default, now);
        foreach (var fault in reading.Faults.All) faults.Add(points[0], fault);
        return batch;
    }

    private static OtlpPoint Sum(double value, DateTimeOffset? start = null, DateTimeOffset at = default, string status = "200") =>
        new("requests", "{request}", OtlpKind.Cumulative, "till", new Dictionary<string, string> { ["service.name"] = "till" },
            new Dictionary<string, string> { ["feature_flag.key"] = "f", ["arm"] = "exposed", ["status"] = status }, start, at, value, null);

    private static OtlpPoint Delta(double value, DateTimeOffset at = default) =>
        Sum(value, at: at, start: at == default ? null : at.AddSeconds(-60)) with { Kind = OtlpKind.Delta };

    private static OtlpPoint Users(double value) => Sum(value) with { Metric = "users", Kind = OtlpKind.Gauge };

    private static OtlpPoint Latency(long count, double sum, ImmutableArray<double> bounds, ImmutableArray<long> counts) =>
        Sum(count) with { Metric = "duration", Unit = "s", Histogram = new OtlpHistogram(count, sum, bounds, counts) };

    private static OtlpPoint Exponential(long count, double sum, int scale, int offset, ImmutableArray<long> counts) =>
        Sum(count) with { Metric = "duration", Unit = "ms", Histogram = OtlpHistogram.Exponential(count, sum, scale, 0, offset, counts, []) };
}
