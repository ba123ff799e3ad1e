using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using static Athena.Dashboard.Tests.Health.HealthBuilders;

namespace Athena.Dashboard.Tests.Health;

public sealed class GapTests
{
    private static readonly TimeSpan Lateness = BatchLimits.Default.Lateness;

    [Fact]
    public void A_missing_batch_is_a_gap_once_it_would_be_late()
    {
        var meter = Meter();
        Take(meter, Batch(Noon, Counts(1)), Noon);
        Take(meter, Batch(Noon.AddSeconds(10.2), Counts(1)), Noon.AddSeconds(11));
        Take(meter, Batch(Noon.AddSeconds(40), Counts(1)), Noon.AddSeconds(40));

        meter.SettleGaps(Noon.AddSeconds(90)).ShouldBeEmpty("the batch for it may still come");
        meter.SettleGaps(Noon.AddSeconds(90.1)).ShouldBe([new ReportGap("one", new TimeRange(Noon.AddSeconds(10.2), Noon.AddSeconds(30)))]);
        meter.SettleGaps(Noon.AddSeconds(91)).ShouldBeEmpty("it was told");
    }

    [Fact]
    public void Batches_that_overtake_each_other_leave_no_gap()
    {
        for (var seed = 1; seed <= 100; seed++)
        {
            var random = new Random(seed);
            var meter = Meter();
            var seconds = Enumerable.Range(1, 50).ToList();
            var lost = random.Next(2) == 0 ? random.Next(5, 45) : -1;
            // Each up to five places early or late, as parallel requests are.
            foreach (var second in seconds.Where(second => second != lost).OrderBy(second => second + random.Next(5)))
                Take(meter, Batch(Noon.AddSeconds(second), Counts(1), id: $"b{second}", seconds: 1), Noon.AddSeconds(Math.Max(second, 5)));

            var gaps = meter.SettleGaps(Noon.AddSeconds(55) + Lateness).ToList();
            if (lost < 0) gaps.ShouldBeEmpty($"seed {seed}");
            else gaps.ShouldBe([new ReportGap("one", new TimeRange(Noon.AddSeconds(lost - 1), Noon.AddSeconds(lost)))], $"seed {seed}");
        }
    }

    [Fact]
    public void A_late_batch_fills_no_gap_because_no_rule_has_seen_it()
    {
        var meter = Meter();
        Take(meter, Batch(Noon, Counts(1)), Noon);
        Take(meter, Batch(Noon.AddSeconds(30), Counts(1)), Noon.AddSeconds(30));
        Take(meter, Batch(Noon.AddSeconds(15), Counts(1), seconds: 20), Noon.AddSeconds(76)).ShouldBe(BatchReceipt.TakenLate);

        meter.SettleGaps(Noon.AddSeconds(90)).Single().Range.Length.ShouldBe(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void Two_instances_do_not_fill_each_others_gaps()
    {
        var meter = Meter();
        foreach (var second in (int[])[10, 20, 30, 40])
        {
            if (second != 30) Take(meter, Batch(Noon.AddSeconds(second), Counts(1), instance: "one"), Noon.AddSeconds(second));
            Take(meter, Batch(Noon.AddSeconds(second), Counts(1), instance: "two"), Noon.AddSeconds(second));
        }

        meter.SettleGaps(Noon.AddSeconds(101)).ShouldBe([new ReportGap("one", new TimeRange(Noon.AddSeconds(20), Noon.AddSeconds(30)))]);
    }

    [Fact]
    public void Gaps_that_keep_coming_are_told_together_and_ever_less_often()
    {
        var news = new GapNews();
        var told = new List<(int Second, HealthGap Gap)>();
        for (var second = 1; second <= 3600; second++)
        {
            var now = Noon.AddSeconds(second);
            news.Add([new ReportGap("sparse", new TimeRange(now.AddSeconds(-1), now.AddSeconds(-0.5)))]);
            told.AddRange(news.Take(now).Select(gap => (second, gap)));
        }

        told.Select(one => one.Second).ShouldBe([1, 61, 181, 421, 901, 1861]);
        told.Sum(one => one.Gap.Missing.TotalSeconds).ShouldBe(1861 * 0.5, "none is left out");
        told[1].Gap.From.ShouldBe(Noon.AddSeconds(1));
        told[1].Gap.To.ShouldBe(Noon.AddSeconds(60.5));

        var later = Noon.AddHours(4);
        news.Take(later).Length.ShouldBe(1);
        news.Take(later.AddHours(2)).ShouldBeEmpty();
        news.Add([new ReportGap("sparse", new TimeRange(later, later.AddSeconds(1)))]);
        news.Take(later.AddHours(3)).Length.ShouldBe(1, "after a quiet time the first is told at once");
    }

    [Fact]
    public void Who_left_out_most_is_named_first()
    {
        var gaps = Enumerable.Range(1, 30).Select(i => new ReportGap($"api-{i}", new TimeRange(Noon, Noon.AddSeconds(i))));
        var news = new GapNews();
        news.Add(gaps);
        var happened = HealthGapFound.Of(Rollout.RolloutId, news.Take(Noon.AddMinutes(2)));
        happened.Instances.Length.ShouldBe(10);
        happened.Instances[0].ShouldBe("api-30");
        (happened.InstanceCount, happened.Missing, happened.From, happened.To).ShouldBe((30, TimeSpan.FromSeconds(30), Noon, Noon.AddSeconds(30)));
    }
}
