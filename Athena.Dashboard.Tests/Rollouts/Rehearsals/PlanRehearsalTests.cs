using System.Text.Json;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Process.Domain;
using Athena.Dashboard.Rollouts.Domain;
using Athena.Dashboard.Rollouts.Domain.Rehearsals;

namespace Athena.Dashboard.Tests.Rollouts.Rehearsals;

public sealed class PlanRehearsalTests
{
    private const string Plan = """
        rollout:
          feature: database-views-v2
          stages:
            - name: few
              percentage: 10
              duration: 1h
              criteria: [error_rate < 0.03]
            - name: half
              percentage: 50
              duration: 1h
              criteria: [error_rate < 0.03, performance_degradation < 0.1]
            - name: all
              percentage: 100
              duration: 30m
              criteria: [error_rate < 0.03]
          rollback:
            automatic: true
            conditions: [error_rate > 0.05]
        """;

    private static readonly RehearsalFigures Busy = RehearsalFigures.Default with { ErrorRate = 0.005 };

    [Fact]
    public void A_plan_that_fits_takes_next_to_no_healthy_run_back_and_finds_harm_the_sooner_the_graver_it_is()
    {
        var result = Rehearse(Plan, Busy, 40);
        result.Runs.ShouldBe(40);
        result.RolledBack.Part.ShouldBeLessThan(0.05);
        result.RolledBack.To.ShouldBeInRange(0.05, 0.2);
        result.MedianSeconds.ShouldNotBeNull().ShouldBeInRange(9000, 9600);
        foreach (var step in result.Harms.GroupBy(harm => harm.Step).Where(step => step.Key < 2))
        {
            var (three, five) = (step.Single(harm => harm.Harm == "errors3"), step.Single(harm => harm.Harm == "errors5"));
            three.Found.ShouldBe(three.Runs);
            five.MedianSeconds.ShouldNotBeNull().ShouldBeLessThanOrEqualTo(three.MedianSeconds.ShouldNotBeNull());
            five.P90Seconds.ShouldNotBeNull().ShouldBeLessThanOrEqualTo(three.P90Seconds.ShouldNotBeNull());
        }

        result.Harms.Single(harm => harm is { Step: 1, Harm: "slower50" }).Found.ShouldBe(8);
        result.Harms.Single(harm => harm is { Step: 0, Harm: "errors5" }).Exposed.ShouldNotBeNull().ShouldBeGreaterThan(0);
        result.Summary.ShouldStartWith($"Of 40 healthy runs {result.RolledBack.Count} ");
        result.Summary.ShouldContain("Three times the errors in few are found in a median of");
    }

    [Fact]
    public void A_rule_that_what_is_normal_breaks_takes_every_healthy_run_back_and_is_named()
    {
        var result = Rehearse(Plan.Replace("conditions: [error_rate > 0.05]", "conditions: [error_rate > 0.002]", StringComparison.Ordinal), Busy, 10);
        result.RolledBack.ShouldBe(new Share(10, 10));
        var fired = result.Fired.ShouldHaveSingleItem();
        (fired.Rule, fired.List, fired.Step, fired.Runs).ShouldBe(("error_rate > 0.002", "rollback-conditions", "all", 10));
        result.Warnings[0].IsGrave.ShouldBeTrue();
        result.Warnings[0].Message.ShouldBe("error_rate > 0.002 (rollback-conditions) takes back 10 of 10 healthy runs in all.");
        // As long as there is a control that does no better it is an incident of both.
        result.Steps[0].Stuck.ShouldBe(10);
        result.Steps[0].HeldBy.ShouldNotBeNull().ShouldStartWith("shared incident: error_rate > 0.002");
    }

    [Fact]
    public void A_stage_that_can_never_be_decided_is_named_with_what_it_lacks()
    {
        var result = Rehearse(Plan, Busy with { RequestsPerMinute = 6, ErrorRate = 0 }, 5);
        result.Undecided.ShouldBe(new Share(5, 5));
        result.Steps[0].Stuck.ShouldBe(5);
        var lacking = result.Steps[0].Lacks[0];
        (lacking.Rule, lacking.Runs).ShouldBe(("error_rate < 0.03", 5));
        lacking.More.ShouldNotBeNull().ShouldBeInRange(90, 160);
        result.Warnings.ShouldContain(warning => warning.IsGrave && warning.Message.StartsWith("Few does not end by itself in 5 of 5 runs: error_rate < 0.03 lacks about", StringComparison.Ordinal));
        result.MedianSeconds.ShouldBeNull();
    }

    [Fact]
    public void What_nobody_reports_is_said()
    {
        var result = Rehearse(Plan.Replace("[error_rate < 0.03]", "[error_rate < 0.03, user_satisfaction > 4]", StringComparison.Ordinal), Busy with { ScoresPerThousand = 0 }, 2);
        result.Steps[0].Lacks[0].NotReported.ShouldBe(["scores"]);
        result.Warnings[0].Change.ShouldBe("Let the application report it, or take the criterion out of the stage.");
    }

    [Fact]
    public void Without_automatic_rollback_a_person_is_asked_and_counted_as_such()
    {
        var result = Rehearse(Plan.Replace("automatic: true", "automatic: false", StringComparison.Ordinal), Busy, 5);
        var harm = result.Harms.Single(harm => harm is { Step: 1, Harm: "errors5" });
        (harm.Found, harm.Asked).ShouldBe((0, harm.Runs));
        harm.MedianSeconds.ShouldBeNull();
        harm.MedianAskedSeconds.ShouldNotBeNull().ShouldBeLessThan(3600);
    }

    [Fact]
    public void The_same_seed_gives_the_same_result_and_another_one_another()
    {
        var figures = Busy with { DayAndNight = true, Bursts = 0.5 };
        var once = JsonSerializer.Serialize(Rehearse(Plan, figures, 5));
        JsonSerializer.Serialize(Rehearse(Plan, figures, 5)).ShouldBe(once);
        JsonSerializer.Serialize(Rehearse(Plan, figures, 5, seed: 2)).ShouldNotBe(once);
    }

    [Fact]
    public void Whoever_stops_it_keeps_the_runs_that_were_done_and_hears_how_many_those_are()
    {
        var asked = new List<int>();
        var result = Rehearse(Plan, Busy, 1000, done =>
        {
            asked.Add(done);
            return done < 6;
        });
        result.Runs.ShouldBe(6);
        result.Wanted.ShouldBe(1000);
        asked.ShouldBe(asked.Order());
        result.RolledBack.Of.ShouldBe(6);
    }

    [Fact]
    public void One_that_had_no_time_at_all_says_so()
    {
        var result = Rehearse(Plan, Busy, 10, _ => false);
        result.Runs.ShouldBe(0);
        result.Summary.ShouldBe("There was no time for a single run from the start to 100 %.");
        result.Warnings.ShouldBeEmpty();
    }

    [Fact]
    public void Stages_of_seconds_are_looked_at_ten_times_each()
    {
        var result = Rehearse(RolloutBuilder.ShortPlan, Busy with { RequestsPerMinute = 60_000, ErrorRate = 0.001 }, 5);
        result.TickSeconds.ShouldBe(6);
        result.Steps.Length.ShouldBe(3);
        result.RolledBack.Count.ShouldBe(0);
        result.Warnings.ShouldContain(warning => warning.Change == "60 s are too short to tell harm from a burst: make the stage longer.");
    }

    [Theory]
    [InlineData(0, 200, 0, 0.0188)]
    [InlineData(10, 200, 0.0274, 0.0896)]
    [InlineData(200, 200, 0.9812, 1)]
    public void A_share_comes_with_the_interval_that_Wilson_gives_it(int count, int of, double from, double to)
    {
        var share = new Share(count, of);
        share.From.ShouldBe(from, 0.0002);
        share.To.ShouldBe(to, 0.0002);
    }

    [Fact]
    public void Figures_out_of_range_are_all_named_at_once() =>
        (RehearsalFigures.Default with { ErrorRate = 0.9, MeanScore = double.NaN, RequestsPerMinute = 0 }).Faults().Select(fault => fault.Place)
            .ShouldBe(["figures.requestsPerMinute", "figures.errorRate", "figures.meanScore"]);

    private static RehearsalResult Rehearse(string yaml, RehearsalFigures figures, int runs, Func<int, bool>? goOn = null, int seed = 1)
    {
        var (terms, metrics, bench) = (RolloutBuilder.Terms(yaml), DefaultProcess.Document.Metrics, new HealthBench());
        var traffic = new SimulatedTraffic(figures, PlanRehearsal.NeedsBuckets(terms, metrics) ? bench.LatencyBounds : [], PlanRehearsal.OwnCounts(terms, metrics));
        return new PlanRehearsal(new RehearsalTask(terms, metrics, traffic, seed, runs), bench, goOn ?? (_ => true)).Run();
    }
}
