using System.Collections.Immutable;
using System.Net;
using Athena.Dashboard.Health;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using static Athena.Dashboard.Tests.Health.HealthBuilders;

namespace Athena.Dashboard.Tests.Health.Feeds;

/// <summary>A Prometheus that fails in every way, on a clock that moves when told. None of it is ever a verdict.</summary>
public sealed class PrometheusFeedTests : IAsyncLifetime
{
    private static readonly JudgedRule Trigger = HealthBuilders.Trigger("error_rate", Comparison.GreaterThan, 0.05, TimeSpan.FromMinutes(5));
    private HealthWorld world = default!;
    private StubPrometheus prometheus = default!;
    private PrometheusFeed feed = default!;
    private DateTimeOffset started;

    public async ValueTask InitializeAsync()
    {
        world = await HealthWorld.CreateAsync(DatabaseKind.Sqlite);
        prometheus = new StubPrometheus(world.Clock);
        feed = Feed();
        started = world.Now;
    }

    public ValueTask DisposeAsync()
    {
        prometheus.Dispose();
        world.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Counters_become_counts_and_the_rule_decides_on_them()
    {
        await RunAsync(TimeSpan.FromMinutes(4));
        feed.Status.State.ShouldBe(FeedState.Answering);
        Look().Verdict.ShouldBe(Verdict.Good);
        await RunAsync(TimeSpan.FromMinutes(4), errors: 100);
        Look();
        await RunAsync(TimeSpan.FromSeconds(10), errors: 100);
        Look().Verdict.ShouldBe(Verdict.Bad);
        // From the first scrape on, nothing is left out and nothing comes twice.
        world.Measure(3600).Exposed[CountSlot.Requests].ShouldBe((long)prometheus.Counters[("requests_total", "exposed")] - 1000);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(60)]
    public async Task However_long_it_is_down_the_rule_waits_and_then_goes_on(int minutes)
    {
        await RunAsync(TimeSpan.FromMinutes(4));
        Look().Verdict.ShouldBe(Verdict.Good);
        var before = world.Measure(7200).Exposed[CountSlot.Requests];
        prometheus.Instead = () => throw new HttpRequestException("Connection refused");
        prometheus.TargetIsDown = true;
        for (var minute = 0; minute < minutes; minute++)
        {
            await RunAsync(TimeSpan.FromMinutes(1), errors: 1000);
            var verdict = Look();
            (verdict.Verdict, verdict.Cause).ShouldBe((Verdict.Undecided, UndecidedCause.SourceDown));
            verdict.Explanation.ShouldBe("shop: It cannot be asked: Connection refused.");
        }

        (feed.Status.State, feed.Status.IsTold).ShouldBe((FeedState.Down, true));
        (prometheus.Instead, prometheus.TargetIsDown) = (null, false);
        await RunAsync(TimeSpan.FromMinutes(3));
        feed.Status.State.ShouldBe(FeedState.Answering);
        // What rose while nobody looked is not known to be of any minute.
        (world.Measure(7200).Exposed[CountSlot.Requests] - before).ShouldBe(17 * 1000);
        Look().Verdict.ShouldBe(Verdict.Good);
        (await EventsAsync()).ShouldBe(["Health.HealthFeedFailed", "Health.HealthFeedRecovered"]);
    }

    [Fact]
    public async Task What_was_scraped_while_it_could_not_be_asked_is_kept_for_reports_and_decides_nothing()
    {
        await RunAsync(TimeSpan.FromMinutes(2));
        prometheus.Instead = () => StubPrometheus.Says(HttpStatusCode.ServiceUnavailable);
        await RunAsync(TimeSpan.FromMinutes(10));
        feed.Status.Detail.ShouldContain("503");
        prometheus.Instead = null;
        await RunAsync(TimeSpan.FromMinutes(2));
        await world.Writer.FlushAsync();
        var stored = await world.Queries.ReadAsync(Rollout.RolloutId, started, world.Now, null, default);
        stored.Points.Where(point => point.Arm == Arm.Exposed).Sum(point => point.Requests).ShouldBe((long)prometheus.Counters[("requests_total", "exposed")] - 1000);
        // In time was what began in the two healthy minutes before and after, and in the last minute of the outage.
        world.Measure(3600).Exposed[CountSlot.Requests].ShouldBeInRange(28_000, 31_000);
    }

    [Fact]
    public async Task A_reset_loses_nothing_that_was_scraped()
    {
        await RunAsync(TimeSpan.FromMinutes(1));
        var before = world.Measure(3600).Exposed[CountSlot.Requests];
        foreach (var counter in prometheus.Counters.Keys) prometheus.Counters[counter] = 0;
        await RunAsync(TimeSpan.FromMinutes(3));
        (world.Measure(3600).Exposed[CountSlot.Requests] - before).ShouldBe(18 * 1000);
        Look().Verdict.ShouldBe(Verdict.Good);
    }

    [Fact]
    public async Task Values_that_are_no_numbers_are_refused_and_said_so()
    {
        await RunAsync(TimeSpan.FromMinutes(2));
        prometheus.Value = "NaN";
        await RunAsync(TimeSpan.FromMinutes(1), errors: 1000);
        feed.Status.State.ShouldBe(FeedState.Refused);
        var verdict = Look();
        (verdict.Verdict, verdict.Cause).ShouldBe((Verdict.Undecided, UndecidedCause.NotANumber));
    }

    [Fact]
    public async Task Several_series_are_refused_and_said_so()
    {
        await RunAsync(TimeSpan.FromMinutes(2));
        prometheus.Twice = true;
        await RunAsync(TimeSpan.FromMinutes(1), errors: 1000);
        (feed.Status.State, Look().Cause).ShouldBe((FeedState.Refused, UndecidedCause.SeveralSeries));
    }

    [Fact]
    public async Task Stale_samples_empty_answers_and_warnings_are_told_as_what_they_are()
    {
        await RunAsync(TimeSpan.FromMinutes(2));
        prometheus.TargetIsDown = true;
        await RunAsync(TimeSpan.FromSeconds(40));
        feed.Status.State.ShouldBe(FeedState.Stale);
        await RunAsync(TimeSpan.FromMinutes(70));
        (feed.Status.State, Look().Cause).ShouldBe((FeedState.Empty, UndecidedCause.Stale));
        prometheus.Instead = () => StubPrometheus.Says(HttpStatusCode.OK, """{"status":"success","warnings":["a store is gone"],"data":{"resultType":"matrix","result":[]}}""");
        await RunAsync(TimeSpan.FromSeconds(10));
        (feed.Status.State, feed.Status.Detail).ShouldBe((FeedState.Degraded, "requests: The answer comes with warnings: a store is gone"));
        prometheus.Instead = () => StubPrometheus.Says(HttpStatusCode.BadRequest, """{"status":"error","error":"parse error: unexpected end"}""");
        await RunAsync(TimeSpan.FromSeconds(10));
        (feed.Status.State, feed.Status.Detail).ShouldBe((FeedState.Refused, "requests: parse error: unexpected end"));
    }

    [Fact]
    public async Task Another_process_goes_on_where_this_one_stopped_and_counts_nothing_twice()
    {
        await RunAsync(TimeSpan.FromMinutes(2));
        await world.Writer.FlushAsync();
        using var second = await world.RestartedAsync();
        var next = Feed(second);
        await next.RestoreAsync(default);
        next.Status.State.ShouldBe(FeedState.Answering);
        await RunAsync(TimeSpan.FromMinutes(1), with: next);
        second.Measure(3600).Exposed[CountSlot.Requests].ShouldBe((long)prometheus.Counters[("requests_total", "exposed")] - 1000);
    }

    [Fact]
    public async Task One_lost_answer_is_no_outage()
    {
        await RunAsync(TimeSpan.FromMinutes(1));
        prometheus.Instead = () => StubPrometheus.Says(HttpStatusCode.BadGateway);
        await RunAsync(TimeSpan.FromSeconds(10));
        prometheus.Instead = null;
        await RunAsync(TimeSpan.FromMinutes(1));
        (await EventsAsync()).ShouldBeEmpty();
        world.Measure(3600).Exposed[CountSlot.Requests].ShouldBe((long)prometheus.Counters[("requests_total", "exposed")] - 1000);
    }

    // Every ten seconds the application counts a thousand requests, is scraped, and the product asks.
    private async Task RunAsync(TimeSpan time, long errors = 1, PrometheusFeed? with = null)
    {
        for (var second = 0; second < time.TotalSeconds; second += 10)
        {
            world.Clock.Advance(TimeSpan.FromSeconds(10));
            Count("requests_total", "exposed", 1000);
            Count("errors_total", "exposed", errors);
            Count("requests_total", "control", 1000);
            prometheus.Scrape();
            await (with ?? feed).AskAsync(default);
        }

        void Count(string name, string arm, long by) => prometheus.Counters[(name, arm)] = prometheus.Counters.GetValueOrDefault((name, arm)) + by;
    }

    private RuleVerdict Look() => world.Judge.Judge(
        new HealthScope(Rollout.RolloutId, started, TimeSpan.FromSeconds(10)), ImmutableArray.Create(Trigger), world.Now)[0];

    private PrometheusFeed Feed(HealthWorld? at = null)
    {
        var source = new PrometheusSource
        {
            Name = "shop",
            Url = "http://prometheus.example",
            InstanceLabels = "instance",
            IntervalSeconds = 10,
            ScrapeSeconds = 10,
            Counts = { ["requests"] = new() { Select = "requests_total" }, ["errors"] = new() { Select = "errors_total" } },
        };
        source.Faults().ShouldBeEmpty();
        var used = at ?? world;
        return new PrometheusFeed(source, new PrometheusClient(prometheus, used.Clock), used.Meters, used.Ingest, new OneRollout(), used.Store, used.Clock, NullLogger<PrometheusFeed>.Instance);
    }

    private Task<List<string>> EventsAsync() =>
        world.Store.ReadAsync((db, token) => db.Set<EventRow>().Where(row => row.SubjectKind == FeedSubject.Kind).OrderBy(row => row.Sequence).Select(row => row.Type).ToListAsync(token), default);
}
