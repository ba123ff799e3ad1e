using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using Athena.Dashboard.Tests.Infrastructure;
using static Athena.Dashboard.Tests.Rollouts.RolloutServer;

namespace Athena.Dashboard.Tests.Rollouts;

/// <summary>Rollouts that are taken back, at once and step by step.</summary>
public sealed class RolloutWayDownTests
{
    [Theory]
    [OnBothDatabases]
    public async Task Harm_rolls_back_once_flag_first_then_the_release(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind);
        await using var server = await StartAsync(database, new RolloutWorld());
        var id = await server.BeginAsync();
        await server.RunUntilAsync(id, rollout => rollout.Step == 1 && rollout.Applied);
        server.World.Judge("error_rate > 0.05", Verdict.Bad);
        await server.RunUntilAsync(id, rollout => rollout.State == RolloutState.RolledBack);
        server.World.Effects.ShouldBe(["claim", "set 1 %", "set 50 %", "set 0 %", "free", "roll back release"]);
        var view = (await server.Queries.FindViewAsync(id, default)).ShouldNotBeNull();
        view.Summary.Exposed.ShouldBe(Percentage.Zero);
        view.Journal.Length.ShouldBe(5);
        view.Journal.ShouldAllBe(entry => entry.State == Dashboard.Rollouts.Storage.IntentState.Done);
        var decided = (await server.Queries.DecisionsAsync(id, null, default)).Single(record => record.Kind == DecisionKind.RolledBack);
        decided.Rule.ShouldBe("error_rate > 0.05");
        decided.List.ShouldBe(RuleListNames.RollbackConditions);
        decided.Inputs.ShouldNotBeNull().Verdicts.ShouldContain(verdict => verdict.Verdict == Verdict.Bad && verdict.Samples == 1000);
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_gradual_rollback_serves_each_step_for_its_time_and_then_nobody(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind);
        await using var server = await StartAsync(database, new RolloutWorld());
        var id = await server.BeginAsync();
        await server.RunUntilAsync(id, rollout => rollout is { Step: 2, Applied: true });
        server.World.ForgetEffects();
        server.World.Judge("response_time > 5000ms in 10m", Verdict.Bad);
        await server.RunUntilAsync(id, rollout => rollout.State == RolloutState.RolledBack);
        // By the journal: while this test looks, its time goes on.
        var exposures = (await server.Queries.FindViewAsync(id, default)).ShouldNotBeNull().Exposures;
        exposures.Select(step => step.Fraction).ShouldBe([0.01, 0.5, 1, 0.5, 0.01, 0]);
        (exposures[4].At - exposures[3].At).ShouldBeGreaterThan(TimeSpan.FromSeconds(55));
        (exposures[5].At - exposures[4].At).ShouldBeGreaterThan(TimeSpan.FromSeconds(55));
        server.World.Effects.ShouldBe(["set 50 %", "set 1 %", "set 0 %", "free", "roll back release"]);
        (await server.EventsAsync()).Count(name => name == "Rollouts.RollbackDecided").ShouldBe(1);
    }

    [Fact]
    public async Task Who_does_not_wait_for_a_gradual_rollback_has_the_rest_at_once_and_the_flag_off()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using var server = await StartAsync(database, new RolloutWorld());
        var id = await server.BeginAsync();
        await server.RunUntilAsync(id, rollout => rollout is { Step: 2, Applied: true });
        server.World.ForgetEffects();
        (await server.Service.RollBackAsync(id, RuleAction.Gradual, "Slowly.", Manager, default)).IsAccepted.ShouldBeTrue();
        await server.RunUntilAsync(id, rollout => rollout.Exposed == Percentage.From(50));
        (await server.Service.RollBackAsync(id, RuleAction.Emergency, "It burns.", Manager, default)).IsAccepted.ShouldBeTrue();
        await Wait.UntilAsync(async () => (await server.LoadAsync(id)).State == RolloutState.RolledBack);
        server.World.Effects.ShouldBe(["set 50 %", "switch off", "set 0 %", "free", "roll back release"]);
        server.World.FlagEnabled.ShouldBeFalse();
    }

    [Fact]
    public async Task Worse_harm_does_not_wait_for_a_gradual_rollback()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using var server = await StartAsync(database, new RolloutWorld());
        var id = await server.BeginAsync();
        await server.RunUntilAsync(id, rollout => rollout is { Step: 2, Applied: true });
        server.World.ForgetEffects();
        server.World.Judge("response_time > 5000ms in 10m", Verdict.Bad);
        await server.RunUntilAsync(id, rollout => rollout.State == RolloutState.RollingBack && rollout.Exposed == Percentage.From(50));
        server.World.Judge("error_rate > 0.05", Verdict.Bad);
        await server.RunUntilAsync(id, rollout => rollout.State == RolloutState.RolledBack);
        server.World.Effects.ShouldBe(["set 50 %", "set 0 %", "free", "roll back release"]);
        var hurried = (await server.Queries.DecisionsAsync(id, null, default)).Where(record => record.Kind == DecisionKind.Hurried).ShouldHaveSingleItem();
        (hurried.Rule, hurried.Action, hurried.Inputs?.State).ShouldBe(("error_rate > 0.05", RuleAction.RollBack, RolloutState.RollingBack));
        (await server.EventsAsync()).Count(name => name == "Rollouts.RollbackDecided").ShouldBe(1);
    }

    public static TheoryData<string> GradualDeaths() =>
        [.. ((string[])["set 50 %", "set 1 %", "set 0 %", "free", "roll back release"]).SelectMany(what => (string[])["before " + what, "after " + what])];

    [Theory]
    [MemberData(nameof(GradualDeaths))]
    public async Task A_server_that_dies_on_the_way_down_goes_on_from_there(string at)
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        var world = new RolloutWorld();
        var dead = false;
        Guid id;
        await using (var first = await StartAsync(database, world))
        {
            id = await first.BeginAsync();
            await first.RunUntilAsync(id, rollout => rollout is { Step: 2, Applied: true });
            world.ForgetEffects();
            world.OnCall = call =>
            {
                dead |= call == at;
                if (dead) throw new IOException("The process is gone.");
            };
            (await first.Service.RollBackAsync(id, RuleAction.Gradual, null, Manager, default)).IsAccepted.ShouldBeTrue();
            await first.RunUntilAsync(id, _ => dead);
        }

        world.OnCall = _ => { };
        await using var second = await StartAsync(database, world);
        await second.RunUntilAsync(id, rollout => rollout.State == RolloutState.RolledBack);
        world.Effects.ShouldBe(["set 50 %", "set 1 %", "set 0 %", "free", "roll back release"]);
        (await second.EventsAsync()).Count(name => name == "Rollouts.RollbackDecided").ShouldBe(1);
    }
}
