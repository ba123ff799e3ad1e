using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Rollouts;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using Athena.Dashboard.Rollouts.Domain.Rehearsals;
using Athena.Dashboard.Rollouts.Pages;
using Athena.Dashboard.Rollouts.Rehearsals;
using Athena.Dashboard.Tests.Infrastructure;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Athena.Dashboard.Tests.Rollouts.Rehearsals;

public sealed class RehearsalPanelTests : ComponentTest, IAsyncLifetime
{
    private readonly RolloutWorld world = new();
    private TestDatabase database = default!;
    private RolloutServer server = default!;

    private RehearsalService Rehearsals => server.Get<RehearsalService>();

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        server = await RolloutServer.StartAsync(database, world);
        Services.AddSingleton(Rehearsals);
        Services.AddSingleton(server.Get<EventStream>());
        Services.AddSingleton<ICurrentActor>(new Manager());
        SetRendererInfo(new RendererInfo("Server", isInteractive: true));
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await base.DisposeAsync();
        await server.DisposeAsync();
        database.Dispose();
    }

    [Fact]
    public async Task A_plan_that_was_never_tried_is_tried_from_its_page_and_its_result_shown_there()
    {
        var panel = await ShowAsync(RolloutServer.Manager);
        panel.Find(".empty-title").TextContent.ShouldBe("This plan was never tried.");
        await ClickAsync(panel, "Rehearse the plan");
        panel.FindAll("dialog option[disabled]").Count.ShouldBe(2, "nothing is recorded");
        panel.FindAll("dialog input[type=number]")[0].Change("0");
        await ClickAsync(panel, "Rehearse");
        panel.Find("dialog").TextContent.ShouldContain("figures.requestsPerMinute");
        panel.FindAll("dialog input[type=number]")[0].Change("60000");
        await ClickAsync(panel, "Rehearse");
        await UntilAsync(panel, ".summary");
        panel.Find(".summary").TextContent.ShouldStartWith("Of 200 healthy runs ");
        panel.FindAll(".stat-value").Count.ShouldBe(4);
        panel.FindAll("table")[0].QuerySelectorAll("tbody tr").Length.ShouldBe(3);
        Button(panel, "Rehearse again").HasAttribute("aria-disabled").ShouldBeFalse();
    }

    [Fact]
    public async Task Who_may_not_sees_why_and_who_can()
    {
        var panel = await ShowAsync(RolloutBuilder.Person(Role.Viewer));
        var button = Button(panel, "Rehearse the plan");
        button.GetAttribute("aria-disabled").ShouldBe("true");
        panel.Find("#" + button.GetAttribute("aria-describedby")).TextContent.ShouldBe("Release desk may not rehearse the plan. Release Manager, Engineering Lead, DevOps Engineer, Administrator can.");
    }

    [Fact]
    public async Task One_under_way_shows_how_far_it_is_and_can_be_cancelled()
    {
        var panel = await ShowAsync(RolloutServer.Manager, plan: null, new RehearsalWish(RehearsalData.Simulated, RehearsalFigures.Default, null, 1, 1000));
        await UntilAsync(panel, "[role=meter]");
        panel.Find("[role=meter]").GetAttribute("aria-valuetext")!.ShouldEndWith(" of 1000 runs");
        panel.Find(".under-way").GetAttribute("role").ShouldBe("status");
        await ClickAsync(panel, "Cancel");
        await UntilAsync(panel, ".notice");
        panel.Find(".notice").TextContent.ShouldContain("Cancelled by Release desk.");
    }

    [Fact]
    public void A_result_says_plainly_what_is_not_found_and_what_to_change()
    {
        var rollout = RolloutBuilder.Planned();
        var rehearsal = Rehearsal.Ask(Guid.NewGuid(), rollout, "", new RehearsalWish(RehearsalData.Simulated, RehearsalFigures.Default, null, 1, 200), "Release desk", RolloutBuilder.Start).State;
        var result = new RehearsalResult
        {
            Summary = "Of 200 healthy runs 0 were rolled back.",
            Wanted = 200,
            Runs = 120,
            TickSeconds = 60,
            PlannedSeconds = 3600,
            RolledBack = new Share(0, 120),
            Asked = new Share(0, 120),
            Undecided = new Share(120, 120),
            Steps = [new StepOutlook(0, "internal", 1, 60, 6, 120, 0, 0, 120, 120)],
            Harms =
            [
                new HarmOutlook(0, "internal", "errors3", "Three times the errors", 24, 20, 0, 0, 720, null, 720, 70, "error_rate > 0.05"),
                new HarmOutlook(0, "internal", "errors5", "Five times the errors", 24, 0, 0, 24, null, null, null, null, null),
            ],
            Warnings = [new RehearsalWarning(true, "Internal does not end by itself.", "Make it longer.")],
        };
        var view = Render<RehearsalResultView>(parameters => parameters.Add(part => part.Rehearsal, rehearsal).Add(part => part.Result, result));
        view.FindAll(".stat-note").Select(note => note.TextContent).ShouldBe(["95 %: at most 3.1 %", "95 %: at most 3.1 %", "95 %: at least 96.9 %", "most runs did not get there by themselves"]);
        view.FindAll("table")[0].QuerySelectorAll("tbody td:not(.step-name)").Select(cell => string.Join(" | ", cell.Children.Select(part => part.TextContent)))
            .ShouldBe(["12 min | 20 of 24, 70 met it", "not found | in 24 runs"]);
        view.Find(".notice").TextContent.ShouldContain("Make it longer.");
        view.Find(".foot").TextContent.ShouldContain("120 of 200 runs, as many as there was time for,");
    }

    private async Task<IRenderedComponent<RehearsalPanel>> ShowAsync(Actor actor, string? plan = RolloutBuilder.ShortPlan, RehearsalWish? wish = null)
    {
        var planned = await server.Service.PlanAsync(new RolloutRequest("1.2.0", "production", "database-views-v2", plan), RolloutServer.Manager, default);
        var rollout = await server.LoadAsync(planned.Value.Id);
        if (wish is not null) (await Rehearsals.AskAsync(rollout.Id, wish, RolloutServer.Manager, default)).IsAccepted.ShouldBeTrue();
        return Render<RehearsalPanel>(parameters => parameters.Add(part => part.Rollout, rollout).Add(part => part.Actor, actor));
    }

    // What is live is read again on the component's clock, and looked at while nothing is drawn.
    private Task UntilAsync(IRenderedComponent<RehearsalPanel> panel, string there) => Wait.UntilAsync(
        async () =>
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            var isThere = false;
            await panel.InvokeAsync(() => { isThere = panel.FindAll(there).Count > 0; });
            return isThere;
        },
        TimeSpan.FromMinutes(5));

    // What is live may be drawn anew at any moment, but not between finding a button and pressing it.
    private static Task ClickAsync(IRenderedComponent<RehearsalPanel> panel, string text) =>
        panel.InvokeAsync(() => Button(panel, text).ClickAsync(new()));

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<RehearsalPanel> panel, string text) =>
        panel.FindAll("button").First(button => button.TextContent.Trim() == text);

    private sealed class Manager : ICurrentActor
    {
        public ValueTask<Actor> GetAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult(RolloutServer.Manager);
    }
}
