using Athena.Dashboard.Health;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Rollouts;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using Athena.Dashboard.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Tests.Rollouts;

/// <summary>Two servers on one PostgreSQL, with an application that reports to both.</summary>
public sealed class RolloutNodeTests
{
    private const string Criterion = "error_rate < 0.01";

    // A tick of ten seconds, ten to a stage.
    private const string Plan = """
        rollout:
          feature: database-views-v2
          stages:
            - { name: canary, percentage: 1, duration: 100s, criteria: [error_rate < 0.01] }
            - { name: whole, percentage: 100, duration: 100s, criteria: [error_rate < 0.01] }
          rollback: { automatic: true, conditions: [error_rate > 0.05 in 20s] }
        """;

    [Fact]
    public async Task Two_nodes_judge_count_and_act_as_one_does()
    {
        var alone = await RunAsync(isAlone: true);
        var together = await RunAsync(isAlone: false);
        together.ShouldBe(alone);
        alone[^1].ShouldContain("Bad");
    }

    /// <returns>A line for each tick: stage, counted time, verdict of the criterion with its samples.</returns>
    private static async Task<List<string>> RunAsync(bool isAlone)
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        await using var product = await RolloutProduct.StartAsync(database);
        await product.PrepareAsync();
        if (!isAlone) await product.AddNodeAsync();
        var (leader, other) = (product.Nodes[0], product.Nodes[^1]);
        var id = await product.BeginAsync(Plan);
        await LookedAsync(product, id, looks: 0);

        var seen = new List<string>();
        var reports = 0;
        while (seen.Count < 14)
        {
            // Most to the node that does not judge, some to the one that does, some to both; harm only to the former.
            var harmful = seen.Count >= 12;
            foreach (var seconds in (double[])[2, 2, 2, 2, 1.9])
            {
                product.Clock.Advance(TimeSpan.FromSeconds(seconds));
                AthenaServer[] to = harmful ? [other] : (reports++ % 5) switch { 0 => [leader], 1 => [leader, other], _ => [other] };
                await product.ReportAsync(id, harmful ? 200 : 1, [.. to.Distinct()]);
                foreach (var node in product.Nodes) await node.Get<HealthWriter>().FlushAsync();
                var now = product.Clock.GetUtcNow();
                await Wait.UntilAsync(() => product.Nodes.All(node => node.Get<IHealthSources>().Freshness(id, now).LastBatchAt == now));
            }

            product.Clock.Advance(TimeSpan.FromSeconds(0.1));
            await LookedAsync(product, id, seen.Count + 1);
            var rollout = await product.LoadAsync(id);
            var said = leader.Get<IHealthJudge>().Latest(id).First(verdict => verdict.Rule.Rule.Text == Criterion);
            seen.Add($"{rollout.CurrentStep.Name} {rollout.Counted}: {said.Verdict} from {said.Samples}");
        }

        await Wait.UntilAsync(async () => (await product.LoadAsync(id)).State == RolloutState.RolledBack);
        await Wait.UntilAsync(async () => await product.ReleaseAsync() == ReleaseState.RolledBack);
        (await product.ExposureAsync()).Percentage.ShouldBe(Percentage.Zero);
        var events = await leader.Get<Store>().ReadAsync((db, token) => db.Set<EventRow>().Select(row => row.Type).ToListAsync(token), default);
        foreach (var once in (string[])["Rollouts.RollbackDecided", "Rollouts.RolloutRolledBack", "Rollouts.RolloutStarted"]) events.Count(type => type == once).ShouldBe(1, once);
        events.Count(type => type == "Rollouts.StageEntered").ShouldBe(2);
        var journal = (await leader.Get<RolloutQueries>().FindViewAsync(id, default))!.Journal;
        journal.Count(entry => entry.Title.StartsWith("Take the flag", StringComparison.Ordinal)).ShouldBe(1);
        other.Get<IHealthJudge>().Latest(id).ShouldNotBeEmpty("its pages show what the other node found");
        return seen;
    }

    // The leader has looked at this very moment, and what it decided is stored. The first look with a report ends the
    // hold for want of one and counts nothing.
    private static async Task LookedAsync(RolloutProduct product, Guid id, int looks)
    {
        var now = product.Clock.GetUtcNow();
        var meters = product.Nodes[0].Get<HealthMeters>();
        var planned = await product.Nodes[0].Get<Store>().ReadAsync((db, token) => db.Set<EventRow>().FirstAsync(row => row.Type == "Rollouts.RolloutPlanned", token), default);
        await Wait.UntilAsync(() =>
        {
            // Wakes the loop: it may have begun to wait just before the clock moved, and would wait from now on.
            product.Nodes[0].Get<EventStream>().Publish(new EventEnvelope(planned));
            return meters.Find(id)?.Judge.Look?.At == now;
        });
        await Wait.UntilAsync(async () =>
        {
            var rollout = await product.LoadAsync(id);
            if (!rollout.State.IsInStage()) return true;
            if (!rollout.Applied || (rollout.Step * TimeSpan.FromSeconds(100)) + rollout.Counted != Math.Max(0, looks - 1) * TimeSpan.FromSeconds(10)) return false;
            // A new stage is looked at once at its beginning, where its criterion has nothing to go by yet.
            return rollout.Counted > TimeSpan.Zero || rollout.Step == 0 || rollout.Seen.Any(seen => seen.Rule == Criterion && seen.Cause == UndecidedCause.TooLittleData);
        });
    }
}
