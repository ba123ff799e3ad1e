using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Health.Domain;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Rollouts.Domain.Rehearsals;
using static Athena.Dashboard.Tests.Health.HealthBuilders;

namespace Athena.Dashboard.Tests.Health.Evidence;

/// <summary>
/// Incidents that both arms share, simulated minute by minute through everything that judges a rollout: the control in
/// it for half an hour from minute 60 on, and the exposed in it and out of it some minutes earlier or later.
/// </summary>
public sealed class IncidentTests
{
    private const int From = 60;
    private const int To = 90;
    private const double Usual = 0.01;
    private const int Runs = 50;

    private static readonly JudgedRule Relative = new(RuleListNames.Sequential, RuleSense.Trigger, Rule("error_rate", Comparison.GreaterThan, 0.05))
    {
        Sequential = new SequentialTest(SequentialKind.AgainstControl, 0.05, 0.01),
    };

    private static readonly JudgedRule Absolute = new(RuleListNames.Sequential, RuleSense.Requirement, Rule("error_rate", Comparison.LessThan, 0.02))
    {
        Sequential = new SequentialTest(SequentialKind.AgainstLimit, 0.02, 0.01),
    };

    private static readonly ImmutableArray<JudgedRule> Rules =
    [
        Relative, Absolute,
        // As many requests as chance cannot turn by itself.
        Criterion("error_rate", Comparison.LessThan, 0.02, sample: 10_000),
        Trigger("error_rate", Comparison.GreaterThan, 0.05, TimeSpan.FromMinutes(5)),
    ];

    [Theory]
    [InlineData(0.01, 0)]
    [InlineData(0.1, 0)]
    [InlineData(0.5, 0)]
    [InlineData(0.1, 2)]
    [InlineData(0.5, 4)]
    [InlineData(0.5, -2)]
    [InlineData(0.1, 0, 0.5)]
    [InlineData(0.5, 3, 0.5)]
    public void An_incident_takes_nothing_back_holds_and_is_over_soon_after_it_is(double share, int later, double variation = 0)
    {
        var takenBack = 0;
        for (var seed = 1; seed <= Runs; seed++)
        {
            var run = new Run(share, variation, new Draws(seed));
            var (held, wasTakenBack) = (false, false);
            for (var minute = 0; minute < 150; minute++)
            {
                var verdicts = run.Next(minute, (minute >= From && minute < To + later ? 10 : 1) * Usual, (minute is >= From and < To ? 10 : 1) * Usual);
                var harm = verdicts.Where(verdict => verdict.Verdict == Verdict.Bad).ToList();
                held |= harm.Exists(verdict => verdict.IsShared);
                // The limit alone asks a person.
                if (harm.Exists(verdict => !verdict.IsShared && verdict.Rule != Absolute))
                {
                    wasTakenBack = true;
                    break;
                }

                // The control as usual for five minutes, and two until no report can come any more; a burst of it takes as long again.
                if (minute > To + (variation > 0 ? 20 : 9)) harm.Where(verdict => verdict.IsShared).ShouldBeEmpty($"seed {seed}, minute {minute}");
            }

            if (wasTakenBack && run.Minutes > From) takenBack++;
            else if (!wasTakenBack) held.ShouldBeTrue($"seed {seed}");
        }

        // 2 % of the incidents.
        takenBack.ShouldBeLessThanOrEqualTo(Runs / 50);
    }

    [Fact]
    public void What_the_feature_does_beside_an_incident_is_found_all_the_same()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            FoundAt(seed, minute => minute >= 70 ? 0.5 : minute >= From ? 0.1 : Usual).ShouldBeInRange(70, 82, "far worse than the incident");
            FoundAt(seed, minute => minute >= To ? 0.05 : minute >= From ? 0.1 : Usual).ShouldBeInRange(To, To + 15, "still broken when it is over");
        }

        static int FoundAt(int seed, Func<int, double> exposed)
        {
            var run = new Run(0.1, 0, new Draws(seed));
            return Enumerable.Range(0, 150).First(minute => run.Next(minute, exposed(minute), (minute is >= From and < To ? 10 : 1) * Usual)
                .Any(verdict => verdict is { Verdict: Verdict.Bad, IsShared: false } && verdict.Rule != Absolute));
        }
    }

    [Fact]
    public void A_control_that_stays_worse_is_what_is_usual_after_an_hour()
    {
        var run = new Run(0.1, 0, new Draws(5));
        for (var minute = 0; minute < 140; minute++) run.Next(minute, minute >= From ? 0.04 : Usual, minute >= From ? 0.04 : Usual);
        run.IsInIncident.ShouldBeFalse();
        Enumerable.Range(140, 20).Any(minute => run.Next(minute, 0.15, 0.04).Any(verdict => verdict.Rule == Relative && verdict is { Verdict: Verdict.Bad, IsShared: false })).ShouldBeTrue();
    }

    /// <summary>One rollout of 6,000 requests a minute, looked at twice a minute.</summary>
    private sealed class Run(double share, double variation, Draws draws)
    {
        private static readonly HealthScope Scope = new(Rollout.RolloutId, Noon, TimeSpan.FromSeconds(10)) { RolloutStarted = Noon, IsSplit = true };
        private readonly RolloutMeter meter = Meter();
        private readonly StageJudge judge = new();

        public int Minutes { get; private set; }

        public bool IsInIncident => judge.Look!.Evidence!.Watch!.Open is not null;

        public ImmutableArray<RuleVerdict> Next(int minute, double exposedRate, double controlRate)
        {
            Minutes = minute + 1;
            var (exposed, control) = (draws.Burst(variation), draws.Burst(variation));
            var verdicts = ImmutableArray<RuleVerdict>.Empty;
            for (var half = 1; half <= 2; half++)
            {
                var now = Noon.AddMinutes(minute).AddSeconds(half * 30);
                Take(meter, Batch(now, Of(3000 * share, exposedRate * exposed), Of(3000 * (1 - share), controlRate * control), seconds: 30), now);
                var seen = judge.LookAt(Scope, Rules, Catalogue, meter, now).Verdicts;
                verdicts = [.. verdicts, .. seen];
            }

            return verdicts;
        }

        private Tally Of(double requests, double rate) => Counts((long)requests, draws.Binomial((long)requests, Math.Min(1, rate)));
    }
}
