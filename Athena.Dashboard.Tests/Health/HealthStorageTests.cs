using Athena.Dashboard.Health;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Health.Storage;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using static Athena.Dashboard.Tests.Health.HealthBuilders;

namespace Athena.Dashboard.Tests.Health;

public sealed class HealthStorageTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, OnBothDatabases]
    public async Task After_a_kill_the_windows_are_those_of_the_last_flush(DatabaseKind kind)
    {
        using var world = await HealthWorld.CreateAsync(kind);
        for (var i = 0; i < 300; i++)
        {
            world.Clock.Advance(TimeSpan.FromSeconds(1));
            (await world.ReportAsync($"b{i}", 100 + i, i, control: 900)).Value.Status.ShouldBe(BatchReceipt.Taken);
            if (i % 7 == 0) (await world.Writer.FlushAsync()).ShouldBeTrue();
            if (i % 31 == 0) await world.Folder.FoldAsync(None);
        }

        (await world.Writer.FlushAsync()).ShouldBeTrue();
        await world.ReportAsync("lost", 1_000_000);

        using var restarted = await world.RestartedAsync();
        foreach (var seconds in (double[])[3.3, 30, 61, 200, 299, 1000])
        {
            var (before, after) = (world.Measure(seconds), restarted.Measure(seconds));
            after.From.ShouldBe(before.From);
            after.Exposed[CountSlot.Requests].ShouldBe(before.Exposed[CountSlot.Requests] - 1_000_000, $"{seconds} s");
            after.Exposed[CountSlot.Errors].ShouldBe(before.Exposed[CountSlot.Errors]);
            after.Exposed.Buckets[LatencyBounds.BucketOf(100)].ShouldBe(after.Exposed[CountSlot.Requests]);
            after.Control[CountSlot.Requests].ShouldBe(before.Control[CountSlot.Requests]);
        }

        restarted.Judge.Freshness(Rollout.RolloutId, world.Now).ShouldBe(world.Judge.Freshness(Rollout.RolloutId, world.Now));
        (await restarted.ReportAsync("b299", 1)).Value.Status.ShouldBe(BatchReceipt.Duplicate);
        (await restarted.ReportAsync("lost", 1)).Value.Status.ShouldBe(BatchReceipt.Taken, "what was lost may be sent again");
    }

    [Theory, OnBothDatabases]
    public async Task A_late_batch_is_in_the_series_once_and_in_no_window(DatabaseKind kind)
    {
        using var world = await HealthWorld.CreateAsync(kind);
        await world.ReportAsync("in time", 10, ago: 90 - 90);
        await world.ReportAsync("late", 1000, ago: 90);
        await world.Writer.FlushAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(2));
        (await world.ReportAsync("late", 1000, ago: 210)).Value.Status.ShouldBe(BatchReceipt.TakenLate);
        await world.Writer.FlushAsync();

        var series = await world.Queries.ReadAsync(Rollout.RolloutId, Noon.AddMinutes(-10), Noon.AddMinutes(10), TimeSpan.FromSeconds(10), None);
        series.Points.Where(point => point.Arm == Arm.Exposed).Select(point => (point.At, point.Requests, point.LateRequests))
            .ShouldBe([(Noon.AddSeconds(-100), 1000, 1000), (Noon.AddSeconds(-10), 10, 0)], "it is marked as late");
        world.Measure(600).Exposed[CountSlot.Requests].ShouldBe(10);
        using var restarted = await world.RestartedAsync();
        restarted.Measure(600).Exposed[CountSlot.Requests].ShouldBe(10);
    }

    [Theory, OnBothDatabases]
    public async Task Series_hold_what_was_reported_at_every_resolution(DatabaseKind kind)
    {
        var seed = 20260504 + (int)kind;
        var random = new Random(seed);
        using var world = await HealthWorld.CreateAsync(kind);
        var reported = new List<(DateTimeOffset To, long Requests)>();
        for (var i = 0; i < 300; i++)
        {
            world.Clock.Advance(TimeSpan.FromMilliseconds(random.Next(100, 20_000)));
            var (ago, requests) = (random.NextDouble() * 50, (long)random.Next(1000));
            await world.ReportAsync($"b{i}", requests, ago: ago);
            reported.Add((world.Now.AddSeconds(-ago), requests));
            if (random.Next(5) == 0) await world.Writer.FlushAsync();
            if (random.Next(9) == 0) await world.Folder.FoldAsync(None);
        }

        await world.Writer.FlushAsync();
        foreach (var step in (TimeSpan[])[TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10), TimeSpan.FromHours(1)])
        {
            var series = await world.Queries.ReadAsync(Rollout.RolloutId, Noon.AddHours(-1), world.Now, step, None);
            series.Resolution.ShouldBe(step);
            series.Points.Where(point => point.Arm == Arm.Exposed).ToDictionary(point => point.At, point => point.Requests).ShouldBe(
                reported.GroupBy(batch => new DateTimeOffset((batch.To.UtcTicks - 1) / step.Ticks * step.Ticks, TimeSpan.Zero))
                    .ToDictionary(group => group.Key, group => group.Sum(batch => batch.Requests)),
                ignoreOrder: true,
                $"seed {seed}, {step}");
        }
    }

    [Theory, OnBothDatabases]
    public async Task What_is_folded_is_the_same_whenever_it_is_folded(DatabaseKind kind)
    {
        var seed = 20261123 + (int)kind;
        var random = new Random(seed);
        using var often = await HealthWorld.CreateAsync(kind);
        using var once = await HealthWorld.CreateAsync(kind);
        for (var i = 0; i < 120; i++)
        {
            var (step, ago, requests) = (TimeSpan.FromMilliseconds(random.Next(100, 20_000)), random.NextDouble() * 90, (long)random.Next(1000));
            foreach (var world in (HealthWorld[])[often, once])
            {
                world.Clock.Advance(step);
                await world.ReportAsync($"b{i}", requests, ago: ago);
                await world.Writer.FlushAsync();
            }

            if (random.Next(4) == 0) await often.Folder.FoldAsync(None);
        }

        (await StoredAsync(once)).ShouldBeEmpty("nothing was folded yet");
        foreach (var world in (HealthWorld[])[often, once])
        {
            await world.Folder.FoldAsync(None);
            await world.Folder.FoldAsync(None);
        }

        var stored = await StoredAsync(often);
        stored.ShouldBe(await StoredAsync(once), ignoreOrder: true, $"seed {seed}");
        stored.Count(row => row.StartsWith("86400000", StringComparison.Ordinal)).ShouldBe(4, "two arms, in time and late");
    }

    [Fact]
    public async Task What_could_not_be_folded_is_folded_the_next_time()
    {
        using var world = await HealthWorld.CreateAsync(DatabaseKind.Sqlite);
        await world.ReportAsync("b1", 10);
        await world.Writer.FlushAsync();
        await world.SqlAsync("ALTER TABLE health_reporters RENAME TO gone");
        await Should.ThrowAsync<Exception>(() => world.Folder.FoldAsync(None));
        (await StoredAsync(world)).ShouldBeEmpty("a fold is whole or not at all");

        await world.SqlAsync("ALTER TABLE gone RENAME TO health_reporters");
        await world.ReportAsync("b2", 5);
        await world.Writer.FlushAsync();
        await world.Folder.FoldAsync(None);
        var series = await world.Queries.ReadAsync(Rollout.RolloutId, Noon.AddHours(-1), Noon.AddHours(1), TimeSpan.FromMinutes(1), None);
        series.Points.Where(point => point.Arm == Arm.Exposed).Sum(point => point.Requests).ShouldBe(15);
    }

    [Fact]
    public async Task What_the_database_does_not_take_waits_and_is_stored_once_it_does()
    {
        using var world = await HealthWorld.CreateAsync(DatabaseKind.Sqlite, new HealthOptions { MostUnwritten = 3 });
        await world.SqlAsync("ALTER TABLE health_flushes RENAME TO gone");
        for (var i = 0; i < 4; i++)
        {
            (await world.ReportAsync($"b{i}", 10)).IsAccepted.ShouldBeTrue();
            (await world.Writer.FlushAsync()).ShouldBeFalse();
        }

        (await world.ReportAsync("too many", 10)).Refusal!.Kind.ShouldBe(RefusalKind.TooMany);
        world.Measure(60).Exposed[CountSlot.Requests].ShouldBe(40, "rules go on meanwhile");

        await world.SqlAsync("ALTER TABLE gone RENAME TO health_flushes");
        (await world.Writer.FlushAsync()).ShouldBeTrue();
        world.Backlog.Count.ShouldBe(0);
        using var restarted = await world.RestartedAsync();
        restarted.Measure(60).Exposed[CountSlot.Requests].ShouldBe(40);
    }

    [Theory, OnBothDatabases]
    public async Task Rows_go_when_they_were_kept_long_enough(DatabaseKind kind)
    {
        using var world = await HealthWorld.CreateAsync(kind);
        await world.ReportAsync("old", 10);
        await world.Writer.FlushAsync();
        await world.Folder.FoldAsync(None);
        (await world.Retention.SweepAsync(None)).ShouldBe(0);

        world.Clock.Advance(TimeSpan.FromHours(2));
        await world.Retention.SweepAsync(None);
        (await RungsAsync(world)).ShouldBe([10, 60, 600, 3600, 86400]);
        world.Clock.Advance(TimeSpan.FromDays(8));
        await world.Retention.SweepAsync(None);
        (await RungsAsync(world)).ShouldBe([60, 600, 3600, 86400]);
        world.Retention.Forget().ShouldBe(1, "nobody has reported for a week");
        world.Meters.Find(Rollout.RolloutId).ShouldBeNull();
        world.Clock.Advance(TimeSpan.FromDays(400));
        await world.Retention.SweepAsync(None);
        (await RungsAsync(world)).ShouldBeEmpty();
    }

    [Theory, OnBothDatabases]
    public async Task Every_change_of_a_verdict_leaves_a_record_and_an_event(DatabaseKind kind)
    {
        using var world = await HealthWorld.CreateAsync(kind);
        var rule = Trigger("error_rate", Comparison.GreaterThan, 0.05, TimeSpan.FromSeconds(10));
        var scope = new HealthScope(Rollout.RolloutId, Noon, TimeSpan.FromSeconds(10));
        await world.Recorder.StartAsync(None);
        foreach (var errors in (long[])[0, 0, 60, 60])
        {
            world.Clock.Advance(TimeSpan.FromSeconds(10));
            await world.ReportAsync($"at {world.Now:O}", 1000, errors, seconds: 10, control: 9000);
            world.Judge.Judge(scope, [rule], world.Now);
        }

        await world.Recorder.StopAsync(None);

        var records = await world.Queries.RecordsAsync(Rollout.RolloutId, 10, None);
        records.Select(record => (record.Before, record.Verdict, record.Cause)).ShouldBe(
        [
            (Verdict.Undecided, Verdict.Bad, null), (Verdict.Good, Verdict.Undecided, UndecidedCause.Ambiguous), (null, Verdict.Good, null),
        ]);
        records[0].ShouldSatisfyAllConditions(
            record => record.Observed.ShouldBe(0.06),
            record => record.Exposed.ShouldBe("""{"requests":1000,"errors":60,"latencyMicros":100000000,"latencyCount":1000,"buckets":{"100":1000}}"""),
            record => record.Control.ShouldBe("""{"requests":9000}"""),
            record => record.CountedFrom.ShouldBe(world.Now.AddSeconds(-10)),
            record => record.List.ShouldBe(RuleListNames.RollbackConditions));
        var events = await world.Store.ReadAsync((db, token) => db.Set<EventRow>().OrderBy(row => row.Sequence).ToListAsync(token), None);
        events.Count.ShouldBe(3);
        events.ShouldAllBe(row => row.SubjectKind == "rollout" && row.SubjectId == Rollout.RolloutId.ToString());
        new EventEnvelope(events[2]).Event.ShouldBeOfType<VerdictChanged>().RecordId.ShouldBe(records[0].Id);
    }

    [Fact]
    public void Counts_come_back_from_json_as_they_were()
    {
        var random = new Random(7);
        for (var i = 0; i < 200; i++)
        {
            var tally = new Tally();
            foreach (var slot in Enum.GetValues<CountSlot>()) tally[slot] = random.Next(3) * random.NextInt64(1L << 40);
            foreach (ref var bucket in tally.Buckets) bucket = random.Next(3) * random.Next(100);
            if (random.Next(2) == 0) tally.AddOwn("checkouts", random.Next());
            var json = TallyJson.Write(tally);
            TallyJson.Write(TallyJson.Read(json)).ShouldBe(json);
            TallyJson.Read(json).Buckets.ToArray().ShouldBe(tally.Buckets.ToArray());
        }
    }

    private static Task<List<string>> StoredAsync(HealthWorld world) =>
        world.Store.ReadAsync(
            (db, token) => db.Set<HealthCountRow>().Select(row => $"{row.RungMilliseconds} {row.Cell} {row.Arm} {row.Late} {row.Counts}").ToListAsync(token), None);

    private static Task<List<int>> RungsAsync(HealthWorld world) =>
        world.Store.ReadAsync(
            (db, token) => db.Set<HealthCountRow>().Select(row => row.RungMilliseconds / 1000).Distinct().OrderBy(rung => rung).ToListAsync(token), None);
}
