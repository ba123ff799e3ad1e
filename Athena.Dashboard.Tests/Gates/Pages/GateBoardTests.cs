using AngleSharp.Dom;
using Athena.Dashboard.Gates;
using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Gates.Pages;
using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Releases;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Tests.Infrastructure;
using Athena.Dashboard.Tests.Releases;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Athena.Dashboard.Tests.Gates.Pages;

/// <summary>The board over the real slice and its real events; only the browser is missing.</summary>
public sealed class GateBoardTests : ComponentTest, IAsyncLifetime
{
    private readonly Acting acting = new();
    private ReleaseServer server = default!;
    private Actor manager = default!;

    public async ValueTask InitializeAsync()
    {
        server = await ReleaseServer.StartAsync(DatabaseKind.Sqlite);
        manager = await server.PersonAsync("Manager", Role.ReleaseManager);
        await server.GivenReleaseAsync(manager);
        await Wait.UntilAsync(IsQuietAsync);
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton(server.Get<EventStream>());
        Services.AddSingleton(server.Get<IGateBoards>());
        Services.AddSingleton(server.Get<GateService>());
        Services.AddSingleton(server.Get<IPeople>());
        Services.AddSingleton<ICurrentActor>(acting);
        SetRendererInfo(new RendererInfo("Server", isInteractive: true));
    }

    [Fact]
    public void Four_sets_show_their_22_items_with_state_role_and_progress()
    {
        var board = Board(manager);

        board.FindAll(".set-title").Select(title => title.TextContent).ShouldBe(["Pre-Development Gates", "Development Gates", "Pre-Release Gates", "Production Gates"]);
        board.FindAll("[role=checkbox]").Count.ShouldBe(22);
        board.FindAll(".set-count").Select(count => count.TextContent).ShouldBe(["0 of 4", "0 of 6", "0 of 7", "0 of 5"]);
        Row(board, "support-briefed").TextContent.ShouldContain("Support");
        Row(board, "support-briefed").QuerySelector(".badge")!.TextContent.Trim().ShouldBe("Open");
    }

    [Fact]
    public async Task A_tick_shows_what_the_server_committed()
    {
        var board = Board(manager);

        await Tick(board, "design-approved").ClickAsync(new());

        board.WaitForAssertion(() => Tick(board, "design-approved").GetAttribute("aria-checked").ShouldBe("true"));
        board.FindAll(".set-count")[0].TextContent.ShouldBe("1 of 4");
        (await server.BoardAsync()).Sets[0].Items.Single(item => item.Key == "design-approved").State.ShouldBe(GateItemState.Passed);

        await Tick(board, "design-approved").ClickAsync(new());
        board.WaitForAssertion(() => Tick(board, "design-approved").GetAttribute("aria-checked").ShouldBe("false"));
    }

    [Fact]
    public async Task What_somebody_else_does_appears_by_itself_and_is_said()
    {
        var board = Board(manager);
        var lead = await server.PersonAsync("Lead", Role.EngineeringLead);
        var item = await ItemAsync("design-approved");

        await server.Get<GateService>().TickAsync(item.Id, item.Version, null, lead, CancellationToken.None);

        board.WaitForAssertion(() => Tick(board, "design-approved").GetAttribute("aria-checked").ShouldBe("true"));
        Row(board, "design-approved").ClassList.ShouldContain("gate-fresh");
        Services.GetRequiredService<Announcer>().Polite.ShouldBe("Lead: Technical design reviewed and approved is passed.");
    }

    [Fact]
    public async Task A_viewer_sees_who_could_tick_and_cannot()
    {
        var board = Board(await server.PersonAsync("Guest", Role.Viewer), open: "design-approved");

        var tick = Tick(board, "design-approved");
        tick.GetAttribute("aria-disabled").ShouldBe("true");
        board.Find("#" + tick.GetAttribute("aria-describedby")).TextContent.ShouldContain("Engineering Lead, Release Manager can.");
        await tick.ClickAsync(new());

        (await ItemAsync("design-approved")).Version.ShouldBe(1);
        board.FindAll(".acts button").ShouldAllBe(button => button.GetAttribute("aria-disabled") == "true");
        board.FindAll(".speak").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_stale_command_shows_the_refusal_and_keeps_what_was_typed()
    {
        var board = Board(manager, open: "design-approved");
        await board.InvokeAsync(() => Button(board, "Block").ClickAsync(new()));
        board.Find("dialog textarea").Change("The review is not finished");
        var lead = await server.PersonAsync("Lead", Role.EngineeringLead);
        var item = await ItemAsync("design-approved");
        await server.Get<GateService>().TickAsync(item.Id, item.Version, null, lead, CancellationToken.None);

        await board.Find("dialog .button-solid").ClickAsync(new());

        board.WaitForAssertion(() => board.Find("dialog .notice").TextContent.ShouldContain("was changed by someone else"));
        board.Find("dialog .notice").TextContent.ShouldContain("Lead");
        board.Find("dialog textarea").GetAttribute("value").ShouldBe("The review is not finished");

        await board.Find("dialog .button-solid").ClickAsync(new());
        board.WaitForAssertion(() => Row(board, "design-approved").QuerySelector(".badge")!.TextContent.Trim().ShouldBe("Blocked"));
        (await ItemAsync("design-approved")).Comment.ShouldBe("The review is not finished");
    }

    [Fact]
    public async Task A_waiver_that_lacks_something_says_so_at_each_field()
    {
        var board = Board(manager, open: "design-approved");
        await board.InvokeAsync(() => Button(board, "Ask for a waiver").ClickAsync(new()));

        await board.Find("dialog .button-primary").ClickAsync(new());

        board.WaitForAssertion(() => board.FindAll("dialog .field-error").Count.ShouldBe(3));
    }

    [Fact]
    public async Task Markup_in_a_comment_stays_text()
    {
        var item = await ItemAsync("design-approved");
        await server.Get<GateService>().CommentAsync(item.Id, "<img src=x onerror=alert(1)>", manager, CancellationToken.None);

        var board = Board(manager, open: "design-approved");

        board.Find(".thread .text").TextContent.ShouldBe("<img src=x onerror=alert(1)>");
        board.FindAll("img").ShouldBeEmpty();
    }

    [Fact]
    public async Task The_filter_keeps_the_open_item_in_sight()
    {
        await server.PassAsync(manager, "1.2.0", "pre-development");

        var board = Board(manager, open: "design-approved", show: "open");

        board.FindAll("[role=checkbox]").Count.ShouldBe(19);
        board.FindAll(".button-group button").Select(button => button.TextContent).ShouldBe(["All 22", "Open 18", "Mine 1", "Overdue 0"]);
    }

    [Fact]
    public async Task Closed_gates_are_shown_and_cannot_be_changed()
    {
        await server.Get<ReleaseService>().TransitionAsync("1.2.0", 1, Athena.Dashboard.Process.Contracts.ReleaseState.Cancelled, "Not wanted", manager, CancellationToken.None);

        var board = Board(manager);

        board.Find(".notice").TextContent.ShouldContain("release 1.2.0 is cancelled");
        board.FindAll("[role=checkbox]").ShouldAllBe(tick => tick.GetAttribute("aria-disabled") == "true");
    }

    protected override async ValueTask DisposeAsyncCore()
    {
        await DisposeComponentsAsync();
        await server.DisposeAsync();
        await base.DisposeAsyncCore();
    }

    private IRenderedComponent<GateBoardPart> Board(Actor actor, string? open = null, string? show = null)
    {
        acting.Actor = actor;
        var board = Render<GateBoardPart>(parameters => parameters
            .Add(part => part.Subject, ReleaseSubject.Of("1.2.0")).Add(part => part.OpenItem, open).Add(part => part.Show, show));
        board.WaitForElement(".set");
        return board;
    }

    private static IElement Row(IRenderedComponent<GateBoardPart> board, string key) => board.Find("#gate-" + key);

    private static IElement Tick(IRenderedComponent<GateBoardPart> board, string key) => board.Find($"[data-tick={key}]");

    private static IElement Button(IRenderedComponent<GateBoardPart> board, string text) =>
        board.FindAll(".acts button").Single(button => button.TextContent.Trim() == text);

    // What the product does by itself once the gates are put up would be somebody else's change to a board that is open.
    private async Task<bool> IsQuietAsync()
    {
        if ((await ItemAsync("release-notes-prepared")).Comment is null) return false;
        var last = await server.Get<Store>().ReadAsync((db, token) => db.Set<EventRow>().MaxAsync(row => row.Sequence, token), CancellationToken.None);
        return server.Get<EventStream>().LastSequence >= last;
    }

    private async Task<GateItemView> ItemAsync(string key) =>
        (await server.BoardAsync()).Sets.SelectMany(set => set.Items).Single(item => item.Key == key);

    private sealed class Acting : ICurrentActor
    {
        public Actor Actor { get; set; } = default!;

        public ValueTask<Actor> GetAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult(Actor);
    }
}
