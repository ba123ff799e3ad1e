using Athena.Dashboard.Health;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Rollouts;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using Athena.Dashboard.Tests.Infrastructure;

namespace Athena.Dashboard.Tests.Rollouts;

/// <summary>Rollouts that are decided on evidence, with everything real but the application and the clock.</summary>
public sealed class RolloutEvidenceTests
{
    [Theory]
    [OnBothDatabases]
    public async Task Errors_that_no_threshold_minds_are_taken_back_when_those_without_the_feature_have_fewer(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind);
        await using var product = await RolloutProduct.StartAsync(database);
        await product.PrepareAsync();
        var id = await product.BeginAsync();
        // Half a percent keeps the criterion of one percent and is five times what the control has.
        await product.RunUntilAsync(id, rollout => rollout.State == RolloutState.RolledBack, exposedErrors: 5);
        (await product.ExposureAsync()).Percentage.ShouldBe(Percentage.Zero);

        var decisions = await product.Server.Get<RolloutQueries>().DecisionsAsync(id, null, default);
        var decided = decisions.Where(record => record.Kind == DecisionKind.RolledBack).ShouldHaveSingleItem();
        (decided.List, decided.Action).ShouldBe((RuleListNames.Sequential, RuleAction.RollBack));
        decided.Inputs!.Harm.ShouldHaveSingleItem().List.ShouldBe(RuleListNames.Sequential);

        VerdictRecord? found = null;
        await Wait.UntilAsync(async () =>
        {
            var records = await product.Server.Get<HealthQueries>().RecordsAsync(id, 200, default);
            found = records.FirstOrDefault(one => one is { List: RuleListNames.Sequential, Verdict: Verdict.Bad });
            return found is not null;
        });
        var record = found!;
        var evidence = record.Evidence.ShouldNotBeNull();
        evidence.LogHarmLimit.ShouldBe(Math.Log(100), 1e-9);
        evidence.LogHarm.ShouldBeGreaterThanOrEqualTo(evidence.LogHarmLimit);
        evidence.Counts.ExposedErrors.ShouldBe(evidence.Counts.ExposedRequests / 200);
        // Late reports may carry it over the limit in a stage that is over when the next look comes.
        evidence.BadSince.ShouldNotBeNull().ShouldBeInRange((await product.LoadAsync(id)).StartedAt.ShouldNotBeNull(), record.At);
    }

    [Theory]
    [OnBothDatabases]
    public async Task An_incident_that_both_sides_share_holds_and_goes_on_when_it_is_over(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind);
        await using var product = await RolloutProduct.StartAsync(database, interval: TimeSpan.FromSeconds(60));
        await product.PrepareAsync();
        var id = await product.BeginAsync(RolloutBuilder.ShortPlan.Replace("1m", "1h", StringComparison.Ordinal));
        // What is usual is known after some minutes.
        for (var report = 0; report < 9; report++) await ReportAsync(errors: 1);
        await product.RunUntilAsync(id, rollout => rollout.Counted > TimeSpan.FromSeconds(10));
        product.ControlErrors = 200;
        await product.RunUntilAsync(id, rollout => rollout.State == RolloutState.Held, exposedErrors: 200);
        var held = await product.LoadAsync(id);
        held.Cause.ShouldBe(HoldCause.SharedIncident);
        var exposed = (await product.ExposureAsync()).Percentage;
        exposed.ShouldBeGreaterThan(Percentage.Zero);
        for (var report = 0; report < 4; report++) await ReportAsync(errors: 200);
        (await product.LoadAsync(id)).State.ShouldBe(RolloutState.Held);
        (await product.ExposureAsync()).Percentage.ShouldBe(exposed);
        // Those with the feature recover two minutes after the others.
        product.ControlErrors = 1;
        for (var report = 0; report < 2; report++) await ReportAsync(errors: 200);
        var over = product.Clock.GetUtcNow();
        await product.RunUntilAsync(id, rollout => rollout.State == RolloutState.Running);
        (await product.LoadAsync(id)).Rollback.ShouldBeNull();
        // By the decision's own time: while this test looks, its time goes on.
        var ended = (await product.Server.Get<RolloutQueries>().DecisionsAsync(id, null, default)).First(record => record.Kind == DecisionKind.HoldEnded).At;
        (ended - over).ShouldBeLessThan(TimeSpan.FromMinutes(30));

        async Task ReportAsync(int errors)
        {
            product.Clock.Advance(product.Interval);
            await product.ReportAsync(id, errors);
        }
    }

    [Fact]
    public async Task A_report_that_suffices_is_acted_on_before_the_next_tick()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using var product = await RolloutProduct.StartAsync(database);
        await product.PrepareAsync();
        var id = await product.BeginAsync();
        await product.RunUntilAsync(id, rollout => rollout.Counted > TimeSpan.FromSeconds(10));

        // The clock stands still: no tick comes.
        await product.ReportAsync(id, exposedErrors: 1000);
        await Wait.UntilAsync(async () => (await product.LoadAsync(id)).State == RolloutState.RolledBack, TimeSpan.FromMinutes(5));
        (await product.ExposureAsync()).Percentage.ShouldBe(Percentage.Zero);
        (await product.Server.Get<RolloutQueries>().DecisionsAsync(id, null, default)).Where(record => record.Kind == DecisionKind.RolledBack).ShouldHaveSingleItem().List.ShouldBe(RuleListNames.Sequential);
    }

    [Theory]
    [OnBothDatabases]
    public async Task Evidence_goes_on_after_a_restart_where_it_was(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind);
        var clock = new FakeClock();
        Guid id;
        EvidenceReading before;
        await using (var first = await RolloutProduct.StartAsync(database, clock))
        {
            await first.PrepareAsync();
            id = await first.BeginAsync();
            await first.RunUntilAsync(id, rollout => rollout.Step == 1 && rollout.Counted > TimeSpan.FromSeconds(10), exposedErrors: 1);
            before = EvidenceOf(first, id)!;
            before.Counts.ExposedRequests.ShouldBeGreaterThan(0);
        }

        await using var second = await RolloutProduct.StartAsync(database, clock);
        await second.RunUntilAsync(id, _ => EvidenceOf(second, id)?.Counts.ExposedRequests > before.Counts.ExposedRequests, exposedErrors: 1);
        var after = EvidenceOf(second, id)!;
        after.Counts.ExposedErrors.ShouldBe(after.Counts.ExposedRequests / 1000);
        after.BadSince.ShouldBeNull();
        // Stakes that began with the rollout are there still; a fresh run would have all of its cash but a third.
        after.LogHarm.ShouldBe(before.LogHarm, 0.5);
    }

    private static EvidenceReading? EvidenceOf(RolloutProduct product, Guid id) =>
        product.Server.Get<IHealthJudge>().Latest(id).FirstOrDefault(verdict => verdict.Rule.Sequential?.Kind == SequentialKind.AgainstControl)?.Evidence;
}
