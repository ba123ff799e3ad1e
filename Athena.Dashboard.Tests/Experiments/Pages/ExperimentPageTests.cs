using Athena.Dashboard.Experiments.Domain;
using Athena.Dashboard.Experiments.Pages;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Tests.Flags;
using Athena.Dashboard.Tests.Infrastructure;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Athena.Dashboard.Tests.Experiments.Pages;

public sealed class ExperimentPageTests : ComponentTest
{
    [Fact]
    public async Task An_experiment_is_planned_in_the_dialog_and_every_fault_stands_at_its_field()
    {
        using var world = await ArrangeAsync();
        var page = Render<ExperimentsPage>();
        page.WaitForAssertion(() => page.Markup.ShouldContain("There are no experiments yet"));
        await Button(page, "New experiment").ClickAsync(new());
        page.WaitForElement("dialog[aria-labelledby] .form");
        await page.FindAll("dialog input")[0].InputAsync(new() { Value = "Palette on top" });
        page.WaitForAssertion(() => page.FindAll("dialog input")[1].GetAttribute("value").ShouldBe("palette-on-top"));
        await page.FindAll("dialog select")[0].ChangeAsync(new() { Value = "0" });
        await page.FindAll("dialog select")[1].ChangeAsync(new() { Value = "1" });
        page.WaitForAssertion(() => page.FindAll("dialog .treatments input").ShouldNotBeEmpty());
        page.FindAll("dialog .treatments input")[0].HasAttribute("checked").ShouldBeTrue();
        await Button(page, "Add a guard").ClickAsync(new());
        await Button(page, "Plan the experiment").ClickAsync(new());
        page.WaitForAssertion(() => page.Markup.ShouldContain("the loss that is tolerated"));
        (await world.Queries.ListAsync(CancellationToken.None)).ShouldBeEmpty();
        await Button(page, "Remove").ClickAsync(new());
        await Button(page, "Plan the experiment").ClickAsync(new());
        var planned = (await world.Queries.ListAsync(CancellationToken.None)).ShouldHaveSingleItem();
        (planned.Design.Control, planned.Design.Treatments.Single(), planned.Environment).ShouldBe(("off", "on", "staging"));
        Services.GetRequiredService<NavigationManager>().Uri.ShouldEndWith("/experiments/palette-on-top");
    }

    [Fact]
    public async Task The_page_goes_with_an_experiment_from_its_start_to_what_became_of_it()
    {
        using var world = await ArrangeAsync();
        await world.PlanAsync();
        var page = Render<ExperimentPage>(parameters => parameters.Add(part => part.Key, ExperimentSamples.Key));
        page.WaitForAssertion(() => page.Markup.ShouldContain("Shares as the flag gives them now."));
        await Button(page, "Start").ClickAsync(new());
        (await world.FindAsync()).State.ShouldBe(ExperimentState.Running);
        (await world.ReportAsync("1", 2_000, 200, 320)).IsAccepted.ShouldBeTrue();
        page = Render<ExperimentPage>(parameters => parameters.Add(part => part.Key, ExperimentSamples.Key));
        page.WaitForAssertion(() => page.Markup.ShouldContain("Better"));
        page.FindAll("svg.interval").Count.ShouldBe(1);
        page.Find("svg.interval").GetAttribute("aria-label")!.ShouldContain("on against off by conversion");
        page.Markup.ShouldContain("Too early to say");
        page.Markup.ShouldNotContain("Do not trust");

        await Button(page, "Stop").ClickAsync(new());
        await page.FindAll("dialog button").Single(button => button.TextContent.Trim() == "Stop").ClickAsync(new());
        page = Render<ExperimentPage>(parameters => parameters.Add(part => part.Key, ExperimentSamples.Key));
        page.WaitForAssertion(() => page.Markup.ShouldContain("Stopped"));
        await Button(page, "Decide").ClickAsync(new());
        page.Find("dialog select").Change("0");
        page.Find("dialog textarea").Input("It won.");
        await page.FindAll("dialog button").Single(button => button.TextContent.Trim() == "Decide").ClickAsync(new());
        (await world.FindAsync()).Decision!.Variant.ShouldBe("on");
        (await world.FlagAsync()).Shares.ShouldBe(ExperimentSamples.Halves);

        page = Render<ExperimentPage>(parameters => parameters.Add(part => part.Key, ExperimentSamples.Key));
        page.WaitForAssertion(() => page.Markup.ShouldContain("Ship on"));
        await Button(page, "Give on to everybody").ClickAsync(new());
        page.Find("dialog textarea").Input("It won.");
        await page.FindAll("dialog button").Single(button => button.TextContent.Trim() == "Change the flag").ClickAsync(new());
        (await world.FlagAsync()).Shares.ShouldBe(ExperimentSamples.Shares(("on", 1)));
    }

    [Fact]
    public async Task What_stands_against_a_start_and_a_readout_is_told()
    {
        using var world = await ArrangeAsync();
        await world.PlanAsync(given => given with { Hypothesis = "" });
        var page = Render<ExperimentPage>(parameters => parameters.Add(part => part.Key, ExperimentSamples.Key));
        page.WaitForAssertion(() => Button(page, "Start").GetAttribute("data-tip")!.ShouldContain("no hypothesis"));
        await world.Service.DescribeAsync(ExperimentSamples.Key, 1, ExperimentSamples.Description(), world.Manager, CancellationToken.None);
        await world.Service.StartAsync(ExperimentSamples.Key, 2, world.Manager, CancellationToken.None);
        await world.Flags.SwitchAsync(on: false, ExperimentSamples.Flag, "staging");
        await world.FollowAsync();
        page = Render<ExperimentPage>(parameters => parameters.Add(part => part.Key, ExperimentSamples.Key));
        page.WaitForAssertion(() => page.Markup.ShouldContain("Do not trust this readout"));
        page.Find(".warnings").TextContent.ShouldContain("switched command-palette off");
    }

    [Fact]
    public async Task A_viewer_reads_and_is_told_who_can()
    {
        using var world = await ArrangeAsync(Role.Viewer);
        await world.StartAsync();
        var page = Render<ExperimentPage>(parameters => parameters.Add(part => part.Key, ExperimentSamples.Key));
        page.WaitForAssertion(() => Button(page, "Stop").GetAttribute("data-tip")!.ShouldContain("Release Manager"));
        Button(page, "Cancel it").GetAttribute("aria-disabled").ShouldBe("true");
    }

    [Fact]
    public async Task The_list_is_searched_and_filtered_by_its_address()
    {
        using var world = await ArrangeAsync();
        await world.StartAsync();
        await world.PlanAsync(given => given with { Key = "another", Name = "Another" });
        var page = Render<ExperimentsPage>();
        page.WaitForAssertion(() => Keys(page).ShouldBe([ExperimentSamples.Key, "another"], ignoreOrder: true));
        var navigation = Services.GetRequiredService<NavigationManager>();
        navigation.NavigateTo("/experiments?state=running");
        page.WaitForAssertion(() => Keys(page).ShouldBe([ExperimentSamples.Key]));
        navigation.NavigateTo("/experiments?q=anoth");
        page.WaitForAssertion(() => Keys(page).ShouldBe(["another"]));
        navigation.NavigateTo("/experiments?flag=nothing-like-it");
        page.WaitForAssertion(() => page.Markup.ShouldContain("No experiment matches"));
    }

    private async Task<ExperimentWorld> ArrangeAsync(Role role = Role.ReleaseManager)
    {
        var world = await ExperimentWorld.CreateAsync();
        Services.AddSingleton(world.Queries).AddSingleton(world.Service).AddSingleton(world.Held).AddSingleton<IFlagLookup>(world.Flags.Queries);
        Services.AddSingleton<IProcessCatalog>(new Process.FixedProcessCatalog());
        Services.AddSingleton<ICurrentActor>(new Somebody(FlagSamples.Person(role)));
        Services.AddSingleton<EventStream>();
        this.SetRendererInfo(new RendererInfo("Server", isInteractive: true));
        return world;
    }

    // What is drawn behind the words is a hint at the button's key.
    private static AngleSharp.Dom.IElement Button<T>(IRenderedComponent<T> page, string words)
        where T : IComponent => page.FindAll("button").First(button => button.TextContent.Trim().StartsWith(words, StringComparison.Ordinal));

    private static IEnumerable<string> Keys(IRenderedComponent<ExperimentsPage> page) => page.FindAll(".key").Select(key => key.TextContent);

    private sealed class Somebody(Actor actor) : ICurrentActor
    {
        public ValueTask<Actor> GetAsync(CancellationToken cancellationToken = default) => new(actor);
    }
}
