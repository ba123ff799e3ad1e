using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Process.Contracts;
using static Athena.Dashboard.Tests.Health.HealthBuilders;

namespace Athena.Dashboard.Tests.Health;

/// <summary>What is worth a look before the next tick, and what such a look changes.</summary>
public sealed class EarlyLookTests
{
    private static readonly ImmutableArray<JudgedRule> Rules =
    [
        new(RuleListNames.Sequential, RuleSense.Trigger, new MetricRule("error_rate above the control", "error_rate", Comparison.GreaterThan, 0.05, null))
        {
            Sequential = new SequentialTest(SequentialKind.AgainstControl, 0.05, 0.01),
        },
        Trigger("error_rate", Comparison.GreaterThan, 0.05, TimeSpan.FromMinutes(5)),
    ];

    private readonly RolloutMeter meter = Meter();
    private DateTimeOffset now = Noon;
    private int batches;

    [Theory]
    [InlineData(1)]
    [InlineData(30)]
    [InlineData(600)]
    public void The_batch_that_suffices_is_noticed_and_decides_between_two_ticks(int healthyMinutes)
    {
        Pass(TimeSpan.FromMinutes(healthyMinutes));
        now = now.AddSeconds(2);
        var bad = 0;
        do
        {
            Report(exposedErrors: 60);
            bad++;
        }
        while (!meter.TakeSuspicion() && bad < 10);

        var verdicts = Look(isEarly: true);
        verdicts[0].Verdict.ShouldBe(Verdict.Bad, $"after {bad} bad batches, evidence {verdicts[0].Evidence}");
        // Rules over windows wait for their tick.
        verdicts[1].Verdict.ShouldBe(Verdict.Good);
    }

    [Fact]
    public void Healthy_reports_are_hardly_ever_worth_a_look()
    {
        const int seed = 20261123;
        var random = new Random(seed);
        Pass(TimeSpan.FromMinutes(10));
        var told = 0;
        for (var second = 0; second < 3600; second++)
        {
            now = now.AddSeconds(1);
            Report(Enumerable.Range(0, 100).Count(_ => random.Next(100) == 0), Enumerable.Range(0, 900).Count(_ => random.Next(100) == 0));
            if (meter.TakeSuspicion()) told++;
            if (second % 10 == 9) Look(isEarly: false)[0].Verdict.ShouldNotBe(Verdict.Bad);
        }

        told.ShouldBeLessThan(20, $"seed {seed}");
    }

    private void Pass(TimeSpan time)
    {
        for (var until = now + time; now < until;)
        {
            now = now.AddSeconds(10);
            Report(exposedErrors: 1);
            Look(isEarly: false);
        }

        meter.TakeSuspicion();
    }

    private void Report(int exposedErrors, int controlErrors = 9) =>
        Take(meter, Batch(now, Counts(100, exposedErrors), Counts(900, controlErrors), id: $"b{++batches}"), now);

    private ImmutableArray<RuleVerdict> Look(bool isEarly) =>
        meter.Judge.LookAt(new HealthScope(Rollout.RolloutId, Noon, TimeSpan.FromSeconds(10)) { IsSplit = true, IsEarly = isEarly }, Rules, Catalogue, meter, now).Verdicts;
}
