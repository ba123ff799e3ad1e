using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using Athena.Dashboard.Rollouts.Pages;
using Athena.Dashboard.Tests.Infrastructure;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using static Athena.Dashboard.Tests.Rollouts.RolloutBuilder;

namespace Athena.Dashboard.Tests.Rollouts;

public sealed class RolloutPartsTests : ComponentTest, IAsyncLifetime
{
    private readonly RolloutWorld world = new();
    private TestDatabase database = default!;
    private RolloutServer server = default!;

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        server = await RolloutServer.StartAsync(database, world);
        Services.AddSingleton(server.Service);
        Services.AddSingleton(server.Queries);
        Services.AddSingleton<IProcessCatalog>(server.Get<IProcessCatalog>());
        Services.AddSingleton<IReleaseLookup>(world);
        Services.AddSingleton<IFlagLookup>(world);
        Services.AddSingleton<ICurrentActor>(new SomeActor(RolloutServer.Manager));
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await base.DisposeAsync();
        await server.DisposeAsync();
        database.Dispose();
    }

    [Theory]
    [InlineData(RolloutState.Planned, "Call off, Start")]
    [InlineData(RolloutState.Running, "Roll back, Advance, Pause")]
    [InlineData(RolloutState.Paused, "Roll back, Advance, Resume")]
    [InlineData(RolloutState.Completed, "")]
    public void The_buttons_are_those_of_the_state(RolloutState state, string buttons)
    {
        var rollout = Running() with { State = state };
        Buttons(Actions(rollout, RolloutServer.Manager)).ShouldBe(buttons);
    }

    [Fact]
    public void Who_may_not_sees_why_and_who_can()
    {
        var actions = Actions(Running(), Person(Role.Viewer));
        var rollBack = actions.FindAll("button").First(button => button.TextContent.Contains("Roll back", StringComparison.Ordinal));
        rollBack.GetAttribute("aria-disabled").ShouldBe("true");
        rollBack.GetAttribute("data-tip").ShouldBe("Release desk may not roll back. Release Manager, Engineering Lead, DevOps Engineer, QA Lead, Administrator can.");
    }

    [Fact]
    public async Task Whoever_rolls_back_chooses_how_and_reads_what_it_does()
    {
        var actions = Actions(Running().At(2), RolloutServer.Manager);
        await actions.FindAll("button").First(button => button.TextContent.Trim() == "Roll back").ClickAsync(new());
        actions.FindAll("dialog option").Select(option => option.TextContent).ShouldBe(["At once", "Stage by stage", "Emergency: switch the flag off"]);
        actions.Find("dialog select").Change("1");
        Words().ShouldContain("one step at a time");
        actions.Find("dialog select").Change("2");
        Words().ShouldContain("the flag is switched off");

        string Words() => actions.FindAll("dialog").First(dialog => dialog.QuerySelector("select") is not null).TextContent;
    }

    [Fact]
    public void A_paused_rollout_says_why_it_cannot_be_advanced()
    {
        var actions = Actions(Running() with { State = RolloutState.Paused }, RolloutServer.Manager);
        actions.FindAll("button").First(button => button.TextContent.Contains("Advance", StringComparison.Ordinal))
            .GetAttribute("data-tip").ShouldBe("The rollout is paused. Resume it first.");
    }

    [Theory]
    [InlineData(null, "none yet of 500–1,000 expected")]
    [InlineData(63L, "63 of 500–1,000 expected")]
    [InlineData(640L, "640 of 500–1,000 expected as meant")]
    [InlineData(1200L, "1,200 of 500–1,000 expected more than meant")]
    public void Different_users_stand_beside_those_the_stage_is_meant_for(long? users, string words)
    {
        var shown = Render<HeadCount>(parameters => parameters.Add(part => part.Users, users).Add(part => part.Expected, new UserRange(500, 1000)));
        string.Join(' ', shown.Find(".head-count").Children.Select(part => part.TextContent.Trim())).ShouldBe(words);
    }

    [Fact]
    public void A_hold_is_explained_with_what_ends_it()
    {
        var held = Running() with { State = RolloutState.Held, Cause = HoldCause.Stale, Because = "Nobody reports." };
        var banner = Render<RolloutBanner>(parameters => parameters.Add(part => part.Rollout, held));
        banner.Markup.ShouldContain("Held: reports stopped");
        banner.Markup.ShouldContain("Nobody reports.");
        banner.Markup.ShouldContain("Nothing is rolled back.");
    }

    [Fact]
    public void Each_rule_shows_what_was_observed_and_how_much_it_still_needs()
    {
        var rollout = Running();
        var rules = rollout.Terms.RulesOf(rollout.CurrentStep).Where(rule => rule.List == RuleListNames.StageCriteria).ToList();
        var table = Render<RuleTable>(parameters => parameters
            .Add(part => part.Label, "Criteria")
            .Add(part => part.Rollout, rollout)
            .Add(part => part.Rules, rules)
            .Add(part => part.Verdicts, [Says(rules[0], Verdict.Undecided) with { Observed = 0.004 }]));
        table.Find("td.number").TextContent.ShouldBe("0.4 %");
        table.Find(".meter-text").TextContent.ShouldBe("10 of 100");
        table.Find(".badge").TextContent.ShouldContain("too little data");
    }

    [Fact]
    public async Task A_plan_with_errors_shows_each_at_its_line_and_keeps_what_was_written()
    {
        var dialog = Render<PlanRolloutDialog>();
        await dialog.InvokeAsync(() => dialog.Instance.OpenAsync("1.2.0"));
        dialog.FindAll("select")[1].Change("0");
        var text = dialog.Find("textarea");
        text.GetAttribute("value")!.ShouldContain("feature: \"database-views-v2\"");
        var broken = text.GetAttribute("value")!.Replace("percentage: 10", "percentage: 1000", StringComparison.Ordinal);
        text.Change(broken);
        await dialog.FindAll("button").Last(button => button.TextContent.Trim() == "Plan").ClickAsync(new());
        dialog.WaitForAssertion(() => dialog.Find(".excerpt").TextContent.ShouldContain("percentage: 1000"));
        dialog.Find(".place").TextContent.ShouldStartWith("line ");
        dialog.Find("textarea").GetAttribute("value").ShouldBe(broken);
    }

    [Fact]
    public void Evidence_stands_against_the_limits_that_decide_with_both_sides_and_what_it_still_needs()
    {
        var panel = Evidence(
            Weighed(SequentialKind.AgainstControl, new EvidenceReading(Math.Log(10), Math.Log(100), null, Math.Log(20), 1150, TimeSpan.FromHours(2.5), new ArmCounts(400, 4, 9000, 45), null)),
            Weighed(SequentialKind.AgainstLimit, new EvidenceReading(-1, Math.Log(100), Math.Log(5), Math.Log(20), 0, TimeSpan.Zero, new ArmCounts(400, 4, 9000, 45), null)));

        panel.FindAll("[role=meter]").Select(meter => meter.GetAttribute("aria-valuetext")).ShouldBe(["10 of 100", "0.37 of 100", "5 of 20"]);
        panel.FindAll(".meter-fill").Select(fill => fill.GetAttribute("style")).ShouldBe(["width:50%", "width:0%", "width:53.724%"]);
        panel.Find(".needs").TextContent.ShouldBe("Needs about 1,200 more requests, some 3h at present traffic to find three times the errors.");
        panel.FindAll(".arms")[0].QuerySelectorAll("tbody tr").Select(row => string.Join(' ', row.Children.Select(cell => cell.TextContent)))
            .ShouldBe(["With it 400 4 1 %", "Without 9,000 45 0.5 %"]);
        panel.FindAll(".badge").Select(badge => badge.TextContent.Trim()).ShouldAllBe(word => word == "too little data");
    }

    [Theory]
    [InlineData(UndecidedCause.Stale, "reports stopped")]
    [InlineData(UndecidedCause.SourceDown, "no reports")]
    [InlineData(UndecidedCause.NothingToCompare, "nothing to compare")]
    public void Evidence_that_does_not_decide_says_why(UndecidedCause cause, string word)
    {
        var panel = Evidence(Weighed(SequentialKind.AgainstControl, new EvidenceReading(0, Math.Log(100), null, 3, null, null, default, null)) with
        {
            Cause = cause,
            Explanation = "What is the matter.",
        });
        panel.Find(".badge").TextContent.Trim().ShouldBe(word);
        panel.Find(".needs").TextContent.ShouldBe("What is the matter.");
        panel.FindAll(".arms tbody td").Select(cell => cell.TextContent).ShouldBe(["0", "0", "–", "0", "0", "–"]);
    }

    [Fact]
    public void Evidence_of_harm_is_a_full_bar_and_what_the_control_shares_is_not_called_harm()
    {
        var reading = new EvidenceReading(Math.Log(100000), Math.Log(100), null, 3, null, null, new ArmCounts(100, 50, 100, 50), Start);
        var panel = Evidence(
            Weighed(SequentialKind.AgainstControl, reading) with { Verdict = Verdict.Bad, Cause = null },
            Weighed(SequentialKind.AgainstLimit, reading with { BadSince = null }) with { Verdict = Verdict.Bad, Cause = null, IsShared = true });
        panel.Find(".meter-fill").GetAttribute("style").ShouldBe("width:100%");
        panel.FindAll(".badge").Select(badge => (badge.TextContent.Trim(), badge.ClassList.Contains("badge-harm"))).ShouldBe([("bad", true), ("shared", false)]);
    }

    private IRenderedComponent<EvidencePanel> Evidence(params RuleVerdict[] verdicts) => Render<EvidencePanel>(parameters => parameters
        .Add(part => part.Rollout, Running())
        .Add(part => part.Verdicts, [.. verdicts, Says(Running().Terms.RulesOf(Running().CurrentStep)[0], Verdict.Good)]));

    private static RuleVerdict Weighed(SequentialKind kind, EvidenceReading reading)
    {
        var rule = Running().Terms.RulesOf(Running().CurrentStep).First(rule => rule.Sequential?.Kind == kind);
        return Says(rule, Verdict.Undecided) with { Evidence = reading };
    }

    private IRenderedComponent<RolloutActions> Actions(Rollout rollout, Actor actor) => Render<RolloutActions>(parameters => parameters
        .Add(part => part.Rollout, rollout)
        .Add(part => part.Actor, actor)
        .Add(part => part.Around, AllClear));

    private static string Buttons(IRenderedComponent<RolloutActions> actions) =>
        string.Join(", ", actions.FindAll("button.button").Select(button => button.TextContent.Trim()));

    private sealed class SomeActor(Actor actor) : ICurrentActor
    {
        public ValueTask<Actor> GetAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult(actor);
    }
}
