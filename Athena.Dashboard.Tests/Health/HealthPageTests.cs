using System.Collections.Immutable;
using Athena.Dashboard.Health;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Health.Pages;
using Athena.Dashboard.Health.Storage;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Tests.Infrastructure;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using static Athena.Dashboard.Tests.Health.HealthBuilders;

namespace Athena.Dashboard.Tests.Health;

public sealed class HealthPageTests : ComponentTest
{
    public HealthPageTests()
    {
        Services.AddSingleton<IProcessCatalog>(new Process.FixedProcessCatalog());
        Services.AddSingleton<EventStream>();
    }

    [Fact]
    public void A_verdict_shows_its_rule_its_list_its_figures_and_its_cause_in_words()
    {
        var rule = Trigger("error_rate", Comparison.GreaterThan, 0.05);
        var table = Render<VerdictTable>(parameters => parameters.Add(part => part.Verdicts,
        [
            new RuleVerdict(rule, Verdict.Bad, null, 0.062, 2000, 100, TimeSpan.FromMinutes(5), Noon, "Because."),
            new RuleVerdict(Criterion("user_satisfaction", Comparison.GreaterThan, 4), Verdict.Undecided, UndecidedCause.TooLittleData, null, 12, 100, null, Noon, "12 of 100 scores."),
        ]));

        var rows = table.FindAll("tbody tr").Select(row => row.TextContent.Replace('\u00A0', ' ')).ToList();
        rows[0].ShouldSatisfyAllConditions(
            row => row.ShouldContain("error_rate > 0.05"),
            row => row.ShouldContain("6.2 %"),
            row => row.ShouldContain("> 5 %"),
            row => row.ShouldContain("last 5m"),
            row => row.ShouldContain("Bad"));
        rows[1].ShouldSatisfyAllConditions(
            row => row.ShouldContain("unknown"),
            row => row.ShouldContain("12 of 100"),
            row => row.ShouldContain("whole stage"),
            row => row.ShouldContain("Too little data"));
        table.FindAll(".badge").Select(badge => badge.ClassList.Contains("badge-harm")).ShouldBe([true, false]);
    }

    [Fact]
    public void Charts_draw_the_strictest_limits_of_their_metric_and_triggers_as_harm()
    {
        Services.AddSingleton<IHealthSeries>(new NoSeries());
        var charts = RenderCharts(parameters => parameters
            .Add(part => part.RolloutId, Rollout.RolloutId)
            .Add(part => part.Rules,
            [
                Criterion("error_rate", Comparison.LessThan, 0.02), Trigger("error_rate", Comparison.GreaterThan, 0.1),
                Trigger("error_rate", Comparison.GreaterThan, 0.05), Trigger("error_rate", Comparison.GreaterThan, 0.05, TimeSpan.FromMinutes(2)),
                Trigger("error_rate", Comparison.GreaterThan, 0.5), Criterion("user_satisfaction", Comparison.GreaterThan, 3.5),
            ]));

        var drawn = charts.FindComponents<Chart>().ToDictionary(chart => chart.Instance.Title!, chart => chart.Instance);
        drawn["Error rate"].Thresholds.ShouldBe([new ChartThreshold(0.02, "Criterion"), new ChartThreshold(0.05, "Rolls back", true), new ChartThreshold(0.1, "Rolls back", true)]);
        drawn["Error rate"].Group.ShouldBe("rollout/" + Rollout.RolloutId);
        drawn["Error rate"].Series.Select(series => series.Name).ShouldBe(["error_rate.exposed", "error_rate.control"]);
        drawn["User satisfaction"].Thresholds.ShouldHaveSingleItem().Value.ShouldBe(3.5);
        drawn["Exposure"].Series.ShouldHaveSingleItem().Steps.ShouldBeTrue();
    }

    [Fact]
    public void What_was_stored_is_drawn_without_the_hub()
    {
        Services.AddSingleton<IHealthSeries>(new NoSeries(HealthPoints.Of(Noon, Arm.Exposed, Counts(100, 5), TimeSpan.FromSeconds(10))));
        var charts = RenderCharts(parameters => parameters
            .Add(part => part.RolloutId, Rollout.RolloutId).Add(part => part.From, Noon.AddHours(-1)).Add(part => part.To, Noon));

        var chart = charts.FindComponents<Chart>().First(found => found.Instance.Title == "Error rate").Instance;
        chart.Group.ShouldBeNull();
        chart.Points.ShouldHaveSingleItem().Values["error_rate.exposed"].ShouldBe(0.05);
        charts.FindComponents<Chart>().ShouldNotContain(found => found.Instance.Title == "Exposure");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_an_instance_left_out_is_marked_in_every_chart(bool isLive)
    {
        var gap = new HealthGap("api-1", Noon.AddMinutes(-5), Noon.AddMinutes(-5).AddSeconds(2), TimeSpan.FromSeconds(1));
        Services.AddSingleton<IHealthSeries>(new NoSeries { Gaps = [gap] });
        var charts = RenderCharts(parameters => parameters
            .Add(part => part.RolloutId, Rollout.RolloutId).Add(part => part.From, isLive ? null : Noon.AddHours(-1)).Add(part => part.To, isLive ? null : Noon));

        charts.FindComponents<Chart>().ShouldAllBe(chart => chart.Instance.Gaps.Single() == new ChartGap(gap.From, gap.To, "api-1 left out 1 s"));
    }

    [Theory]
    [InlineData(null, false, "Nobody reports")]
    [InlineData(1.5, true, "Fresh")]
    [InlineData(2.5, false, "Stale")]
    public void Freshness_is_a_word(double? age, bool isFresh, string word) =>
        Render<SourceBadge>(parameters => parameters.Add(part => part.Freshness, new SourceFreshness(age is null ? null : Noon, null, age, isFresh, 1)))
            .Markup.ShouldContain(word);

    [Fact]
    public void The_log_says_why_and_marks_a_summary()
    {
        var record = new VerdictRecord(
            Rollout.RolloutId, Rollout.RolloutId, Noon, VerdictRecordKind.Summary, "rollback-conditions", RuleSense.Trigger, "error_rate > 5%", "error_rate",
            Comparison.GreaterThan, 0.05, null, Verdict.Good, null, 0.01, 1000, 100, null, Noon, "{}", "{}", Noon, "All is <well>.");
        var log = Render<VerdictLog>(parameters => parameters.Add(part => part.Records, [record]));
        log.Find("tbody tr").TextContent.ShouldSatisfyAllConditions(
            text => text.ShouldContain("All is <well>."),
            text => text.ShouldContain("Hourly summary"),
            text => text.ShouldContain("Good"));
        Render<VerdictLog>(parameters => parameters.Add(part => part.Records, [])).Markup.ShouldContain("No verdict yet");
    }

    [Fact]
    public void A_source_that_is_asked_shows_how_it_fares_and_what_it_does_not_use()
    {
        var down = FeedStatus.Unasked("shop", "http://prometheus.example", "production", Noon) with { State = FeedState.Down, Detail = "It did not answer within 10 s.", Unlabelled = 12 };
        var panel = Render<FeedPanel>(parameters => parameters.Add(part => part.Feeds, [down, down with { Name = "other", State = FeedState.Answering, Detail = "", Unlabelled = 0 }]));
        panel.FindAll(".badge").Select(badge => (badge.TextContent.Trim(), badge.ClassList.Contains("badge-hold"))).ShouldBe([("No answer", true), ("Answering", false)]);
        panel.FindAll("tbody tr")[0].TextContent.ShouldSatisfyAllConditions(
            text => text.ShouldContain("It did not answer within 10 s."),
            text => text.ShouldContain("12 series name no flag and are not used."));
    }

    private IRenderedComponent<HealthCharts> RenderCharts(Action<ComponentParameterCollectionBuilder<HealthCharts>> parameters)
    {
        SetRendererInfo(new RendererInfo("Server", isInteractive: true));
        return Render(parameters);
    }

    private sealed class NoSeries(params HealthPoint[] points) : IHealthSeries
    {
        public ImmutableArray<HealthGap> Gaps { get; init; } = [];

        public Task<HealthSeries> ReadAsync(Guid rolloutId, DateTimeOffset from, DateTimeOffset to, TimeSpan? resolution, CancellationToken cancellationToken) =>
            Task.FromResult(new HealthSeries(rolloutId, TimeSpan.FromSeconds(10), [.. points], Gaps));

        public Task<ImmutableArray<MeasuredMetric>> TotalsAsync(
            Guid rolloutId, DateTimeOffset from, DateTimeOffset to, MetricCatalogue catalogue, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<ImmutableArray<HealthGap>> GapsAsync(Guid rolloutId, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) => Task.FromResult(Gaps);
    }
}
