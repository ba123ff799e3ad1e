using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using Athena.Dashboard.Tests.Infrastructure;
using static Athena.Dashboard.Tests.Rollouts.RolloutBuilder;

namespace Athena.Dashboard.Tests.Rollouts;

/// <summary>Rollouts under a clock that was ahead and is put back.</summary>
public sealed class RolloutClockTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Fact]
    public void What_was_noted_by_a_clock_that_was_ahead_counts_as_noted_now()
    {
        var rollout = Running();
        var now = Start - Hour;
        var decision = RolloutTick.PutRight(rollout, now).ShouldNotBeNull();
        var right = decision.Rollout;
        (right.StartedAt, right.StageStartedAt, right.LetRunAt, right.StateSince, right.RecordedAt).ShouldBe((now, now, now, now, now));
        (right.Counted, right.Step, right.State).ShouldBe((rollout.Counted, rollout.Step, rollout.State));
        decision.Record.ShouldNotBeNull().Kind.ShouldBe(DecisionKind.ClockPutBack);
        (decision.Events.Length, decision.Intents.Length).ShouldBe((0, 0));
        RolloutTick.PutRight(right, now).ShouldBeNull();
    }

    [Fact]
    public void Clocks_of_two_servers_may_be_seconds_apart()
    {
        RolloutTick.PutRight(Running(), Start.AddSeconds(-4)).ShouldBeNull();
        RolloutTick.PutRight(Planned(), Start.AddSeconds(-4)).ShouldBeNull();
    }

    [Fact]
    public async Task A_rollout_that_began_an_hour_ahead_is_looked_at_from_now_on()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using var server = await RolloutServer.StartAsync(database, new RolloutWorld());
        var id = await server.BeginAsync();
        await server.RunUntilAsync(id, rollout => rollout.Counted > TimeSpan.Zero);
        server.World.Clock.JumpWallClock(-Hour);
        await server.RunUntilAsync(id, rollout => rollout.StageStartedAt <= server.World.Clock.GetUtcNow());
        await server.RunUntilAsync(id, rollout => rollout.State == RolloutState.Completed);
        (await server.Queries.DecisionsAsync(id, null, default)).Count(record => record.Kind == DecisionKind.ClockPutBack).ShouldBe(1);
    }

    [Fact]
    public async Task A_clock_that_is_put_back_delays_no_step_of_a_gradual_rollback()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using var server = await RolloutServer.StartAsync(database, new RolloutWorld());
        var id = await server.BeginAsync();
        await server.RunUntilAsync(id, rollout => rollout is { Step: 2, Applied: true });
        server.World.Judge("response_time > 5000ms in 10m", Verdict.Bad);
        await server.RunUntilAsync(id, rollout => rollout.Exposed < Percentage.Hundred);
        var began = server.World.Clock.GetTimestamp();
        // By so much that time which goes on while a busy machine comes to it is nothing beside it.
        server.World.Clock.JumpWallClock(-Day);
        await server.RunUntilAsync(id, rollout => rollout.State == RolloutState.RolledBack);
        server.World.Clock.GetElapsedTime(began).ShouldBeLessThan(Day / 2);
    }
}
