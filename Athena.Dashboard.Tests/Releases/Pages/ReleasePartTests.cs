using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases.Domain;
using Athena.Dashboard.Releases.Pages;
using Athena.Dashboard.Tests.Gates;
using Athena.Dashboard.Tests.Infrastructure;
using Bunit;

namespace Athena.Dashboard.Tests.Releases.Pages;

public sealed class ReleasePartTests : ComponentTest
{
    [Fact]
    public void The_next_step_says_what_stands_before_it_and_who_can_act()
    {
        var release = ReleaseSamples.Release(ReleaseState.InDevelopment);

        var part = NextStep(release.State, release.MayNotGo(ReleaseState.InQa, ReleaseSamples.OneOpen, []), ReleaseSamples.Manager);

        part.Find("button").GetAttribute("aria-disabled").ShouldBe("true");
        part.Find("button").GetAttribute("data-tip").ShouldBe("Release 1.2.0 cannot go from in development to in QA: 1 gate item is open.");
        part.Find(".obstacles li").TextContent.ShouldSatisfyAllConditions(
            text => text.ShouldContain("Security scan shows no critical issues"),
            text => text.ShouldContain("Engineering Lead"));
    }

    [Fact]
    public async Task A_free_way_is_one_press()
    {
        ReleaseState? went = null;
        var part = NextStep(ReleaseState.InQa, null, ReleaseSamples.Manager, to => went = to);

        await part.Find("button").ClickAsync(new());

        went.ShouldBe(ReleaseState.InPreparation);
    }

    [Fact]
    public async Task Who_may_not_is_told_who_can()
    {
        ReleaseState? went = null;
        var part = NextStep(ReleaseState.InQa, null, GateSamples.Person("Guest", Role.Viewer), to => went = to);

        await part.Find("button").ClickAsync(new());

        went.ShouldBeNull();
        part.Find("button").GetAttribute("data-tip")!.ShouldContain("Release Manager, Administrator can.");
    }

    [Theory]
    [InlineData(ReleaseState.Planned, "Planned,In development,In QA,In preparation,Rolling out,Completed")]
    [InlineData(ReleaseState.RolledBack, "Planned,In development,In QA,In preparation,Rolling out,Rolled back")]
    [InlineData(ReleaseState.Cancelled, "Planned,Cancelled")]
    public void The_line_of_states_shows_where_a_release_left_it(ReleaseState state, string line)
    {
        var stepper = Render<ReleaseStepper>(parameters => parameters.Add(part => part.State, state));

        stepper.FindAll("li").Select(step => step.TextContent.Trim()).ShouldBe(line.Split(','));
        stepper.FindAll("[aria-current=step]").ShouldHaveSingleItem().TextContent.Trim().ShouldBe(state.Title());
    }

    [Fact]
    public void The_calendar_marks_the_phase_of_today()
    {
        var type = ReleaseSamples.DefaultVersion.Document.FindReleaseType("minor")!;
        var target = new DateOnly(2025, 8, 15);
        var schedule = ReleaseSchedule.Of(type, ReleaseSamples.DefaultVersion.Document.GateSets, target, "Europe/Berlin");

        var calendar = Render<ReleaseCalendar>(parameters => parameters.Add(part => part.Schedule, schedule).Add(part => part.Target, target).Add(part => part.Today, target.AddDays(-3)));

        calendar.Find("[aria-current=date]").TextContent.ShouldContain("Quality Gates");
        calendar.FindAll(".phase-past").Count.ShouldBe(2);
    }

    private IRenderedComponent<ReleaseNextStep> NextStep(ReleaseState state, Refusal? obstacle, Actor actor, Action<ReleaseState>? went = null) =>
        Render<ReleaseNextStep>(parameters => parameters
            .Add(part => part.State, state)
            .Add(part => part.Obstacle, obstacle)
            .Add(part => part.Actor, actor)
            .Add(part => part.GatesHref, "releases/1.2.0?tab=gates")
            .Add(part => part.OnGo, (to, _) =>
            {
                went?.Invoke(to);
                return Task.FromResult<Refusal?>(null);
            }));
}
