using System.Text.RegularExpressions;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Tests.Infrastructure;
using Bunit;
using Microsoft.Extensions.DependencyInjection;

namespace Athena.Dashboard.Tests.Platform.Ui;

public sealed partial class StateTests : ComponentTest
{
    [Fact]
    public void Every_state_has_a_shape_of_its_own()
    {
        var shapes = Enum.GetValues<StateKind>()
            .Select(kind => Render<StateBadge>(with => with.Add(it => it.Kind, kind).Add(it => it.Text, "x")).Find("use").GetAttribute("href"));

        shapes.ShouldBeUnique();
    }

    [Fact]
    public void Every_icon_that_a_component_names_exists()
    {
        var root = Repository.Root;
        var known = File.ReadLines(Path.Combine(root, "wwwroot-assets/icons/lucide.txt")).Select(line => line.Split(':')[0])
            .Concat(Directory.EnumerateFiles(Path.Combine(root, "wwwroot-assets/icons"), "*.svg").Select(file => Path.GetFileNameWithoutExtension(file)))
            .ToHashSet(StringComparer.Ordinal);

        var named = Directory.EnumerateFiles(Path.Combine(root, "Athena.Dashboard"), "*.razor", SearchOption.AllDirectories)
            .SelectMany(file => IconName().Matches(File.ReadAllText(file)).Select(match => (File: Path.GetFileName(file), Icon: match.Groups["name"].Value)))
            .ToArray();

        named.Length.ShouldBeGreaterThan(10);
        named.Where(use => !known.Contains(use.Icon)).ShouldBeEmpty();
    }

    [Fact]
    public void The_line_of_stages_says_where_it_is_and_how_it_went()
    {
        var line = Render<StageLine>(with => with.Add(it => it.Stages,
        [
            new("Team", "0.1 %", StageMarkState.Done),
            new("Beta", "10 %", StageMarkState.Held, 0.5, "No data"),
            new("All", "100 %", StageMarkState.Upcoming),
        ]));

        line.Find("[aria-current=step]").TextContent.ShouldContain("10 %");
        line.FindAll(".stage-fill").Select(fill => fill.GetAttribute("style")).ShouldBe(["width:100%", "width:50%", "width:0%"]);
        line.Find(".stage-held svg").GetAttribute("aria-label").ShouldBe("Held");
    }

    [Fact]
    public void A_refusal_shows_every_reason_and_who_can_act()
    {
        var refusal = new Refusal(RefusalKind.Conflict, "gate_open", "Two items are open.", "Tick them.")
        {
            Items = [new("Security scan", "is open", WhoCan: "QA Lead"), new("percentage", "is out of range", "120", "0 to 100")],
            WhoCan = ["Release Manager"],
        };

        var text = Render<RefusalView>(with => with.Add(it => it.Refusal, refusal)).Find(".notice").TextContent;

        foreach (var part in (string[])["Two items are open.", "Tick them.", "Security scan", "QA Lead", "120", "0 to 100", "Release Manager"])
            text.ShouldContain(part);
    }

    [Fact]
    public async Task Toasts_go_after_six_seconds_but_refusals_stay()
    {
        var toasts = Services.GetRequiredService<Toasts>();
        var host = Render<ToastHost>();
        toasts.Show("Saved", StateKind.Good);
        toasts.Refuse(Refusal.Conflict("x", "No"));
        host.WaitForAssertion(() => host.FindAll(".toast").Count.ShouldBe(2));
        await Wait.UntilAsync(() => Clock.WaitingTimers == 1);

        Clock.Advance(TimeSpan.FromSeconds(6));

        host.WaitForAssertion(() => host.FindAll(".toast").Count.ShouldBe(1));
        host.Find(".toast").TextContent.ShouldContain("No");
        host.Find(".toast button").Click();
        host.WaitForAssertion(() => host.FindAll(".toast").ShouldBeEmpty());
    }

    [Fact]
    public void A_gap_in_the_values_is_a_gap_in_the_line()
    {
        var path = Render<Sparkline>(with => with.Add(it => it.Label, "x").Add(it => it.Values, [1, 2, null, 3, 4])).FindAll("path")[1].GetAttribute("d")!;

        path.Count(letter => letter == 'M').ShouldBe(2);
    }

    [Fact]
    public void The_first_tab_is_the_plain_address_and_others_are_in_the_query()
    {
        var tabs = Render<Tabs>(with => with.Add(it => it.Items, [new("all", "All"), new("open", "Open", 3)]).Add(it => it.Active, "nonsense"));

        tabs.FindAll("a").Select(link => new Uri(link.GetAttribute("href")!).PathAndQuery).ShouldBe(["/", "/?tab=open"]);
        tabs.Find("[aria-current]").TextContent.Trim().ShouldBe("All");
    }

    [GeneratedRegex("(?:<Icon Name|[^a-z]Icon|IconName)=\"(?<name>[a-z0-9-]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex IconName();
}
