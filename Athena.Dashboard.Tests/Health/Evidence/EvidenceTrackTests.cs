using System.Collections.Immutable;
using System.Text.Json;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Health.Domain.Evidence;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Process.Domain;
using Athena.Dashboard.Rollouts.Domain;

namespace Athena.Dashboard.Tests.Health.Evidence;

public sealed class EvidenceTrackTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 2, 9, 0, 7, TimeSpan.Zero);
    private static readonly TimeSpan Lateness = TimeSpan.FromMinutes(1);
    private static readonly MetricCatalogue Metrics = DefaultProcess.Document.Metrics;
    private static readonly JudgedRule Control = Rule("errors", new SequentialTest(SequentialKind.AgainstControl, 0, 0.01));
    private static readonly JudgedRule Slow = Rule("slow", new SequentialTest(SequentialKind.AgainstLimit, 0.05, 0.01) { Above = 500 });

    [Fact]
    public void Missed_looks_restarts_and_a_second_node_change_nothing_once_the_minutes_are_settled()
    {
        var random = new Random(4);
        var counts = Enumerable.Range(0, 3600).Select(_ => (random.Next(3), random.Next(8))).ToArray();
        var (steady, careless) = (new EvidenceTrack(), new EvidenceTrack());
        for (var second = 10; second <= 3000; second += 10)
        {
            var now = Start.AddSeconds(second);
            Look(steady, now);
            if (random.Next(4) == 0) Look(careless, now);
            if (random.Next(5) != 0) continue;
            var state = JsonSerializer.Deserialize<EvidenceTrack.State>(JsonSerializer.Serialize(careless.Save(), JsonColumn.Options), JsonColumn.Options)!;
            careless = new EvidenceTrack();
            careless.Adopt(state);
        }

        var last = Start.AddSeconds(3010);
        Look(careless, last).LogHarm.ShouldBe(Look(steady, last).LogHarm, 1e-9);
        Look(careless, last).Counts.ShouldBe(Look(steady, last).Counts);

        EvidenceReading Look(EvidenceTrack track, DateTimeOffset now) =>
            track.Look(Scope(now), [Control], Metrics, (from, to) => Seconds(from, to, counts), Lateness, now)[Control].Reading;
    }

    [Fact]
    public void Where_testers_choose_themselves_nothing_is_compared_and_a_later_stage_begins_anew()
    {
        var track = new EvidenceTrack();
        var now = Start.AddMinutes(10);
        var counts = Enumerable.Repeat((5, 0), 7200).ToArray();
        var cohort = track.Look(Scope(now) with { IsSplit = false }, [Control], Metrics, (from, to) => Seconds(from, to, counts), Lateness, now)[Control].Reading;
        cohort.LogHarm.ShouldBe(0, 1e-12);
        cohort.Counts.ShouldBe(default);

        var stage = Scope(now) with { StageStarted = now };
        var split = track.Look(stage, [Control], Metrics, (from, to) => Seconds(from, to, counts), Lateness, now.AddMinutes(3))[Control].Reading;
        split.Counts.ExposedRequests.ShouldBe(180 * 10);
        split.BadSince.ShouldNotBeNull();
    }

    [Fact]
    public void Response_times_above_a_bound_feed_the_same_test()
    {
        var track = new EvidenceTrack();
        var now = Start.AddMinutes(5);
        var reading = track.Look(Scope(now), [Slow], Metrics, (from, to) => Times(from, to), Lateness, now)[Slow].Reading;
        reading.Counts.ExposedRequests.ShouldBe(300 * 10);
        reading.Counts.ExposedErrors.ShouldBe(300 * 2);
        reading.BadSince.ShouldNotBeNull();

        static Measured Times(DateTimeOffset from, DateTimeOffset to)
        {
            var exposed = new Tally();
            var seconds = (long)Math.Round((to - from).TotalSeconds);
            exposed.Buckets[LatencyBounds.BucketOf(500)] += 8 * seconds;
            exposed.Buckets[LatencyBounds.BucketOf(750)] += 2 * seconds;
            return new Measured(exposed, new Tally(), from, from, to);
        }
    }

    [Fact]
    public void The_error_budget_is_divided_over_the_tests_that_can_roll_back()
    {
        var process = DefaultProcess.Document;
        var one = RolloutTerms.Of(process.Rollout, process, 1);
        var rules = one.RulesOf(one.Steps[3]).Where(rule => rule.Sequential is not null).ToList();
        rules.Select(rule => (rule.Rule.Text, rule.Rule.Action, rule.Sequential!.Alpha)).ShouldBe(
        [
            ("error_rate more than 5 % above the control", RuleAction.RollBack, 0.01),
            ("error_rate < 1 %", RuleAction.Hold, 0.01),
        ]);

        var all = one with { Sequential = one.Sequential with { Guards = [.. one.Sequential.Guards.Select(guard => guard with { Action = RuleAction.RollBack })] } };
        var count = SequentialRules.CountThatRollBack(all);
        count.ShouldBe(7);
        all.RulesOf(one.Steps[0]).Where(rule => rule.Sequential is not null).ShouldAllBe(rule => Math.Abs(rule.Sequential!.Alpha - (0.01 / count)) < 1e-12);
    }

    private static JudgedRule Rule(string name, SequentialTest test) =>
        new(RuleListNames.Sequential, RuleSense.Trigger, new MetricRule(name, "error_rate", Comparison.GreaterThan, 0, null)) { Sequential = test };

    private static HealthScope Scope(DateTimeOffset now) => new(Guid.Empty, Start, TimeSpan.FromSeconds(10)) { RolloutStarted = Start, IsSplit = now > Start };

    // Ten requests a second for the exposed, ninety for the control; errors as given.
    private static Measured Seconds(DateTimeOffset from, DateTimeOffset to, (int Exposed, int Control)[] errors)
    {
        var (exposed, control) = (new Tally(), new Tally());
        for (var second = (int)Math.Ceiling((from - Start).TotalSeconds); second < (to - Start).TotalSeconds && second < errors.Length; second++)
        {
            exposed[CountSlot.Requests] += 10;
            exposed[CountSlot.Errors] += errors[second].Exposed;
            control[CountSlot.Requests] += 90;
            control[CountSlot.Errors] += errors[second].Control;
        }

        return new Measured(exposed, control, from, from, to);
    }
}
