using Athena.Dashboard.Flags;
using Athena.Dashboard.Flags.Contracts;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Targeting;
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

public sealed class FlagPageTests : FlagComponentTest
{
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
    public async Task A_setting_that_an_experiment_holds_says_so_and_leads_to_it()
    {
        using var world = await ArrangeAsync(Role.ReleaseManager);
        await SetAsync(world, Percentage.From(25));
        var view = (await world.Queries.FindViewAsync(FlagSamples.Key, None))!;
        var held = view with { Environments = [.. view.Environments.Select(setting => setting with { Experiment = "one-page" })] };
        var panel = Panel(world, held);
        panel.Find(".notice a").GetAttribute("href").ShouldBe("experiments/one-page");
        panel.Find("button[aria-label='Edit the rules in Production']").Click();
        panel.Find(".locked a").GetAttribute("href").ShouldBe("experiments/one-page");
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
        page.WaitForAssertion(() => Keys(page).ShouldBe([FlagSamples.Key, "other-thing"]));
        navigation.NavigateTo("/flags?q=DATABASE%20views-v2");
        page.WaitForAssertion(() => Keys(page).ShouldBe([FlagSamples.Key]));
        navigation.NavigateTo("/flags?in=staging&state=on");
        page.WaitForAssertion(() => Keys(page).ShouldBe(["other-thing"]));
        (await world.Service.CreateAsync(new FlagDescription("stays", "Stays", FlagKind.Operational), world.Manager, None)).Accepted();
        navigation.NavigateTo("/flags?stage=dueForRemoval");
        page.WaitForAssertion(() => Keys(page).ShouldBe([FlagSamples.Key, "other-thing"]));
        page.Find("td .due").TextContent.ShouldContain("Due for removal");
        navigation.NavigateTo("/flags?stale=due");
        page.WaitForAssertion(() => Keys(page).ShouldBe([FlagSamples.Key, "other-thing"]));
        navigation.NavigateTo("/flags?stale=unused");
        page.WaitForAssertion(() => page.Markup.ShouldContain("No flag matches"));
        navigation.NavigateTo("/flags?type=experimental");
        page.WaitForAssertion(() => page.Markup.ShouldContain("No flag matches"));
    }

    [Fact]
    public async Task The_tester_says_for_every_environment_what_decided()
    {
        using var world = await ArrangeAsync(Role.Viewer);
        await world.SwitchAsync(on: true, environment: "staging");
        var tester = Render<FlagTester>(parameters => parameters.Add(part => part.FlagKey, FlagSamples.Key));
        tester.FindAll(".because").Select(line => line.TextContent).ShouldBe(["The flag is off here.", "It is on for everybody.", "The flag is off here."]);
        tester.FindAll("button").Single(button => button.TextContent == "JSON").Click();
        tester.Find("textarea").Input("{ broken");
        tester.Markup.ShouldContain("This is not JSON yet.");
        tester.Find("textarea").Input("""{"a":1,"a":2}""");
        tester.Markup.ShouldContain("A name is there twice.");
    }

    [Fact]
    public async Task The_tester_answers_a_past_moment_from_what_was_live_then()
    {
        using var world = await ArrangeAsync(Role.Viewer);
        world.Clock.Advance(TimeSpan.FromHours(1));
        await world.SwitchAsync(on: true, environment: "staging");
        Clock.Advance(world.Clock.GetUtcNow() + TimeSpan.FromHours(1) - Clock.GetUtcNow());
        var tester = Render<FlagTester>(parameters => parameters.Add(part => part.FlagKey, FlagSamples.Key));
        tester.Find("input[type='datetime-local']").Change(Now.AddMinutes(30).ToString("yyyy-MM-ddTHH:mm:ss", System.Globalization.CultureInfo.InvariantCulture));
        tester.WaitForAssertion(() => tester.FindAll(".because").Select(line => line.TextContent).ShouldBe(["The flag is off here.", "The flag is off here.", "The flag is off here."]));
        tester.Find("input[type='datetime-local']").Change(Now.AddMinutes(-30).ToString("yyyy-MM-ddTHH:mm:ss", System.Globalization.CultureInfo.InvariantCulture));
        tester.WaitForAssertion(() => tester.Markup.ShouldContain("It was not there at that moment."));
    }

    [Fact]
    public async Task All_flags_are_asked_at_once_where_none_is_named()
    {
        using var world = await ArrangeAsync(Role.Viewer);
        await world.GivenFlagAsync("other-thing");
        await world.SwitchAsync(on: true, "other-thing", "staging");
        var tester = Render<FlagTester>(parameters => parameters.Add(part => part.Search, "other"));
        tester.FindAll(".value").Select(value => value.TextContent).ShouldBe(["false", "true", "false"]);
    }

    [Fact]
    public async Task A_change_of_the_history_is_taken_back_with_reason_and_in_production_with_its_name()
    {
        using var world = await ArrangeAsync(Role.ReleaseManager);
        await SetAsync(world, Percentage.From(25));
        var page = Render<FlagPage>(parameters => parameters.Add(part => part.Key, FlagSamples.Key));
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/flags/{FlagSamples.Key}?tab=history");
        page.WaitForAssertion(() => page.FindAll("button[aria-label^='Take back']").Count.ShouldBe(2));
        await page.FindAll("button[aria-label^='Take back']")[0].ClickAsync(new());
        var dialog = page.FindAll("dialog").Single(other => other.TextContent.Contains("Only this change", StringComparison.Ordinal));
        dialog.QuerySelector(".diff-added")!.TextContent.ShouldContain("100 %");
        page.Find("dialog textarea").Input("too early");
        page.Find("dialog input.mono").Input("production");
        page.Find("dialog .notice").TextContent.ShouldContain("staging is off", Case.Insensitive);
        page.Find("dialog input[type=checkbox]").Change(true);
        await page.FindAll("dialog button").Single(button => button.TextContent.Trim() == "Take back").ClickAsync(new());
        (await world.Queries.FindViewAsync(FlagSamples.Key, None))!.In("production")!.Percentage.ShouldBe(Percentage.Hundred);
    }

    [Fact]
    public async Task Values_are_edited_with_every_fault_at_once_and_what_is_served_keeps_its_name()
    {
        using var world = await ArrangeAsync(Role.ReleaseManager);
        await world.SwitchAsync(on: true);
        var page = Render<FlagPage>(parameters => parameters.Add(part => part.Key, FlagSamples.Key));
        page.WaitForElement("button[aria-label='Edit the values']").Click();
        page.WaitForElement(".variant");
        page.Find("input[id][disabled]").GetAttribute("value").ShouldBe("on");
        page.Markup.ShouldContain("Served: the exposed in production.");
        page.FindAll(".variants button").Single(button => button.TextContent.Trim() == "Value").Click();
        page.FindAll(".variant input")[2].Input("pale");
        page.FindAll(".variant > .field textarea")[2].Input("{\n  \"a\": 1,\n  b\n}");
        page.FindAll(".payload textarea")[1].Input("{\n  \"tone\": []\n}");
        await page.FindAll("button").Single(button => button.TextContent.Trim() == "Review and save").ClickAsync(new());
        page.FindAll(".refusal-item-title").Select(title => title.TextContent).ShouldBe(["pale, line 3", "payload of off, line 2, tone"]);
        page.FindAll(".variant > .field textarea")[2].Input("true");
        page.FindAll(".payload textarea")[1].Input("{\"tone\": \"low\"}");
        await page.FindAll("button").Single(button => button.TextContent.Trim() == "Review and save").ClickAsync(new());
        page.Markup.ShouldContain("get something else.");
        var dialog = page.FindAll("dialog").Single(other => other.TextContent.Contains("Save the values", StringComparison.Ordinal));
        dialog.QuerySelectorAll(".diff-added").Select(line => line.TextContent).ShouldContain(line => line.Contains("value pale: true", StringComparison.Ordinal));
        page.FindAll("dialog input").First(input => input.Closest("dialog")!.TextContent.Contains("Save the values", StringComparison.Ordinal)).Input("brand");
        page.FindAll("dialog input.mono").First(input => input.Closest("dialog")!.TextContent.Contains("Save the values", StringComparison.Ordinal)).Input("production");
        await page.FindAll("dialog button").Single(button => button.TextContent.Trim() == "Save" && button.Closest("dialog")!.TextContent.Contains("Save the values", StringComparison.Ordinal)).ClickAsync(new());
        var flag = (await world.Queries.FindViewAsync(FlagSamples.Key, None))!.Flag;
        flag.Variants.Select(variant => variant.Name).ShouldBe(["on", "off", "pale"]);
        flag.Variant("off")!.Payload!["tone"].Text.ShouldBe("\"low\"");
    }

    [Fact]
    public async Task A_flag_with_other_values_is_created_once_each_is_JSON()
    {
        using var world = await ArrangeAsync(Role.ReleaseManager);
        var page = Render<FlagsPage>();
        page.WaitForElement("table");
        page.FindAll("button").Single(button => button.TextContent.Contains("New flag", StringComparison.Ordinal)).Click();
        page.Find("dialog input[required]").Input("Banner colour");
        page.FindAll("dialog select")[1].Change("1");
        page.WaitForElement("dialog .variant textarea").Input("red");
        page.WaitForElement("dialog .variant .field-error").TextContent.ShouldContain("a text stands in quotes");
        page.FindAll("dialog button")[^1].GetAttribute("aria-disabled").ShouldBe("true");
        page.FindAll("dialog .variant textarea")[0].Input("\"red\"");
        await page.FindAll("dialog button").Single(button => button.TextContent.Trim() == "Create flag").ClickAsync(new());
        var flag = (await world.Queries.FindViewAsync("banner-colour", None))!.Flag;
        flag.Variants.Select(variant => (variant.Name, variant.Value.Text)).ShouldBe([("on", "\"red\""), ("off", "\"old\"")]);
    }

    [Fact]
    public async Task A_file_shows_what_it_would_change_and_changes_it_only_when_it_is_applied()
    {
        using var world = await ArrangeAsync(Role.ReleaseManager);
        await SetAsync(world, Percentage.From(25));
        var text = (await Services.GetRequiredService<FlagsAsCode>().ExportAsync(null, None)).Accepted().Replace("percentage: 25", "percentage: 10", StringComparison.Ordinal);
        var page = Render<FlagFilesPage>();
        page.FindComponent<Microsoft.AspNetCore.Components.Forms.InputFile>().UploadFiles(InputFileContent.CreateFromText(text, "flags.yaml"));
        page.WaitForAssertion(() => page.Find(".difference dt").TextContent.ShouldBe($"flags.{FlagSamples.Key}.production.percentage"));
        (await world.Queries.FindViewAsync(FlagSamples.Key, None))!.In("production")!.Percentage.ShouldBe(Percentage.From(25));
        await page.FindAll("button").Single(button => button.TextContent.Trim() == "Apply 1 difference").ClickAsync(new());
        (await world.Queries.FindViewAsync(FlagSamples.Key, None))!.In("production")!.Percentage.ShouldBe(Percentage.From(10));
    }

    [Fact]
    public async Task A_file_says_before_and_after_what_of_it_waits_for_approval()
    {
        using var world = await ArrangeAsync(Role.ReleaseManager, ChangeRequestTests.Approving(needed: 1));
        var text = $"flags:\n  {FlagSamples.Key}:\n    environments:\n      staging: {{enabled: true}}\n      production: {{enabled: true}}\n";
        var page = Render<FlagFilesPage>();
        page.FindComponent<Microsoft.AspNetCore.Components.Forms.InputFile>().UploadFiles(InputFileContent.CreateFromText(text, "flags.yaml"));
        page.WaitForAssertion(() => page.Find(".count-line").TextContent.ShouldBe("2 differences: 1 applied now, 1 waits for approval"));
        page.FindAll(".difference dt").Single(place => place.TextContent.Contains("production", StringComparison.Ordinal)).TextContent.ShouldContain("Waits for approval");
        page.FindAll("input").ShouldNotContain(input => input.GetAttribute("autocomplete") == "off", "who carries it out confirms it");
        page.FindAll("input").Single(input => input.GetAttribute("maxlength") == "500").Input("as code");
        await page.FindAll("button").Single(button => button.TextContent.Trim() == "Apply 1, ask for 1").ClickAsync(new());
        page.FindAll(".notice-title").Select(title => title.TextContent).ShouldBe(["1 difference was applied", "1 difference waits for approval"]);
        var request = (await world.Requests.ListOpenAsync(None)).ShouldHaveSingleItem().Request;
        page.Find(".notice a").GetAttribute("href").ShouldBe($"change-requests/{request.Id}");
    }

    [Fact]
    public async Task The_removal_of_a_flag_is_a_checklist()
    {
        using var world = await ArrangeAsync(Role.Viewer);
        var page = Render<FlagRemovalView>(parameters => parameters.Add(part => part.FlagKey, FlagSamples.Key));
        page.WaitForAssertion(() => page.Find(".notice").TextContent.ShouldContain("Due for removal"));
        page.FindAll(".steps li").Select(step => step.QuerySelector(".badge")!.TextContent.Trim()).ShouldBe(["Done", "Done", "Open", "Done", "Done"]);
        page.Find(".steps").TextContent.ShouldContain("No repository has been searched yet");
        page.Markup.ShouldContain("Never since");
        page.Markup.ShouldContain("No directory is configured.");
        page.Markup.ShouldContain("Nobody: the flag has no owner.");
        page.FindAll("button").Single(button => button.TextContent.Trim() == "Put off").GetAttribute("aria-disabled").ShouldBe("true");
    }

    [Fact]
    public async Task Two_environments_are_laid_side_by_side_and_a_flag_is_promoted_with_its_difference_in_sight()
    {
        using var world = await ArrangeAsync(Role.ReleaseManager);
        await world.SwitchAsync(on: true, environment: "development");
        await world.SwitchAsync(on: true, environment: "staging");
        Services.GetRequiredService<NavigationManager>().NavigateTo("/flag-comparison?from=development&to=staging");
        var page = Render<ComparisonPage>();
        page.WaitForAssertion(() => page.Markup.ShouldContain("No flag differs"));
        Services.GetRequiredService<NavigationManager>().NavigateTo("/flag-comparison");
        page.WaitForAssertion(() => page.Find(".panel .diff-added").TextContent.ShouldContain("on"));
        await page.Find($"button[aria-label='Promote {FlagSamples.Key} to Production']").ClickAsync(new());
        page.FindAll("dialog .notice").ShouldBeEmpty("production follows staging");
        page.Find("dialog textarea").Input("tested");
        page.Find("dialog input.mono").Input("production");
        await page.FindAll("dialog button").Single(button => button.TextContent.Trim() == "Promote").ClickAsync(new());
        (await world.Queries.FindViewAsync(FlagSamples.Key, None))!.In("production")!.Enabled.ShouldBeTrue();
    }

    [Fact]
    public async Task Where_changes_are_approved_the_page_asks_and_somebody_else_approves()
    {
        var process = ChangeRequestTests.Approving(needed: 1);
        using var world = await ArrangeAsync(Role.EngineeringLead, process);
        await world.SwitchAsync(on: true, environment: "staging");
        var panel = Panel(world, (await world.Queries.FindViewAsync(FlagSamples.Key, None))!, ChangeRequestTests.Production(process));
        await Button(panel, "Switch on").ClickAsync(new());
        panel.FindAll("dialog input.mono").ShouldBeEmpty("asking changes nothing yet");
        panel.Find("dialog textarea").Input("launch");
        await panel.FindAll("dialog button").Single(button => button.TextContent.Trim() == "Ask for approval").ClickAsync(new());
        (await world.Queries.FindViewAsync(FlagSamples.Key, None))!.In("production")!.Enabled.ShouldBeFalse();

        var asked = (await world.Requests.ListOpenAsync(None)).ShouldHaveSingleItem();
        var page = Render<ChangeRequestPage>(parameters => parameters.Add(part => part.Id, asked.Request.Id));
        page.WaitForElement(".diff-added").TextContent.ShouldContain("on");
        var approve = page.FindAll("button").Single(button => button.TextContent.Contains("Approve", StringComparison.Ordinal));
        approve.GetAttribute("data-tip")!.ShouldContain("Who asks for a change does not approve it.");
        (await world.Changes.ApproveAsync(asked.Request.Id, asked.Request.Hash, Person(Role.EngineeringLead), None)).Accepted();
        page = Render<ChangeRequestPage>(parameters => parameters.Add(part => part.Id, asked.Request.Id));
        page.WaitForElement(".approvals li");
        await page.FindAll("button").Single(button => button.TextContent.Contains("Carry out", StringComparison.Ordinal)).ClickAsync(new());
        page.Find("dialog input.mono").Input("production");
        await page.FindAll("dialog button").Single(button => button.TextContent.Trim() == "Carry out").ClickAsync(new());
        (await world.Queries.FindViewAsync(FlagSamples.Key, None))!.In("production")!.Enabled.ShouldBeTrue();
        var list = Render<ChangeRequestsPage>();
        list.WaitForAssertion(() => list.Find("tbody").TextContent.ShouldContain("Carried out"));
    }

    [Fact]
    public async Task A_change_saved_for_later_waits_on_the_page_and_in_the_calendar_and_can_be_taken_out()
    {
        using var world = await ArrangeAsync(Role.ReleaseManager);
        await SetAsync(world, Percentage.From(25));
        var panel = Panel(world, (await world.Queries.FindViewAsync(FlagSamples.Key, None))!);
        panel.Find("button[aria-label='Edit the rules in Production']").Click();
        panel.Find("input[type=number]").Change("10");
        await Button(panel, "Review and save").ClickAsync(new());
        panel.Find("dialog input[type='datetime-local']").Change(Now.AddDays(3).ToString("yyyy-MM-ddTHH:mm:ss", System.Globalization.CultureInfo.InvariantCulture));
        await panel.FindAll("dialog button").Single(button => button.TextContent.Trim() == "Queue").ClickAsync(new());
        var queued = (await world.Calendar.WaitingAsync(FlagSamples.Key, None)).ShouldHaveSingleItem();
        (queued.At, queued.Zone, queued.After.Percentage).ShouldBe((Now.AddDays(3), "UTC", Percentage.From(10)));
        (await world.Queries.FindViewAsync(FlagSamples.Key, None))!.In("production")!.Percentage.ShouldBe(Percentage.From(25));

        Services.GetRequiredService<NavigationManager>().NavigateTo("/flag-calendar?month=2025-08");
        var calendar = Render<CalendarPage>();
        calendar.WaitForAssertion(() => calendar.Find(".moments").TextContent.ShouldContain(FlagSamples.Key));
        calendar.Find(".day h3").TextContent.ShouldBe("18 Monday");
        Services.GetRequiredService<NavigationManager>().NavigateTo("/flag-calendar?month=2025-09");
        calendar.WaitForAssertion(() => calendar.Markup.ShouldContain("Nothing is planned in September 2025"));

        panel.Render(parameters => parameters.Add(part => part.Queued, [queued]));
        await panel.FindAll("button").Single(button => button.TextContent.Trim() == "Take out").ClickAsync(new());
        (await world.Calendar.WaitingAsync(FlagSamples.Key, None)).ShouldBeEmpty();
    }

    private static async Task SetAsync(FlagWorld world, Percentage percentage)
    {
        var setting = await world.SwitchAsync(on: true);
        (await world.Service.EditAsync(FlagSamples.Key, "production", setting.Version, FlagSettings.Of(setting) with { Percentage = percentage }, "test", new Consent("production", Override: true), world.Manager, None)).Accepted();
    }

    private IRenderedComponent<FlagEnvironmentPanel> Panel(FlagWorld world, FlagView view, TargetEnvironment? environment = null) => Render<FlagEnvironmentPanel>(parameters => parameters
        .Add(panel => panel.Flag, view.Flag)
        .Add(panel => panel.Environment, environment ?? Production)
        .Add(panel => panel.Setting, view.In("production")!)
        .Add(panel => panel.Actor, Services.GetRequiredService<ICurrentActor>().GetAsync().AsTask().GetAwaiter().GetResult()));

    // What is drawn behind the words is a hint at the button's key.
    private static AngleSharp.Dom.IElement Button(IRenderedComponent<FlagEnvironmentPanel> panel, string words) =>
        panel.FindAll("button").FirstOrDefault(button => button.TextContent.Trim() == words) ?? panel.FindAll("button").Single(button => button.TextContent.Trim().StartsWith(words, StringComparison.Ordinal));

    private static IEnumerable<string> Keys(IRenderedComponent<FlagsPage> page) => page.FindAll(".flag-key").Select(key => key.TextContent);
}
