using System.Collections.Immutable;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Process.Domain;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using Athena.Dashboard.Tests.Process;

namespace Athena.Dashboard.Tests.Rollouts;

/// <summary>Rollouts, looks and people for tests of decisions.</summary>
internal static class RolloutBuilder
{
    public static readonly DateTimeOffset Start = new(2025, 8, 15, 8, 0, 0, TimeSpan.Zero);

    public static readonly TimeSpan Tick = TimeSpan.FromSeconds(10);

    public static readonly Surroundings AllClear = new(ReleaseState.RollingOut, GateStanding.Clear, FlagIsOn: true);

    public static readonly GateStanding GatesOpen = new(false, [new RefusalItem("Production Gates: Rollback plan prepared", "open", WhoCan: "DevOps Engineer")]);

    public static readonly SourceFreshness Fresh = new(Start, TimeSpan.FromSeconds(10), 0.5, true, 1);

    public static readonly SourceFreshness StaleSource = new(Start, TimeSpan.FromSeconds(10), 3, false, 0);

    /// <summary>Two stages; the second has two parts. A minute each.</summary>
    public const string ShortPlan = """
        rollout:
          feature: database-views-v2
          stages:
            - name: internal
              percentage: 1
              duration: 1m
              criteria: [error_rate < 0.01]
            - name: gradual
              percentage: [50, 100]
              duration: 2m
              criteria: [error_rate < 0.01]
          rollback:
            automatic: true
            conditions: [error_rate > 0.05]
        """;

    public static Actor Person(params Role[] roles) =>
        new(ActorKind.Person, Guid.CreateVersion7(Start), "Release desk", Permissions.Of(roles), [.. roles]);

    public static RolloutTerms Terms(string yaml = ShortPlan) =>
        RolloutTerms.Of(new RolloutPlanReader(new FixedProcessCatalog()).Read(yaml).Value, DefaultProcess.Document, 1);

    public static Rollout Planned(string yaml = ShortPlan, bool production = true)
    {
        var id = Guid.CreateVersion7(Start);
        return RolloutCommands.Plan(id, new RolloutName(id, "1.2.0", "database-views-v2", production ? "production" : "staging", production), Terms(yaml), "Release desk", Start).Rollout;
    }

    /// <summary>Running in its first step, which the flag serves.</summary>
    public static Rollout Running(string yaml = ShortPlan)
    {
        var started = RolloutCommands.Start(Planned(yaml), Person(Role.ReleaseManager), AllClear, null, Start).Value.Rollout;
        return RolloutCommands.ExposureApplied(started, 0, Start).Rollout;
    }

    /// <summary>The same rollout in a later step, served.</summary>
    public static Rollout At(this Rollout rollout, int step) =>
        rollout with { Step = step, Applied = true, Exposed = rollout.Terms.Steps[step].Percentage };

    /// <summary>A look at which every rule says the same, except those named by their text.</summary>
    public static TickInput Look(Rollout rollout, Verdict verdict = Verdict.Good, params (string Rule, Verdict Verdict)[] except) => new(
        [.. rollout.Terms.RulesOf(rollout.CurrentStep).Select(rule => Says(rule, except.FirstOrDefault(one => one.Rule == rule.Rule.Text) is { Rule: not null } one ? one.Verdict : verdict))],
        Fresh,
        GateStanding.Clear,
        Tick,
        Tick);

    public static RolloutDecision Step(this Rollout rollout, TickInput input, DateTimeOffset? now = null) =>
        RolloutTick.Tick(rollout, input, now ?? Start.AddMinutes(1));

    // A value of which the rule is true, or is not, as the verdict wants it.
    private static double Saying(JudgedRule rule, bool bad) =>
        new[] { rule.Rule.Threshold, rule.Rule.Threshold - 1, rule.Rule.Threshold + 1 }.First(value => rule.Rule.IsTrueOf(value) == (rule.Sense == RuleSense.Trigger) == bad);

    public static RuleVerdict Says(JudgedRule rule, Verdict verdict) => new(
        rule,
        verdict,
        verdict == Verdict.Undecided ? UndecidedCause.TooLittleData : null,
        verdict == Verdict.Undecided ? 0.5 : Saying(rule, verdict == Verdict.Bad),
        verdict == Verdict.Undecided ? 10 : 1000,
        100,
        null,
        Start,
        $"{rule.Rule.Metric} is 0.5 over 1000");
}
