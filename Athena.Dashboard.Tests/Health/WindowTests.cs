using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using static Athena.Dashboard.Tests.Health.HealthBuilders;

namespace Athena.Dashboard.Tests.Health;

public sealed class WindowTests
{
    [Fact]
    public void Windows_hold_what_a_list_of_all_batches_holds_whatever_order_and_however_often_they_come()
    {
        for (var seed = 1; seed <= 60; seed++)
        {
            var random = new Random(seed);
            var meter = Meter();
            var all = new Dictionary<string, HealthBatch>();
            var start = Noon.AddMilliseconds(random.Next(100_000));
            var now = start;
            var recent = new List<HealthBatch>();
            for (var i = 0; i < 400; i++)
            {
                now = now.AddMilliseconds(random.Next(1, seed % 3 == 0 ? 120_000 : 3_000));
                var to = now.AddMilliseconds(random.Next(-59_000, 4_900));
                var batch = Batch(to, Counts(random.Next(1000), random.Next(10), 100), Counts(random.Next(1000)), id: $"b{i}", seconds: 1);
                if (random.Next(4) == 0 && recent.Count > 0) batch = recent[random.Next(recent.Count)];
                recent.Add(batch);
                if (recent.Count > 5) recent.RemoveAt(0);
                var isLate = now - batch.To > BatchLimits.Default.Lateness;
                var receipt = Take(meter, batch, now);
                receipt.ShouldBe(all.ContainsKey(batch.BatchId) && !isLate ? BatchReceipt.Duplicate : receipt, $"seed {seed}");
                if (receipt == BatchReceipt.Taken) all.Add(batch.BatchId, batch);

                var from = now.AddMilliseconds(-random.Next((int)(now - start).TotalMilliseconds + 1));
                var measured = meter.Measure(from, now, now);
                Oracle(all.Values, measured.From, now, Arm.Exposed).ShouldBe(measured.Exposed[CountSlot.Requests], $"seed {seed}, step {i}, {from:O}");
                Oracle(all.Values, measured.From, now, Arm.Control).ShouldBe(measured.Control[CountSlot.Requests], $"seed {seed}, step {i}");
                measured.From.ShouldBeGreaterThanOrEqualTo(from);
                (measured.From - from).ShouldBeLessThan(CellThatHolds(now - from), $"seed {seed}, step {i}");
            }
        }
    }

    [Fact]
    public void A_stage_begun_a_second_ago_is_told_from_the_one_before_it()
    {
        var meter = Meter();
        Take(meter, Batch(Noon, Counts(100, errors: 50), seconds: 0.5), Noon);
        var stage = Noon;
        Take(meter, Batch(Noon.AddSeconds(0.5), Counts(100), seconds: 0.5), Noon.AddSeconds(0.5));
        Take(meter, Batch(Noon.AddSeconds(1), Counts(100), seconds: 0.5), Noon.AddSeconds(1));

        var measured = meter.Measure(stage, Noon.AddSeconds(1), Noon.AddSeconds(1));

        measured.Exposed[CountSlot.Requests].ShouldBe(200);
        measured.Exposed[CountSlot.Errors].ShouldBe(0);
    }

    [Fact]
    public void What_came_before_a_stage_stays_out_of_it_for_as_long_as_it_lasts()
    {
        var meter = Meter();
        var stage = Noon.AddMinutes(17).AddSeconds(23);
        Take(meter, Batch(stage, Counts(100, errors: 100)), stage);
        var now = stage;
        for (var i = 0; i < 24 * 40; i++)
        {
            now = now.AddHours(1);
            Take(meter, Batch(now, Counts(10)), now);
            var measured = meter.Measure(stage, now, now);
            measured.Exposed[CountSlot.Errors].ShouldBe(0, $"after {i + 1} h");
            measured.Exposed[CountSlot.Requests].ShouldBeInRange(10L * (i + 1 - 24), 10L * (i + 1), $"after {i + 1} h");
        }
    }

    [Fact]
    public void A_batch_beyond_the_lateness_limit_is_kept_and_judged_by_nobody()
    {
        var meter = Meter();
        Take(meter, Batch(Noon, Counts(100)), Noon.AddSeconds(61)).ShouldBe(BatchReceipt.TakenLate);

        meter.Measure(Noon.AddMinutes(-5), Noon.AddSeconds(61), Noon.AddSeconds(61)).Exposed.IsEmpty.ShouldBeTrue();
        meter.TakeUnwritten().Batches.ShouldHaveSingleItem().IsLate.ShouldBeTrue();
    }

    [Fact]
    public void A_repeated_batch_changes_nothing()
    {
        var meter = Meter();
        Take(meter, Batch(Noon, Counts(100), id: "a"), Noon).ShouldBe(BatchReceipt.Taken);
        Take(meter, Batch(Noon, Counts(900), id: "a"), Noon.AddSeconds(5)).ShouldBe(BatchReceipt.Duplicate);

        meter.Measure(Noon.AddMinutes(-5), Noon, Noon).Exposed[CountSlot.Requests].ShouldBe(100);
        meter.TakeUnwritten().Batches.Sum(taken => taken.Batch.Exposed![CountSlot.Requests]).ShouldBe(100);
    }

    [Fact]
    public void A_source_is_fresh_for_two_of_its_intervals()
    {
        var meter = Meter();
        meter.Freshness(Noon).ShouldBe(SourceFreshness.Never);
        Take(meter, Batch(Noon, Counts(1), seconds: 10), Noon);

        meter.Freshness(Noon.AddSeconds(20)).IsFresh.ShouldBeTrue();
        meter.Freshness(Noon.AddSeconds(20.1)).IsFresh.ShouldBeFalse();
        meter.Freshness(Noon.AddSeconds(30)).AgeInIntervals.ShouldBe(3);
    }

    [Fact]
    public void The_slowest_instance_that_still_reports_sets_the_interval()
    {
        var meter = Meter();
        Take(meter, Batch(Noon, Counts(1), instance: "slow", seconds: 30), Noon);
        Take(meter, Batch(Noon.AddSeconds(1), Counts(1), instance: "quick", seconds: 1), Noon.AddSeconds(1));
        meter.Freshness(Noon.AddSeconds(2)).ShouldBe(new SourceFreshness(Noon.AddSeconds(1), TimeSpan.FromSeconds(30), 1 / 30.0, true, 2));

        var later = Noon.AddSeconds(62);
        Take(meter, Batch(later, Counts(1), instance: "quick", seconds: 1), later);
        meter.Freshness(later).Interval.ShouldBe(TimeSpan.FromSeconds(1));
        meter.Freshness(later).Instances.ShouldBe(1);
    }

    private static long Oracle(IEnumerable<HealthBatch> batches, DateTimeOffset from, DateTimeOffset now, Arm arm)
    {
        var end = new DateTimeOffset((now.UtcTicks + 4_999_999) / 5_000_000 * 5_000_000, TimeSpan.Zero);
        return batches.Where(batch => batch.To > from && batch.To <= end).Sum(batch => batch.Of(arm)![CountSlot.Requests]);
    }

    // Written out apart from the ladder: how coarse the beginning of a window of some length may be.
    private static TimeSpan CellThatHolds(TimeSpan age) => age switch
    {
        _ when age <= TimeSpan.FromSeconds(60) => TimeSpan.FromMilliseconds(500),
        _ when age <= TimeSpan.FromMinutes(22) => TimeSpan.FromSeconds(10),
        _ when age <= TimeSpan.FromMinutes(140) => TimeSpan.FromMinutes(1),
        _ when age <= TimeSpan.FromHours(24) => TimeSpan.FromMinutes(10),
        _ => TimeSpan.FromHours(1),
    };
}
