using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Health.Storage;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using static Athena.Dashboard.Tests.Health.HealthBuilders;

namespace Athena.Dashboard.Tests.Health;

/// <summary>Two nodes on one PostgreSQL: each has the windows of all batches, whoever took them.</summary>
public sealed class HealthNodeTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task What_one_node_took_is_in_the_windows_of_the_other_once_it_is_stored()
    {
        using var one = await HealthWorld.CreateAsync(DatabaseKind.Postgres);
        using var other = await one.RestartedAsync();
        for (var i = 0; i < 40; i++)
        {
            one.Clock.Advance(TimeSpan.FromSeconds(1));
            await (i % 2 == 0 ? one : other).ReportAsync($"b{i}", 100 + i, i, seconds: 3, control: 900, instance: $"api-{i % 3}");
        }

        await StoreAsync(one, other);
        var alone = await one.RestartedAsync();
        foreach (var seconds in (double[])[3.3, 17, 60])
        {
            foreach (var node in (HealthWorld[])[one, other])
            {
                TallyJson.Write(node.Measure(seconds).Exposed).ShouldBe(TallyJson.Write(alone.Measure(seconds).Exposed));
                TallyJson.Write(node.Measure(seconds).Control).ShouldBe(TallyJson.Write(alone.Measure(seconds).Control));
            }
        }

        one.Measure(60).Exposed[CountSlot.Requests].ShouldBe(Enumerable.Range(0, 40).Sum(i => 100 + i));
        other.Judge.Freshness(Rollout.RolloutId, one.Now).ShouldBe(one.Judge.Freshness(Rollout.RolloutId, one.Now));
        one.Judge.Freshness(Rollout.RolloutId, one.Now).Instances.ShouldBe(3);
        one.Meters.Find(Rollout.RolloutId)!.SettleGaps(one.Now.AddMinutes(2)).ShouldBeEmpty("the other node has what is missing here");
        alone.Dispose();
    }

    [Fact]
    public async Task Whatever_is_sent_to_whom_every_batch_counts_once()
    {
        using var one = await HealthWorld.CreateAsync(DatabaseKind.Postgres);
        using var other = await one.RestartedAsync();
        HealthWorld[] nodes = [one, other];
        var sentInAll = 0L;
        for (var seed = 1; seed <= 20; seed++)
        {
            var random = new Random(seed);
            one.Clock.Advance(TimeSpan.FromMinutes(2));
            var sent = 0L;
            for (var i = 0; i < 60; i++)
            {
                one.Clock.Advance(TimeSpan.FromMilliseconds(random.Next(500)));
                var requests = random.Next(1, 100);
                var to = random.Next(3) == 0 ? nodes : [nodes[random.Next(2)]];
                foreach (var node in to.OrderBy(_ => random.Next())) await node.ReportAsync($"{seed}/{i}", requests);
                sent += requests;
                if (random.Next(3) == 0) await nodes[random.Next(2)].Writer.FlushAsync();
                if (random.Next(5) == 0) await nodes[random.Next(2)].Folder.FoldAsync(None);
                if (random.Next(3) == 0) await nodes[random.Next(2)].Follower.CatchUpAsync(None);
                foreach (var node in nodes.Where(node => node.Meters.Find(Rollout.RolloutId) is not null))
                    node.Measure(60).Exposed[CountSlot.Requests].ShouldBeLessThanOrEqualTo(sent, $"seed {seed}, step {i}: a batch never counts twice, not for a moment");
            }

            await StoreAsync(one, other);
            sentInAll += sent;
            foreach (var node in nodes) node.Measure(60).Exposed[CountSlot.Requests].ShouldBe(sent, $"seed {seed}");
            var series = await one.Queries.ReadAsync(Rollout.RolloutId, Noon.AddHours(-1), Noon.AddHours(2), TimeSpan.FromMinutes(1), None);
            series.Points.Where(point => point.Arm == Arm.Exposed).Sum(point => point.Requests).ShouldBe(sentInAll, $"seed {seed}");
            foreach (var node in nodes) (await node.ReportAsync($"{seed}/0", 5)).Value.Status.ShouldBe(BatchReceipt.Duplicate, $"seed {seed}");
        }
    }

    [Fact]
    public async Task A_flush_that_only_seemed_to_fail_is_not_stored_twice()
    {
        using var world = await HealthWorld.CreateAsync(DatabaseKind.Postgres);
        await world.ReportAsync("b1", 10);
        var meter = world.Meters.Find(Rollout.RolloutId)!;
        var taken = meter.TakeUnwritten();
        for (var i = 0; i < 2; i++)
        {
            await using var db = world.Contexts.CreateRelaxed();
            var elsewhere = await HealthRowWriter.WriteAsync(db, [taken], world.Node.Id, new HashSet<Guid>(), world.Now, None);
            elsewhere.Single().ShouldBeEmpty("it is this node that has it");
            meter.Settle(taken.Batches, elsewhere.Single());
        }

        world.Measure(60).Exposed[CountSlot.Requests].ShouldBe(10);
        using var restarted = await world.RestartedAsync();
        restarted.Measure(60).Exposed[CountSlot.Requests].ShouldBe(10);
        (await FlushesAsync(world)).ShouldBe(1);
    }

    [Fact]
    public async Task The_verdicts_of_the_node_that_judges_are_seen_on_the_other()
    {
        using var judge = await HealthWorld.CreateAsync(DatabaseKind.Postgres);
        using var other = await judge.RestartedAsync();
        await other.ReportAsync("b1", 1000, errors: 100);
        await StoreAsync(judge, other);
        var scope = new HealthScope(Rollout.RolloutId, Noon.AddMinutes(-1), TimeSpan.FromSeconds(10)) { Exposure = Dashboard.Platform.Kernel.Percentage.From(10) };
        var verdicts = judge.Judge.Judge(scope, [Trigger("error_rate", Comparison.GreaterThan, 0.05)], judge.Now);
        verdicts.Single().Samples.ShouldBe(1000);
        other.Judge.Latest(Rollout.RolloutId).ShouldBeEmpty();

        await StoreAsync(judge, other);
        var told = other.Judge.Latest(Rollout.RolloutId).ShouldHaveSingleItem();
        (told.Cause, told.Observed, told.Explanation).ShouldBe((verdicts[0].Cause, verdicts[0].Observed, verdicts[0].Explanation));
        LiveValues.Now(other.Meters.Find(Rollout.RolloutId)!, other.Now)["exposure"].ShouldBe(0.1);
        await StoreAsync(judge, other);
        (await FlushesAsync(judge)).ShouldBe(2, "a look is told once");
    }

    [Fact]
    public async Task A_node_that_slept_loads_the_windows_anew()
    {
        using var one = await HealthWorld.CreateAsync(DatabaseKind.Postgres);
        using var other = await one.RestartedAsync();
        await one.ReportAsync("before", 10);
        await one.Writer.FlushAsync();
        one.Clock.Advance(TimeSpan.FromMinutes(11));
        await one.Retention.SweepAsync(None);
        (await FlushesAsync(one)).ShouldBe(1, "it is in no count yet");
        await one.Folder.FoldAsync(None);
        await one.Retention.SweepAsync(None);
        (await FlushesAsync(one)).ShouldBe(0);
        await one.ReportAsync("after", 100);
        await one.Writer.FlushAsync();
        await other.ReportAsync("own", 1000);

        await other.Follower.CatchUpAsync(None);
        other.Measure(3600).Exposed[CountSlot.Requests].ShouldBe(1110);
        await StoreAsync(one, other);
        one.Measure(3600).Exposed[CountSlot.Requests].ShouldBe(1110);
        other.Measure(3600).Exposed[CountSlot.Requests].ShouldBe(1110);
    }

    [Fact]
    public async Task Where_there_can_be_no_other_node_nothing_is_kept_for_one()
    {
        using var world = await HealthWorld.CreateAsync(DatabaseKind.Sqlite);
        await world.ReportAsync("b1", 10);
        await world.Writer.FlushAsync();
        await world.Folder.FoldAsync(None);
        (await FlushesAsync(world)).ShouldBe(0);
    }

    // Twice, because what the second stores concerns the first.
    private static async Task StoreAsync(HealthWorld one, HealthWorld other)
    {
        for (var i = 0; i < 2; i++)
        {
            (await one.Writer.FlushAsync()).ShouldBeTrue();
            (await other.Writer.FlushAsync()).ShouldBeTrue();
            await one.Follower.CatchUpAsync(None);
            await other.Follower.CatchUpAsync(None);
        }
    }

    private static Task<int> FlushesAsync(HealthWorld world) => world.Store.ReadAsync((db, token) => db.Set<HealthFlushRow>().CountAsync(token), None);
}
