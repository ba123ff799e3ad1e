using System.Collections.Immutable;
using Athena.Dashboard.Flags;
using Athena.Dashboard.Flags.Domain;
using Athena.Dashboard.Flags.Domain.Targeting;
using Athena.Dashboard.Flags.Pages;
using Athena.Dashboard.Flags.Pages.Editing;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Tests.Infrastructure;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using static Athena.Dashboard.Tests.Flags.FlagSamples;

namespace Athena.Dashboard.Tests.Flags.Pages;

public sealed class TargetingEditorTests : FlagComponentTest
{
    private const string Focus = "Blazor._internal.domWrapper.focus";

    private static readonly FlagEnvironment Written = On with
    {
        Percentage = Percentage.From(12.5m),
        Audience = ["team"],
        Prerequisites = [],
        Rules =
        [
            new FlagRule("first", [new Condition.Not(Is("country", "US")), new Condition.InSegment("beta")], Serving.Of("on")),
            new FlagRule("second", [new Condition.Any([Is("plan", "pro"), new Condition.All([new Condition.Clause("age", ClauseOperator.NumberAtLeast, ["18"]), new Condition.Clause("x", ClauseOperator.Exists, [])])])], new Serving { Split = [new Share("on", 33_333), new Share("off", 66_667)], By = "workspace" }),
            new FlagRule("", [], new Serving { Split = [new Share("on", 1), new Share("off", 2)], Salt = "imported" }),
        ],
        Conditions = [new Condition.Not(new Condition.Not(Is("a", "b")))],
    };

    [Fact]
    public void A_setting_that_was_opened_and_not_touched_is_what_it_was()
    {
        var draft = new SettingDraft(Views, Written, TimeZoneInfo.FindSystemTimeZoneById("Europe/Vienna"));
        draft.Fault.ShouldBeNull();
        draft.ToSettings()!.AppliedTo(Written).IsSameAs(Written).ShouldBeTrue();
        var scheduled = Off with { EnableAt = Now.AddSeconds(90), DisableAt = Now.AddDays(1).AddMilliseconds(5) };
        var other = new SettingDraft(Views, scheduled, TimeZoneInfo.Utc);
        other.Rezone(TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata"));
        other.ToSettings()!.AppliedTo(scheduled).IsSameAs(scheduled).ShouldBeTrue();
    }

    [Fact]
    public void What_is_brought_from_another_environment_is_its_targeting_and_not_its_schedule_or_switch()
    {
        var here = Off with { Environment = "production", DisableAt = Now.AddDays(3) };
        var draft = new SettingDraft(Views, here, TimeZoneInfo.Utc, Written with { Environment = "staging", DisableAt = Now.AddDays(1) });
        var brought = draft.ToSettings()!.AppliedTo(here);
        brought.HasSameTargeting(Written).ShouldBeTrue();
        (brought.Environment, brought.Enabled, brought.DisableAt).ShouldBe(("production", false, here.DisableAt));
    }

    [Fact]
    public void A_split_wants_its_whole_and_steps_of_a_thousandth_of_a_percent()
    {
        var serving = ServingDraft.Of(Serving.Of("on"));
        serving.Split(["a", "b", "c"]);
        serving.ToServing().Split.Select(share => share.Weight).ShouldBe([33_334, 33_333, 33_333]);
        serving.Shares[0].Part = 33.3335m;
        serving.Fault.ShouldBe("Shares are 0 to 100 in steps of 0.001.");
        serving.Shares[0].Part = 10;
        serving.Fault.ShouldBe("The shares make 76.666 %, not 100 %.");
        serving.Shares[0].Part = serving.Rest(serving.Shares[0]);
        serving.Fault.ShouldBeNull();
    }

    [Fact]
    public void A_rule_that_is_moved_by_keys_keeps_the_focus_on_its_number()
    {
        var rules = Written.Rules.Select(RuleDraft.Of).ToList();
        var second = rules[1];
        var editor = Rules(rules);
        var number = Reference(editor.FindAll(".handle")[1]);
        editor.FindAll(".handle")[1].KeyDown(new KeyboardEventArgs { Key = "ArrowUp", AltKey = true });
        rules.IndexOf(second).ShouldBe(0);
        editor.FindAll(".rule input")[0].GetAttribute("value").ShouldBe("second");
        FocusedElement().ShouldBe(number);
        editor.FindAll(".handle")[0].KeyDown(new KeyboardEventArgs { Key = "ArrowUp", AltKey = true });
        rules.IndexOf(second).ShouldBe(0);
        editor.FindAll(".handle")[0].KeyDown(new KeyboardEventArgs { Key = "ArrowDown" });
        rules.IndexOf(second).ShouldBe(0);
    }

    [Fact]
    public void A_rule_that_is_moved_by_its_button_keeps_the_focus_on_that_button()
    {
        var rules = Written.Rules.Select(RuleDraft.Of).ToList();
        var editor = Rules(rules);
        var button = Reference(editor.Find("button[aria-label='Move rule 1 down']"));
        editor.Find("button[aria-label='Move rule 1 down']").Click();
        rules.Select(rule => rule.Name).ShouldBe(["second", "first", ""]);
        FocusedElement().ShouldBe(button);
    }

    [Fact]
    public void A_rule_that_is_removed_by_a_key_gives_the_focus_to_the_next()
    {
        var rules = Written.Rules.Select(RuleDraft.Of).ToList();
        var editor = Rules(rules);
        var next = Reference(editor.FindAll(".handle")[2]);
        editor.FindAll(".handle")[1].KeyDown(new KeyboardEventArgs { Key = "Delete" });
        rules.Select(rule => rule.Name).ShouldBe(["first", ""]);
        FocusedElement().ShouldBe(next);
    }

    [Fact]
    public async Task What_the_server_finds_wrong_stands_at_its_fields_and_nothing_is_saved()
    {
        using var world = await ArrangeAsync(Role.ReleaseManager);
        var setting = await world.SwitchAsync(on: true, environment: "staging");
        setting = (await world.Service.EditAsync(
            FlagSamples.Key, "staging", setting.Version, FlagSettings.Of(setting) with { Rules = [new FlagRule("old", [Is("plan", "pro")], Serving.Of("on"))] }, "test", null, world.Manager, None)).Accepted();
        var editor = Editor(world, setting);
        editor.Find("button[aria-label='Remove condition 1']").Click();
        foreach (var button in editor.FindAll("button").Where(button => button.TextContent.Trim() == "Condition").Take(1).ToList()) button.Click();
        editor.Find(".rule input[placeholder='attribute']").Input("age");
        editor.Find(".rule select[aria-label='Operator']").Change("NumberAtLeast");
        editor.Find(".rule .values input").Input("eighteen");
        Press(editor, "Review and save");

        editor.WaitForAssertion(() => editor.Find(".rule .values .field-error").TextContent.ShouldContain("a finite number"));
        editor.Find(".rule .values input").GetAttribute("aria-invalid").ShouldBe("true");
        editor.Find(".refusal-item-title").TextContent.ShouldBe("Rule 1, condition 1, value 1");
        FocusedElement().ShouldBe(Reference(editor.Find("div[tabindex='-1']")));
        editor.FindAll("dialog .diff").ShouldBeEmpty();
        (await world.Queries.FindViewAsync(FlagSamples.Key, None))!.In("staging")!.Version.ShouldBe(setting.Version);
    }

    [Fact]
    public async Task A_new_condition_offers_the_operators_of_what_an_attribute_is_known_to_be()
    {
        using var world = await ArrangeAsync(Role.ReleaseManager);
        var setting = await world.SwitchAsync(on: true, environment: "staging");
        setting = (await world.Service.EditAsync(
            FlagSamples.Key, "staging", setting.Version, FlagSettings.Of(setting) with { Conditions = [new Condition.Clause("appVersion", ClauseOperator.VersionBelow, ["2.0.0"])] }, "test", null, world.Manager, None)).Accepted();
        var editor = Editor(world, setting);
        Press(editor, "Add a rule");
        FocusedElement().ShouldBe(Reference(editor.Find(".rule input[placeholder='attribute']")));
        editor.Find(".rule input[placeholder='attribute']").Input("appVersion");
        editor.Find(".rule select[aria-label='Operator'] optgroup").GetAttribute("label").ShouldBe("Version");
        editor.Find(".rule select[aria-label='Operator']").GetAttribute("value").ShouldBe("VersionEquals");
    }

    [Fact]
    public async Task A_setting_that_a_rollout_owns_is_locked_with_a_link_to_it()
    {
        using var world = await ArrangeAsync(Role.ReleaseManager);
        var rollout = Guid.CreateVersion7(Now);
        var setting = await world.SwitchAsync(on: true, environment: "staging");
        await world.Service.EditAsync(FlagSamples.Key, "staging", setting.Version, FlagSettings.Of(setting) with { Rules = [new FlagRule("kept", [Is("plan", "pro")], Serving.Of("on"))] }, "test", null, world.Manager, None);
        await world.Exposure.ClaimAsync(Guid.CreateVersion7(Now), FlagSamples.Key, "staging", rollout, world.Manager, None);
        var editor = Editor(world, (await world.Queries.FindViewAsync(FlagSamples.Key, None))!.In("staging")!);
        editor.Find(".locked a").GetAttribute("href").ShouldBe($"rollouts/{rollout}");
        editor.FindAll(".rule input, .rule select, .handle, input[type=number]").ShouldAllBe(field => field.HasAttribute("disabled"));
        editor.FindAll("button").ShouldNotContain(button => button.TextContent.Contains("Add a rule"));
        editor.Find("input[type='datetime-local']").HasAttribute("disabled").ShouldBeFalse();
    }

    // The last element that was given the focus, by the id under which the page knows it.
    private string FocusedElement() => ((ElementReference)JSInterop.Invocations[Focus][^1].Arguments[0]!).Id;

    // Only what was drawn for the first time says it; an element that is moved stays the same one.
    private static string? Reference(AngleSharp.Dom.IElement element) => element.GetAttribute("blazor:elementReference");

    private static void Press(IRenderedComponent<FlagSettingEditor> editor, string words) =>
        editor.FindAll("button").First(button => button.TextContent.Trim().StartsWith(words, StringComparison.Ordinal)).Click();

    private IRenderedComponent<RulesEditor> Rules(List<RuleDraft> rules) =>
        Render<RulesEditor>(parameters => parameters.Add(editor => editor.Rules, rules).Add(editor => editor.Variants, Variant.Boolean));

    private IRenderedComponent<FlagSettingEditor> Editor(FlagWorld world, FlagEnvironment setting)
    {
        var editor = Render<FlagSettingEditor>(parameters => parameters.Add(part => part.Flag, Views).Add(part => part.Environment, Staging).Add(part => part.Setting, setting));
        editor.WaitForAssertion(() => editor.FindAll("datalist option").ShouldNotBeEmpty());
        return editor;
    }
}
