using Athena.Dashboard.Health;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Health.Domain.Otlp;
using Athena.Dashboard.Health.Otlp;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using static Athena.Dashboard.Tests.Health.HealthBuilders;

namespace Athena.Dashboard.Tests.Health.Otlp;

/// <summary>Exports that reach any node, and none at all; on a clock that moves when told.</summary>
public sealed class OtlpIngestTests
{
    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.Postgres)]
    public async Task An_export_is_counted_on_by_whichever_node_it_reaches_also_after_a_restart(DatabaseKind kind)
    {
        using var world = await HealthWorld.CreateAsync(kind);
        using var other = await world.RestartedAsync();
        using var here = Ingest(world);
        using var there = Ingest(other);

        (await TakeAsync(here, world, 1000)).Rejected.ShouldBe(0);
        await TakeAsync(there, world, 1100);
        // Sent again, and to the other one.
        await AgainAsync(here, world, 1100);
        await TakeAsync(here, world, 1250);
        await world.Writer.FlushAsync();
        await other.Writer.FlushAsync();
        using var restarted = await world.RestartedAsync();
        using var again = Ingest(restarted);
        await TakeAsync(again, world, 1300);
        await restarted.Writer.FlushAsync();
        restarted.Measure(900).Exposed[CountSlot.Requests].ShouldBe(300);
    }

    [Fact]
    public async Task A_silence_is_told_and_holds_and_is_never_a_verdict()
    {
        using var world = await HealthWorld.CreateAsync(DatabaseKind.Sqlite);
        using var ingest = Ingest(world);
        var feed = ingest.Feeds[0];
        await ingest.WatchAsync(feed, CancellationToken.None);
        feed.Status.State.ShouldBe(FeedState.Waiting);
        for (var i = 1; i <= 5; i++) await TakeAsync(ingest, world, 1000 * i);
        await ingest.WatchAsync(feed, CancellationToken.None);
        feed.Status.State.ShouldBe(FeedState.Answering);
        var started = world.Now.AddMinutes(-5);
        Look().Verdict.ShouldBe(Verdict.Good);

        for (var minute = 0; minute < 60; minute++)
        {
            world.Clock.Advance(TimeSpan.FromMinutes(1));
            await ingest.WatchAsync(feed, CancellationToken.None);
            if (minute < 3) continue;
            (Look().Verdict, Look().Cause).ShouldBe((Verdict.Undecided, UndecidedCause.Stale));
            Look().Explanation.ShouldBe($"till: {feed.Status.Detail}");
        }

        (feed.Status.State, feed.Status.IsTold).ShouldBe((FeedState.Stale, true));
        await TakeAsync(ingest, world, 70_000);
        for (var i = 1; i <= 2; i++) await TakeAsync(ingest, world, 70_000 + (1000 * i));
        (feed.Status.State, feed.Status.IsTold, Look().Verdict).ShouldBe((FeedState.Answering, false, Verdict.Good));
        var events = await world.Store.ReadAsync((db, token) => db.Set<EventRow>().OrderBy(row => row.Sequence).Select(row => row.Type).ToListAsync(token), CancellationToken.None);
        events.Where(type => type.StartsWith("Health.HealthFeed", StringComparison.Ordinal)).ShouldBe(["Health.HealthFeedFailed", "Health.HealthFeedRecovered"]);
        world.Measure(7200).Exposed[CountSlot.Requests].ShouldBe(6000);

        RuleVerdict Look() => world.Judge.Judge(
            new HealthScope(Rollout.RolloutId, started, TimeSpan.FromSeconds(1)), [Trigger("error_rate", Comparison.GreaterThan, 0.05, TimeSpan.FromMinutes(5))], world.Now)[0];
    }

    [Fact]
    public async Task While_counts_cannot_be_stored_nothing_more_is_taken()
    {
        using var world = await HealthWorld.CreateAsync(DatabaseKind.Sqlite, new HealthOptions { MostUnwritten = 100 });
        using var ingest = Ingest(world, 100);
        for (var i = 0; i <= 101; i++) await TakeAsync(ingest, world, i * 10);
        (await ingest.TakeAsync([Point(5000, world.Now)], "production", CancellationToken.None)).ShouldBeNull();
        await world.Writer.FlushAsync();
        await TakeAsync(ingest, world, 1020);
        world.Measure(36_000).Exposed[CountSlot.Requests].ShouldBe(1020);
    }

    private static OtlpIngest Ingest(HealthWorld world, int mostUnwritten = 100_000)
    {
        var source = new OpenTelemetrySource { Name = "till", Counts = { ["requests"] = new() { Metric = "shop.requests" }, ["errors"] = new() { Metric = "shop.errors" } } };
        return new OtlpIngest(
            world.Ingest, world.Meters, world.Backlog, new OneRollout(), world.Contexts, world.Store, world.Clock,
            Options.Create(new OpenTelemetryOptions { Sources = { source } }), Options.Create(new HealthOptions { MostUnwritten = mostUnwritten }), NullLogger<OtlpIngest>.Instance);
    }

    private static async Task<OtlpTaken> TakeAsync(OtlpIngest ingest, HealthWorld world, double value)
    {
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        return await AgainAsync(ingest, world, value);
    }

    private static async Task<OtlpTaken> AgainAsync(OtlpIngest ingest, HealthWorld world, double value) =>
        (await ingest.TakeAsync([Point(value, world.Now)], "production", CancellationToken.None))!;

    private static OtlpPoint Point(double value, DateTimeOffset at) => new(
        "shop.requests", "", OtlpKind.Cumulative, "", new Dictionary<string, string> { ["service.name"] = "till" },
        new Dictionary<string, string> { ["feature_flag.key"] = Rollout.FlagKey, ["arm"] = "exposed" }, null, at, value, null);
}
