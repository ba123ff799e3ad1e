using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Process.Contracts;
using static Athena.Dashboard.Tests.Health.HealthBuilders;

namespace Athena.Dashboard.Tests.Health;

/// <summary>A clock that was an hour ahead for a while, with applications that were as well or were not.</summary>
public sealed class ClockPutBackTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static readonly ImmutableArray<JudgedRule> Rules =
    [
        new(RuleListNames.Sequential, RuleSense.Trigger, Rule("error_rate", Comparison.GreaterThan, 0)) { Sequential = new SequentialTest(SequentialKind.AgainstControl, 0, 0.01) },
    ];

    private static readonly HealthScope Scope = new(Rollout.RolloutId, Noon, TimeSpan.FromSeconds(10)) { RolloutStarted = Noon, IsSplit = true };

    [Fact]
    public void Reports_from_a_time_to_come_keep_no_source_fresh()
    {
        var meter = Meter();
        Take(meter, Batch(Noon + Hour, Counts(10)), Noon + Hour);
        meter.Freshness(Noon + Hour).IsFresh.ShouldBeTrue();

        meter.Freshness(Noon.AddSeconds(10)).IsFresh.ShouldBeFalse();

        Take(meter, Batch(Noon.AddSeconds(20), Counts(10)), Noon.AddSeconds(20));
        var fresh = meter.Freshness(Noon.AddSeconds(20));
        (fresh.IsFresh, fresh.LastBatchAt).ShouldBe((true, Noon.AddSeconds(20)));
        meter.SettleGaps(Noon.AddMinutes(30)).ShouldBeEmpty();
    }

    [Fact]
    public void What_another_server_took_earlier_and_tells_later_puts_no_clock_back()
    {
        var meter = Meter();
        Take(meter, Batch(Noon.AddSeconds(40), Counts(10)), Noon.AddSeconds(40));
        meter.Merge(Rollout, [new StoredBatch("earlier", "one", Noon.AddSeconds(20), Noon.AddSeconds(30), Noon.AddSeconds(30), IsLate: false)], [], Noon.AddSeconds(41));
        meter.Freshness(Noon.AddSeconds(41)).LastBatchAt.ShouldBe(Noon.AddSeconds(40));
    }

    [Fact]
    public void What_is_reported_once_the_clock_is_right_again_finds_room_in_every_window()
    {
        var meter = Meter();
        for (var half = 1; half <= 600; half++) TakeOne(Noon + Hour + TimeSpan.FromSeconds(half / 2.0));
        for (var half = 1; half <= 600; half++)
        {
            var now = Noon.AddSeconds(half / 2.0);
            TakeOne(now);
            meter.Measure(Noon, now, now).Exposed[CountSlot.Requests].ShouldBe(half);
        }

        void TakeOne(DateTimeOffset at) => Take(meter, Batch(at, Counts(1), seconds: 0.5), at);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Evidence_goes_on_at_once(bool areApplicationsAhead)
    {
        var meter = Meter();
        var judge = new StageJudge();
        for (var second = 10; second <= 600; second += 10) Minute(second, TimeSpan.Zero, report: TimeSpan.Zero);
        for (var second = 610; second <= 900; second += 10) Minute(second, Hour, report: areApplicationsAhead ? Hour : null);
        var before = Look(910, TimeSpan.Zero);
        before.Verdict.ShouldNotBe(Verdict.Bad);
        // Nothing is counted twice, and nothing is lost but the last minute of a time that never came: it was not settled yet.
        before.Evidence!.Counts.ExposedRequests.ShouldBe(100 * (areApplicationsAhead ? 84 : 60));

        for (var second = 920; second <= 980; second += 10) Minute(second, TimeSpan.Zero, report: TimeSpan.Zero, errors: 30);
        Look(990, TimeSpan.Zero).Verdict.ShouldBe(Verdict.Bad);

        void Minute(int second, TimeSpan ahead, TimeSpan? report, int errors = 1)
        {
            var real = Noon.AddSeconds(second);
            if (report is { } shift) Take(meter, Batch(real + shift, Counts(100, errors), Counts(900, 9)), real + ahead);
            Look(second, ahead);
        }

        RuleVerdict Look(int second, TimeSpan ahead) => judge.LookAt(Scope, Rules, Catalogue, meter, Noon.AddSeconds(second) + ahead).Verdicts[0];
    }
}
