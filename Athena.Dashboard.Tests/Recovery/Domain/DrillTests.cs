using System.Collections.Immutable;
using System.Text.Json;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Process.Domain;
using Athena.Dashboard.Recovery.Contracts;
using Athena.Dashboard.Recovery.Domain;
using Athena.Dashboard.Rollouts.Contracts;

namespace Athena.Dashboard.Tests.Recovery.Domain;

/// <summary>Where drills may be, and what counts as passed.</summary>
public sealed class DrillTests
{
    private static readonly DateTimeOffset Now = new(2025, 8, 15, 10, 0, 0, TimeSpan.Zero);
    private static readonly Actor QaLead = Person(Role.QaLead);
    private static readonly ImmutableArray<TargetEnvironment> Environments = DefaultProcess.Document.Environments;

    [Fact]
    public void Whoever_may_roll_back_may_rehearse_it_and_nobody_else()
    {
        Why("staging", QaLead).ShouldBeNull();
        var refusal = Why("staging", Person(Role.ProductManager)).ShouldNotBeNull();
        refusal.Kind.ShouldBe(RefusalKind.Forbidden);
        refusal.WhoCan.ShouldContain("QA Lead");
        Why("staging", QaLead with { Environment = "development" })!.Kind.ShouldBe(RefusalKind.Forbidden);
    }

    [Fact]
    public void Nothing_is_rehearsed_in_production()
    {
        Why("production", QaLead)!.Code.ShouldBe("drill_in_production");
        Why("nowhere", QaLead)!.Items[0].Expected.ShouldBe("development, staging");
        TargetEnvironment[] unmarked = [new("development", "Development", false), new("live", "Live", false)];
        Drill.WhyNotStart("live", unmarked, null, null, QaLead)!.Code.ShouldBe("drill_in_production", "the last of the order is production, whatever it is called");
    }

    [Fact]
    public void One_drill_at_a_time_until_nothing_of_it_is_left()
    {
        Drill.WhyNotStart("staging", Environments, Begun, null, QaLead)!.Code.ShouldBe("drill_under_way");
        Drill.WhyNotStart("staging", Environments, Begun.Interrupt(Now).State, null, QaLead)!.Title.ShouldContain("cleaned up");
    }

    [Fact]
    public void A_drill_passes_when_a_rule_took_it_back_and_everybody_gets_the_old_value()
    {
        var (passed, events) = Faulty.Verify(Record(), ["off", "off"], "off", Now.AddSeconds(10));
        passed.Part.ShouldBe(DrillPart.Passed);
        (passed.ToDetect, passed.ToDecide, passed.ToAct, passed.ToVerify).ShouldBe((TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3)));
        passed.Whole.ShouldBe(TimeSpan.FromSeconds(10));
        events.ShouldHaveSingleItem().ShouldBeOfType<DrillPassed>();
    }

    [Fact]
    public void A_drill_fails_when_somebody_still_gets_the_new_value_or_a_person_was_faster()
    {
        Faulty.Verify(Record(), ["off", "on"], "off", Now).State.Outcome!.ShouldContain("1 of 2 users still got the new value");
        var byHand = Record() with { Decision = Record().Decision with { Harm = null, DecidedBy = "Ada" } };
        Faulty.Verify(byHand, ["off"], "off", Now).State.Part.ShouldBe(DrillPart.Failed);
    }

    [Fact]
    public void What_is_over_stays_as_it_ended()
    {
        var over = Begun.Interrupt(Now).State;
        over.Fail("Later.", Now).Events.ShouldBeEmpty();
        over.Verify(Record(), ["off"], "off", Now).Events.ShouldBeEmpty();
        over.GoOn(DrillPart.Faulty, Now).Events.ShouldBeEmpty();
        over.Clean().State.IsClean.ShouldBeTrue();
        Begun.Clean().State.IsClean.ShouldBeFalse("what goes on is not cleaned up");
    }

    [Fact]
    public void The_script_is_a_plan_that_can_be_read_and_reports_that_say_what_they_play()
    {
        RolloutPlanYaml.Read(DrillScript.Plan, DefaultProcess.Document.Metrics).Problems.ShouldBeEmpty();
        var report = JsonDocument.Parse(DrillScript.Report(Guid.NewGuid(), Guid.NewGuid(), 4, faulty: true, Now.AddSeconds(-2), Now)).RootElement;
        report.GetProperty("arms").GetProperty("exposed").GetProperty("errors").GetInt32().ShouldBe(250);
        report.GetProperty("arms").GetProperty("control").GetProperty("errors").GetInt32().ShouldBe(1);
    }

    private static Drill Begun { get; } = Drill.Start(Guid.NewGuid(), "1.2.0", "staging", "Ada", Now).State;

    private static Drill Faulty { get; } = Begun.GoOn(DrillPart.Healthy).State.GoOn(DrillPart.Faulty, Now).State;

    private static Refusal? Why(string environment, Actor actor) => Drill.WhyNotStart(environment, Environments, null, null, actor);

    private static Actor Person(Role role) => new(ActorKind.Person, Guid.NewGuid(), role.Title(), Permissions.Of([role]), [role]);

    private static RollbackRecord Record() => new(
        new Rollback(
            new RolloutName(Guid.NewGuid(), "1.2.0", DrillScript.FlagKey, "staging", false),
            new StageName(0, "rehearsal", Percentage.From(50)),
            new HarmfulRule("rollback-conditions", "error_rate > 5%", RuleAction.RollBack),
            RuleAction.RollBack,
            "error_rate is 50 %, above 5 %.",
            Now.AddSeconds(6),
            "rollout engine"),
        Now.AddSeconds(-20),
        Now.AddSeconds(3),
        Now.AddSeconds(7),
        Now.AddSeconds(8),
        [],
        [],
        [],
        []);
}
