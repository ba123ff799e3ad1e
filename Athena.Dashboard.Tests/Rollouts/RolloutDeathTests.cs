using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Rollouts;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using Athena.Dashboard.Tests.Infrastructure;
using static Athena.Dashboard.Tests.Rollouts.RolloutServer;

namespace Athena.Dashboard.Tests.Rollouts;

/// <summary>Servers that end, orderly or not, and the ones that go on after them.</summary>
public sealed class RolloutDeathTests
{
    [Theory]
    [OnBothDatabases]
    public async Task A_new_server_goes_on_with_the_same_stage_and_the_same_counted_time(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind);
        var world = new RolloutWorld();
        Rollout before;
        await using (var first = await StartAsync(database, world))
        {
            var id = await first.BeginAsync();
            await first.RunUntilAsync(id, rollout => rollout.Step == 1 && rollout.Counted > TimeSpan.FromSeconds(10));
            await first.DisposeAsync();
            before = await first.LoadOverAsync(database, id);
        }

        world.Clock.Advance(TimeSpan.FromHours(5));
        // Before it starts: it may look as soon as that, and its clock stands.
        var looks = world.Looks;
        await using var second = await StartAsync(database, world);
        await Wait.UntilAsync(() => world.Looks > looks);
        var after = await second.LoadAsync(before.Id);
        (after.Step, after.Counted, after.State).ShouldBe((before.Step, before.Counted, RolloutState.Running));
        await second.RunUntilAsync(before.Id, rollout => rollout.State == RolloutState.Completed);
        await Wait.UntilAsync(() => world.Release == ReleaseState.Completed);
        world.Effects.ShouldBe(["claim", "set 1 %", "set 50 %", "set 100 %", "free", "complete release"]);
    }

    public static TheoryData<DatabaseKind, string> Deaths()
    {
        var data = new TheoryData<DatabaseKind, string>();
        foreach (var kind in Enum.GetValues<DatabaseKind>())
        {
            foreach (var what in (string[])["claim", "set 1 %", "set 50 %", "set 0 %", "free", "roll back release"])
            {
                data.Add(kind, "before " + what);
                data.Add(kind, "after " + what);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Deaths))]
    public async Task A_server_that_dies_at_any_step_leaves_exactly_one_of_each_action(DatabaseKind kind, string at)
    {
        using var database = await TestDatabase.CreateAsync(kind);
        var world = new RolloutWorld();
        var dead = false;
        world.OnCall = call =>
        {
            dead |= call == at;
            if (dead) throw new IOException("The process is gone.");
        };
        var planned = await LiveAsync(database, world, () => dead);
        dead.ShouldBeTrue();
        world.OnCall = _ => { };
        await using var second = await StartAsync(database, world);
        await second.RunUntilAsync(planned, rollout => rollout.Step == 1 && rollout.Applied || rollout.State.IsOver());
        world.Judge("error_rate > 0.05", Verdict.Bad);
        await second.RunUntilAsync(planned, rollout => rollout.State == RolloutState.RolledBack);
        world.Effects.ShouldBe(["claim", "set 1 %", "set 50 %", "set 0 %", "free", "roll back release"]);
        (await second.EventsAsync()).Count(name => name == "Rollouts.RollbackDecided").ShouldBe(1);
        (await second.EventsAsync()).Count(name => name == "Rollouts.RolloutRolledBack").ShouldBe(1);
    }

    // Lives until the call at which it dies, driving the rollout towards harm.
    private static async Task<Guid> LiveAsync(TestDatabase database, RolloutWorld world, Func<bool> dead)
    {
        await using var server = await StartAsync(database, world);
        var planned = (await server.Service.PlanAsync(new RolloutRequest("1.2.0", "production", null, RolloutBuilder.ShortPlan), Manager, default)).Value;
        (await server.Service.StartAsync(planned.Id, planned.Version, null, Manager, default)).IsAccepted.ShouldBeTrue();
        await server.RunUntilAsync(planned.Id, rollout =>
        {
            if (rollout is { Step: 1, Applied: true }) world.Judge("error_rate > 0.05", Verdict.Bad);
            return dead();
        });
        return planned.Id;
    }
}
