using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Tests.Infrastructure;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Athena.Dashboard.Tests.Platform.Ui;

public sealed class FieldTests : ComponentTest
{
    [Fact]
    public void Label_hint_and_error_belong_to_the_input()
    {
        var field = Render<TextField>(with => with.Add(it => it.Label, "Version").Add(it => it.Hint, "SemVer").Add(it => it.Error, "Taken"));
        var input = field.Find("input");

        field.Find("label").GetAttribute("for").ShouldBe(input.Id);
        input.GetAttribute("aria-invalid").ShouldBe("true");
        input.GetAttribute("aria-describedby")!.Split(' ').Select(id => field.Find("#" + id).TextContent.Trim()).ShouldBe(["SemVer", "Taken"]);
    }

    [Fact]
    public void Input_waits_until_the_page_can_hear_it()
    {
        SetRendererInfo(new RendererInfo("Static", isInteractive: false));
        Render<TextField>(with => with.Add(it => it.Label, "Version").SetAssignedRenderMode(RenderMode.InteractiveServer))
            .Find("input").HasAttribute("disabled").ShouldBeTrue();
    }

    [Fact]
    public void A_page_without_a_circuit_takes_input_at_once()
    {
        SetRendererInfo(new RendererInfo("Static", isInteractive: false));
        Render<TextField>(with => with.Add(it => it.Label, "E-mail").Add(it => it.Name, "email"))
            .Find("input[name=email]").HasAttribute("disabled").ShouldBeFalse();
    }

    [Fact]
    public void A_choice_gives_the_value_and_not_its_place()
    {
        DayOfWeek? chosen = null;
        var select = Render<Select<DayOfWeek?>>(with => with
            .Add(it => it.Label, "Day")
            .Add(it => it.Placeholder, "Any")
            .Add(it => it.Options, [new(DayOfWeek.Monday, "Monday"), new(DayOfWeek.Friday, "Friday")])
            .Add(it => it.ValueChanged, value => chosen = value));

        select.Find("select").Change("1");
        chosen.ShouldBe(DayOfWeek.Friday);
        select.Find("select").Change("");
        chosen.ShouldBeNull();
    }

    [Fact]
    public void A_choice_that_was_never_offered_chooses_nothing()
    {
        DayOfWeek? chosen = DayOfWeek.Monday;
        var select = Render<Select<DayOfWeek?>>(with => with
            .Add(it => it.Label, "Day")
            .Add(it => it.Options, [new(DayOfWeek.Monday, "Monday")])
            .Add(it => it.ValueChanged, value => chosen = value));

        select.Find("select").Change("7");

        chosen.ShouldBeNull();
    }

    [Fact]
    public void A_number_is_read_exactly()
    {
        decimal? number = null;
        var field = Render<NumberField>(with => with.Add(it => it.Label, "Percentage").Add(it => it.ValueChanged, value => number = value));

        field.Find("input").Change("0.001");

        number.ShouldBe(0.001m);
    }

    [Fact]
    public void Values_end_with_enter_or_a_comma_and_are_there_once()
    {
        IReadOnlyList<string> values = ["pro"];
        IRenderedComponent<TokenField> Draw() => Render<TokenField>(with => with
            .Add(it => it.Label, "Tiers").Add(it => it.Value, values).Add(it => it.ValueChanged, changed => values = changed ?? []));

        Draw().Find("input").Input("team, pro,");
        values.ShouldBe(["pro", "team"]);
        var field = Draw();
        field.Find("input").Input("free");
        field.Find("input").KeyDown("Enter");
        values.ShouldBe(["pro", "team", "free"]);
        Draw().Find("[aria-label='Remove pro']").Click();
        Draw().Find("input").KeyDown("Backspace");
        values.ShouldBe(["team"]);
    }
}
