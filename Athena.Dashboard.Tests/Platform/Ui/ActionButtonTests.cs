using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Tests.Infrastructure;
using Bunit;
using Microsoft.Extensions.DependencyInjection;

namespace Athena.Dashboard.Tests.Platform.Ui;

public sealed class ActionButtonTests : ComponentTest
{
    private static readonly Refusal Closed = Refusal.Conflict("gate_open", "The gate is open.");

    private Toasts Toasts => Services.GetRequiredService<Toasts>();

    [Fact]
    public void A_press_while_it_runs_does_not_run_it_twice()
    {
        var runs = 0;
        var work = new TaskCompletionSource<Refusal?>();
        var button = Render<ActionButton>(with => with.Add(it => it.Run, () => { runs++; return work.Task; }));

        button.Find("button").Click();
        button.Find("button").Click();

        runs.ShouldBe(1);
        button.Find("button").GetAttribute("aria-busy").ShouldBe("true");
        work.SetResult(null);
        button.WaitForAssertion(() => button.Find("button").HasAttribute("aria-busy").ShouldBeFalse());
    }

    [Fact]
    public void It_shows_that_it_still_runs_after_a_second_and_not_before()
    {
        var work = new TaskCompletionSource<Refusal?>();
        var button = Render<ActionButton>(with => with.Add(it => it.Run, () => work.Task));
        button.Find("button").Click();

        Clock.Advance(TimeSpan.FromMilliseconds(999));
        button.FindAll(".spinner").ShouldBeEmpty();

        Clock.Advance(TimeSpan.FromMilliseconds(1));
        button.WaitForAssertion(() => button.FindAll(".spinner").Count.ShouldBe(1));
        work.SetResult(null);
        button.WaitForAssertion(() => button.FindAll(".spinner").ShouldBeEmpty());
    }

    [Fact]
    public void A_refusal_becomes_a_toast_that_stays()
    {
        var button = Render<ActionButton>(with => with.Add(it => it.Run, () => Task.FromResult<Refusal?>(Closed)).Add(it => it.Done, "Started"));

        button.Find("button").Click();

        var toast = Toasts.Shown.ShouldHaveSingleItem();
        toast.Refusal.ShouldBe(Closed);
        toast.Stays.ShouldBeTrue();
    }

    [Fact]
    public void A_refusal_goes_to_whoever_asked_for_it_and_to_no_toast()
    {
        Refusal? heard = null;
        var button = Render<ActionButton>(with => with
            .Add(it => it.Run, () => Task.FromResult<Refusal?>(Closed))
            .Add(it => it.OnRefused, refusal => heard = refusal));

        button.Find("button").Click();

        heard.ShouldBe(Closed);
        Toasts.Shown.ShouldBeEmpty();
    }

    [Fact]
    public void Success_says_what_was_done()
    {
        var button = Render<ActionButton>(with => with.Add(it => it.Run, () => Task.FromResult<Refusal?>(null)).Add(it => it.Done, "Rollout paused"));

        button.Find("button").Click();

        Toasts.Shown.ShouldHaveSingleItem().Title.ShouldBe("Rollout paused");
    }

    [Fact]
    public void An_unavailable_button_does_nothing_stays_focusable_and_says_why()
    {
        var runs = 0;
        var button = Render<ActionButton>(with => with
            .Add(it => it.Run, () => { runs++; return Task.FromResult<Refusal?>(null); })
            .Add(it => it.DisabledReason, "Only a Release Manager can."));

        var element = button.Find("button");
        element.Click();

        runs.ShouldBe(0);
        element.HasAttribute("disabled").ShouldBeFalse();
        element.GetAttribute("aria-disabled").ShouldBe("true");
        button.Find("#" + element.GetAttribute("aria-describedby")).TextContent.ShouldBe("Only a Release Manager can.");
    }

    [Fact]
    public void A_failure_is_told_and_leaves_the_button_usable()
    {
        var button = Render<ActionButton>(with => with.Add(it => it.Run, () => throw new InvalidOperationException("broken")));

        button.Find("button").Click();

        Toasts.Shown.ShouldHaveSingleItem().Kind.ShouldBe(StateKind.Harm);
        button.WaitForAssertion(() => button.Find("button").HasAttribute("aria-busy").ShouldBeFalse());
    }
}
