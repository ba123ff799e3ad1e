using Athena.Dashboard.Flags;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Pages;
using Athena.Dashboard.Platform.Api;
using Athena.Dashboard.Platform.Events;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Tests.Infrastructure;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using static Athena.Dashboard.Tests.Flags.FlagSamples;

namespace Athena.Dashboard.Tests.Flags.Pages;

public sealed class FlagPageTests : ComponentTest
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Raising_in_production_asks_for_reason_and_name_and_lowering_for_neither()
    {
        using var world = await ArrangeAsync(Role.ReleaseManager);
        await SetAsync(world, Percentage.From(25));
        var panel = Panel(world, (await world.Queries.FindViewAsync(FlagSamples.Key, None))!);
        panel.Find("button[aria-label='Edit the rules in Production']").Click();

        panel.Find("input[type=number]").Change("40");
        panel.Markup.ShouldContain("May expose more users.");
        await Button(panel, "Review and save").ClickAsync(new());
        panel.Markup.ShouldContain("Type production to confirm");
        panel.FindAll(".diff-added").ShouldHaveSingleItem().TextContent.ShouldContain("40 % by targetingKey");
        Button(panel, "Save").GetAttribute("aria-disabled").ShouldBe("true");

        panel.Find("input[type=number]").Change("10");
        panel.Markup.ShouldContain("Exposes nobody new.");
        panel.Markup.ShouldNotContain("Type production to confirm");
        await Button(panel, "Save").ClickAsync(new());
        panel.WaitForAssertion(() => panel.FindAll("input").ShouldBeEmpty());
        (await world.Queries.FindViewAsync(FlagSamples.Key, None))!.In("production")!.Percentage.ShouldBe(Percentage.From(10));
    }

    [Fact]
    public async Task A_change_that_somebody_else_made_meanwhile_is_not_overwritten()
    {
        using var world = await ArrangeAsync(Role.ReleaseManager);
        await SetAsync(world, Percentage.From(25));
        var panel = Panel(world, (await world.Queries.FindViewAsync(FlagSamples.Key, None))!);
        panel.Find("button[aria-label='Edit the rules in Production']").Click();
        await SetAsync(world, Percentage.From(20));
        panel.Find("input[type=number]").Change("10");
        await Button(panel, "Review and save").ClickAsync(new());
        await Button(panel, "Save").ClickAsync(new());
        panel.WaitForAssertion(() => panel.Markup.ShouldContain("was changed by someone else"));
        (await world.Queries.FindViewAsync(FlagSamples.Key, None))!.In("production")!.Percentage.ShouldBe(Percentage.From(20));
    }

    [Fact]
    public async Task A_viewer_reads_and_is_told_who_can()
    {
        using var world = await ArrangeAsync(Role.Viewer);
        await SetAsync(world, Percentage.From(25));
        var panel = Panel(world, (await world.Queries.FindViewAsync(FlagSamples.Key, None))!);
        panel.Markup.ShouldContain("25 % of users.");
        foreach (var button in panel.FindAll("button[aria-label$='in Production']"))
        {
            button.GetAttribute("aria-disabled").ShouldBe("true");
            button.GetAttribute("data-tip")!.ShouldContain("Release Manager");
        }
    }

    [Fact]
    public async Task A_rollout_that_owns_the_flag_is_named_and_its_rules_are_locked()
    {
        using var world = await ArrangeAsync(Role.ReleaseManager);
        var rollout = Guid.CreateVersion7(Now);
        await world.Exposure.ClaimAsync(Guid.CreateVersion7(Now), FlagSamples.Key, "production", rollout, world.Manager, None);
        var panel = Panel(world, (await world.Queries.FindViewAsync(FlagSamples.Key, None))!);
        panel.Find($"a[href='rollouts/{rollout}']").TextContent.ShouldContain("Open the rollout");
        panel.Find("button[aria-label='Edit the rules in Production']").Click();
        panel.Find("input[type=number]").HasAttribute("disabled").ShouldBeTrue();
        panel.FindAll("input[type='datetime-local']").ShouldHaveSingleItem().HasAttribute("disabled").ShouldBeFalse();
    }

    [Fact]
    public async Task The_list_finds_by_words_type_and_state_of_the_address()
    {
        using var world = await ArrangeAsync(Role.ReleaseManager);
        await world.GivenFlagAsync("other-thing");
        await world.SwitchAsync(on: true, "other-thing", "staging");
        var navigation = Services.GetRequiredService<NavigationManager>();
        var page = Render<FlagsPage>();
        page.WaitForAssertion(() => Keys(page).ShouldBe([FlagSamples.Key, "other-thing"]), TimeSpan.FromSeconds(10));
        navigation.NavigateTo("/flags?q=DATABASE%20views-v2");
        page.WaitForAssertion(() => Keys(page).ShouldBe([FlagSamples.Key]), TimeSpan.FromSeconds(10));
        navigation.NavigateTo("/flags?in=staging&state=on");
        page.WaitForAssertion(() => Keys(page).ShouldBe(["other-thing"]), TimeSpan.FromSeconds(10));
        navigation.NavigateTo("/flags?type=operational");
        page.WaitForAssertion(() => page.Markup.ShouldContain("No flag matches"));
    }

    [Fact]
    public async Task The_tester_says_for_every_environment_what_decided()
    {
        using var world = await ArrangeAsync(Role.Viewer);
        await world.SwitchAsync(on: true, environment: "staging");
        var tester = Render<FlagTester>(parameters => parameters.Add(part => part.FlagKey, FlagSamples.Key));
        tester.FindAll(".because").Select(line => line.TextContent).ShouldBe(["The flag is off here.", "It is on for everybody.", "The flag is off here."]);
        tester.Find("textarea").Input("{ broken");
        tester.Markup.ShouldContain("This is not JSON yet.");
    }

    private async Task<FlagWorld> ArrangeAsync(Role role)
    {
        var world = await FlagWorld.CreateAsync(DatabaseKind.Sqlite);
        await world.GivenFlagAsync();
        Services.AddSingleton(world.Queries).AddSingleton(world.Service).AddSingleton(world.Snapshots).AddSingleton(new SegmentQueries(world.Store));
        Services.AddSingleton<IProcessCatalog>(new Process.FixedProcessCatalog());
        Services.AddSingleton<ICurrentActor>(new Somebody(Person(role)));
        Services.AddSingleton<EventStream>();
        this.SetRendererInfo(new RendererInfo("Server", isInteractive: true));
        return world;
    }

    private static async Task SetAsync(FlagWorld world, Percentage percentage)
    {
        var setting = await world.SwitchAsync(on: true);
        (await world.Service.EditAsync(FlagSamples.Key, "production", setting.Version, FlagSettings.Of(setting) with { Percentage = percentage }, "test", "production", world.Manager, None)).Accepted();
    }

    private IRenderedComponent<FlagEnvironmentPanel> Panel(FlagWorld world, FlagView view) => Render<FlagEnvironmentPanel>(parameters => parameters
        .Add(panel => panel.Flag, view.Flag)
        .Add(panel => panel.Environment, Production)
        .Add(panel => panel.Setting, view.In("production")!)
        .Add(panel => panel.Actor, Services.GetRequiredService<ICurrentActor>().GetAsync().AsTask().GetAwaiter().GetResult()));

    // What is drawn behind the words is a hint at the button's key.
    private static AngleSharp.Dom.IElement Button(IRenderedComponent<FlagEnvironmentPanel> panel, string words) =>
        panel.FindAll("button").FirstOrDefault(button => button.TextContent.Trim() == words) ?? panel.FindAll("button").Single(button => button.TextContent.Trim().StartsWith(words, StringComparison.Ordinal));

    private static IEnumerable<string> Keys(IRenderedComponent<FlagsPage> page) => page.FindAll(".flag-key").Select(key => key.TextContent);

    private sealed class Somebody(Actor actor) : ICurrentActor
    {
        public ValueTask<Actor> GetAsync(CancellationToken cancellationToken = default) => new(actor);
    }
}
