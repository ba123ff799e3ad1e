using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Process.Domain;
using Athena.Dashboard.Recovery.Contracts;
using Athena.Dashboard.Recovery.Domain;

namespace Athena.Dashboard.Tests.Recovery.Domain;

/// <summary>The five steps of a rollback, as the default process has them.</summary>
public sealed class ProcedureTests
{
    private static readonly DateTimeOffset Now = new(2025, 8, 15, 10, 0, 0, TimeSpan.Zero);
    private static readonly Actor Lead = Person(Role.EngineeringLead);
    private static readonly Actor Product = Person(Role.ProductManager);
    private static readonly string[] Keys = ["assessment", "communication", "execution", "verification", "post-mortem"];

    [Fact]
    public void Each_step_has_the_owner_and_the_time_of_the_process()
    {
        var steps = Opened().Steps;
        steps.Select(step => step.Key).ShouldBe(Keys);
        steps.Select(step => step.Owner).ShouldBe([Role.EngineeringLead, Role.ProductManager, Role.DevOpsEngineer, Role.QaLead, Role.ReleaseManager]);
        steps.Select(step => step.DueAt - Now).ShouldBe([TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(30), TimeSpan.FromDays(5)]);
    }

    [Theory]
    [InlineData("communication")]
    [InlineData("execution")]
    public void Telling_people_and_taking_back_wait_for_no_assessment(string step) =>
        Opened().Complete(step, "", Lead, Now).Value.State.Find(step)!.IsCompleted.ShouldBeTrue();

    [Fact]
    public void Verification_waits_until_it_is_taken_back_and_says_who_can()
    {
        var refusal = Opened().Complete("verification", "", Lead, Now).Refusal.ShouldNotBeNull();
        refusal.Code.ShouldBe("step_early");
        refusal.Items.ShouldHaveSingleItem().WhoCan.ShouldBe("DevOps Engineer");
    }

    [Fact]
    public void The_post_mortem_waits_for_all_other_steps()
    {
        var refusal = Done(Opened(), "assessment", "execution", "verification").Complete("post-mortem", "None needed.", Lead, Now).Refusal.ShouldNotBeNull();
        refusal.Items.ShouldHaveSingleItem().Place.ShouldBe("Communication");
    }

    [Fact]
    public void A_procedure_is_closed_with_its_last_step()
    {
        var (closed, events) = Done(Opened(), Keys.AsSpan(..^1)).Complete("post-mortem", "Nobody had it yet.", Lead, Now).Value;
        closed.IsOpen.ShouldBeFalse();
        closed.Next.ShouldBeNull();
        events.ShouldContain(happened => happened is ProcedureClosed);
    }

    [Fact]
    public void A_step_that_is_completed_is_not_completed_again() =>
        Done(Opened(), "assessment").Complete("assessment", "", Lead, Now).Refusal!.Code.ShouldBe("step_completed");

    [Fact]
    public void A_reopened_step_reopens_what_rests_on_it_and_nothing_else()
    {
        var closed = Done(Opened(), Keys);
        var (open, events) = closed.Reopen("execution", "The flag is back.", Lead).Value;
        open.Steps.Where(step => step.IsCompleted).Select(step => step.Key).ShouldBe(["assessment", "communication"]);
        open.IsOpen.ShouldBeTrue();
        open.Find("verification")!.ReopenedBecause.ShouldBe("The flag is back.");
        events.OfType<StepReopened>().Select(one => one.Step).ShouldBe(["execution", "verification", "post-mortem"]);
    }

    [Fact]
    public void A_step_is_reopened_only_with_a_reason() =>
        Done(Opened(), "assessment").Reopen("assessment", " ", Lead).Refusal!.Code.ShouldBe("reason_required");

    [Fact]
    public void An_owner_acts_on_his_own_step_and_on_no_other()
    {
        Opened().Complete("communication", "", Product, Now).IsAccepted.ShouldBeTrue();
        var refusal = Opened().Complete("assessment", "", Product, Now).Refusal.ShouldNotBeNull();
        refusal.Kind.ShouldBe(RefusalKind.Forbidden);
        refusal.WhoCan.ShouldContain("Engineering Lead");
    }

    [Fact]
    public void Whoever_is_given_a_step_may_work_on_it()
    {
        var support = Person(Role.Support);
        Opened().Begin("verification", support, Now).Refusal!.Kind.ShouldBe(RefusalKind.Forbidden);
        Opened().Assign("verification", support.Id, "Support", Lead).Value.State.Begin("verification", support, Now).Value.State.Find("verification")!.BegunBy.ShouldBe(support.Name);
    }

    [Fact]
    public void A_viewer_is_given_nothing_and_may_nothing() =>
        Keys.ShouldAllBe(key => Opened().Begin(key, Person(Role.Viewer), Now).Refusal!.Kind == RefusalKind.Forbidden);

    [Fact]
    public void A_step_past_its_time_is_overdue_until_it_is_completed()
    {
        var later = Now.AddMinutes(12);
        Opened().Overdue(later).ShouldBe(2);
        var done = Opened().Complete("assessment", "", Lead, later).Value.State;
        done.Overdue(later).ShouldBe(1);
        done.Find("assessment")!.IsLate.ShouldBeTrue();
    }

    [Fact]
    public void A_rule_that_decides_is_the_assessment_and_a_person_who_decides_has_begun_it()
    {
        var ruled = Taken().Decided(Guid.NewGuid(), ["error_rate 9 % > 5 %"], byPerson: false, "rollout engine", Now).State;
        ruled.Find("assessment")!.CompletedBy.ShouldBe("rollout engine");
        ruled.Find("assessment")!.Facts.ShouldHaveSingleItem().Text.ShouldBe("error_rate 9 % > 5 %");
        ruled.Find("execution")!.BegunAt.ShouldBe(Now);

        var told = Taken().Decided(Guid.NewGuid(), ["It is slow."], byPerson: true, "Ada", Now).State;
        told.Find("assessment")!.IsCompleted.ShouldBeFalse();
        told.Find("assessment")!.BegunBy.ShouldBe("Ada");
    }

    [Fact]
    public void What_the_product_took_back_completes_the_execution_unless_a_part_was_refused()
    {
        Taken().TakenBack(Guid.NewGuid(), [(Now, "Flag: 0 %")], isWhole: true, "rollout engine", Now).State.Find("execution")!.IsCompleted.ShouldBeTrue();
        var partly = Taken().TakenBack(Guid.NewGuid(), [(Now, "Flag: refused")], isWhole: false, "rollout engine", Now).State;
        partly.Find("execution")!.IsCompleted.ShouldBeFalse();
        partly.Find("verification")!.BegunAt.ShouldBe(Now);
    }

    [Fact]
    public void What_comes_twice_is_written_down_once()
    {
        var (decided, taken) = (Guid.NewGuid(), Guid.NewGuid());
        Procedure Tell(Procedure procedure) => procedure
            .Decided(decided, ["Errors."], byPerson: false, "rollout engine", Now).State
            .TakenBack(taken, [(Now, "Flag: 0 %"), (Now, "Release: rolled back")], isWhole: true, "rollout engine", Now).State
            .FillIn(taken, "verification", Now, "0 %").State;
        var once = Tell(Taken());
        Tell(once).Steps.ShouldBe(once.Steps);
        once.TakenBack(taken, [(Now, "Flag: 0 %")], isWhole: true, "rollout engine", Now).Events.ShouldBeEmpty();
    }

    [Fact]
    public void Only_what_was_not_taken_back_is_called_off()
    {
        Taken().CallOff("Not needed.", Lead, Now).Refusal!.Code.ShouldBe("rollback_done");
        Opened().CallOff(" ", Lead, Now).Refusal!.Code.ShouldBe("reason_required");
        var off = Opened().CallOff("A sensor was wrong.", Lead, Now).Value.State;
        off.IsOpen.ShouldBeFalse();
        off.Begin("assessment", Lead, Now).Refusal!.Code.ShouldBe("procedure_called_off");
        off.Reopen("assessment", "x", Lead).Refusal!.Code.ShouldBe("procedure_called_off");
    }

    [Fact]
    public void Whatever_happens_nothing_is_completed_before_what_it_rests_on()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var procedure = random.Next(2) == 0 ? Opened() : Taken();
            for (var i = 0; i < 40; i++)
            {
                var now = Now.AddMinutes(i);
                var key = Keys[random.Next(Keys.Length)];
                var actor = random.Next(3) switch { 0 => Lead, 1 => Product, _ => Person(Role.Viewer) };
                var version = procedure;
                procedure = random.Next(7) switch
                {
                    0 => procedure.Begin(key, actor, now).Match(decision => decision.State, _ => version),
                    1 or 2 => procedure.Complete(key, "Done.", actor, now).Match(decision => decision.State, _ => version),
                    3 => procedure.Reopen(key, "Again.", actor).Match(decision => decision.State, _ => version),
                    4 => procedure.TakenBack(Guid.NewGuid(), [(now, "Flag: 0 %")], random.Next(2) == 0, "rollout engine", now).State,
                    5 => procedure.Decided(Guid.NewGuid(), ["Errors."], random.Next(2) == 0, "rollout engine", now).State,
                    _ => procedure.WriteNote(key, $"Note {i}", actor).Match(decision => decision.State, _ => version),
                };
                foreach (var step in procedure.Steps.Where(step => step.IsCompleted))
                {
                    procedure.AwaitedBy(step).ShouldAllBe(awaited => awaited.IsCompleted, $"seed {seed}, move {i}: {step.Key}");
                    (step.BegunAt <= step.CompletedAt).ShouldBeTrue($"seed {seed}, move {i}: {step.Key}");
                }

                procedure.IsOpen.ShouldBe(procedure.Steps.Any(step => !step.IsCompleted), $"seed {seed}, move {i}");
            }
        }
    }

    private static Procedure Opened() => Procedure.Open(Guid.NewGuid(), "1.2.0", null, null, "Slow.", "Ada", DefaultProcess.Document.Rollback, Now).State;

    private static Procedure Taken() => Procedure.Open(Guid.NewGuid(), "1.2.0", Guid.NewGuid(), "database-views-v2 in production", "Errors.", "rollout engine", DefaultProcess.Document.Rollback, Now).State;

    private static Procedure Done(Procedure procedure, params ReadOnlySpan<string> steps)
    {
        foreach (var step in steps) procedure = procedure.Complete(step, "Done.", Lead, Now).Value.State;
        return procedure;
    }

    private static Actor Person(Role role) => new(ActorKind.Person, Guid.NewGuid(), role.Title(), Permissions.Of([role]), [role]);
}
