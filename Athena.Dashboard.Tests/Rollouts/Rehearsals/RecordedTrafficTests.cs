using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Rollouts.Domain.Rehearsals;

namespace Athena.Dashboard.Tests.Rollouts.Rehearsals;

public sealed class RecordedTrafficTests
{
    private static readonly DateTimeOffset Midnight = new(2025, 8, 11, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Each_hour_of_a_run_is_one_of_the_same_time_of_day_whatever_the_day()
    {
        // Two days; the hour's number is in its requests, the day's in its errors.
        var traffic = From(Enumerable.Range(0, 2 * Moment.Day).Select(minute => Minute(minute, 1000 * (1 + (minute / 60 % 24)), minute < Moment.Day ? 0 : 50)));
        var days = new HashSet<long>();
        for (var seed = 1; seed <= 20; seed++)
        {
            for (var minute = 0; minute < Moment.Day; minute += 60)
            {
                var (exposed, control) = traffic.Next(new Moment(minute, 1, seed), 0.5, null, new Draws(seed));
                ((exposed.Requests + control!.Requests) / 1000.0).ShouldBe(1 + (minute / 60), 0.4);
                days.Add(Math.Sign(exposed.Errors!.Value));
            }
        }

        days.Count.ShouldBe(2, "both days are drawn from");
    }

    [Fact]
    public void The_two_sides_share_what_was_counted_and_differ_by_chance_alone()
    {
        var traffic = From(Enumerable.Range(0, 180).Select(minute => Minute(minute, 10_000, 200)));
        var (draws, exposed, control) = (new Draws(3), 0L, 0L);
        for (var minute = 0; minute < 600; minute++)
        {
            var (one, other) = traffic.Next(new Moment(minute, 1, 1), 0.1, null, draws);
            one.Requests.ShouldBeInRange(800, 1200);
            exposed += one.Errors!.Value;
            control += other!.Errors!.Value;
        }

        ((double)exposed / 600).ShouldBe(20, 1);
        ((double)control / 600).ShouldBe(180, 3);
        var harmed = Enumerable.Range(0, 600).Sum(minute => traffic.Next(new Moment(minute, 1, 1), 0.1, RehearsalHarm.OfErrors[1], draws).Exposed.Errors!.Value);
        (harmed / 600.0).ShouldBe(60, 2);
        traffic.Next(new Moment(0, 1, 1), 1, null, draws).Control.ShouldBeNull();
    }

    [Fact]
    public void Of_a_rollout_that_was_taken_back_only_those_without_it_are_traffic()
    {
        var minutes = Enumerable.Range(0, 120).Select(minute => Minute(minute, 1000, 0) with { Exposed = new ArmReport { Requests = 1000, Errors = 900 } }).ToImmutableArray();
        Errors(isHarmless: false).ShouldBe(0);
        Errors(isHarmless: true).ShouldBeGreaterThan(0);

        long Errors(bool isHarmless) => RecordedTraffic.From(minutes, isHarmless, 1, [])!.Next(new Moment(0, 1, 1), 1, null, new Draws(1)).Exposed.Errors!.Value;
    }

    [Fact]
    public void Less_than_two_hours_with_reports_are_too_little() =>
        RecordedTraffic.From([.. Enumerable.Range(0, 80).Select(minute => Minute(minute, 1000, 0))], true, 1, []).ShouldBeNull();

    private static RecordedTraffic From(IEnumerable<RecordedMinute> minutes) => RecordedTraffic.From([.. minutes], isHarmless: true, spread: 1, bounds: []).ShouldNotBeNull();

    private static RecordedMinute Minute(int number, long requests, long errors) =>
        new(Midnight.AddMinutes(number), null, new ArmReport { Requests = requests, Errors = errors, LatencyCount = requests, LatencyMicros = requests * 200_000 });
}
