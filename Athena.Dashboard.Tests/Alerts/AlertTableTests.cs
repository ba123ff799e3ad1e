using System.Collections.Immutable;
using Athena.Dashboard.Alerts;
using Athena.Dashboard.Alerts.Domain;
using Athena.Dashboard.Alerts.Pages;
using Athena.Dashboard.Shell.Screens;
using Athena.Dashboard.Tests.Infrastructure;
using Bunit;

namespace Athena.Dashboard.Tests.Alerts;

public sealed class AlertTableTests : ComponentTest
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Red_is_for_critical_alerts_that_nobody_has_silenced()
    {
        var silence = Silence.Make([new Matcher("flag", MatchOperator.Is, "views")], TimeSpan.FromHours(1), "Known", "Desk", Noon).Value;
        var critical = Firing("PaymentsFail", "critical");
        var table = Render<AlertTable>(parameters => parameters.Add(part => part.Label, "Alerts").Add(part => part.Alerts,
        [
            new ShownAlert(critical, null, false), new ShownAlert(critical with { Id = Guid.NewGuid() }, silence, false), new ShownAlert(critical with { Id = Guid.NewGuid() }, null, true),
            new ShownAlert(critical with { Id = Guid.NewGuid(), State = AlertState.Pending }, null, false), new ShownAlert(critical with { Id = Guid.NewGuid(), State = AlertState.KeptFiring }, null, false),
        ]));
        table.FindAll(".badge").Select(badge => badge.ClassList.Contains("badge-harm")).ShouldBe([true, false, false, false, false]);
        table.FindAll(".badge").Select(badge => badge.TextContent.Trim()).ShouldBe(["firing", "firing", "firing", "pending", "firing on"]);
        table.FindAll("tbody tr")[1].TextContent.ShouldContain("silent until");
        table.FindAll("tbody tr")[2].TextContent.ShouldContain("another speaks for it");
    }

    [Fact]
    public void The_overview_names_what_fires_and_leaves_out_what_the_rollouts_say_themselves() =>
        Attention.Of([Firing("PaymentsFail", "warning"), Firing(Inhibition.HeldRollout, "warning"), Firing("Crashes", "critical")]).Select(item => (item.Title, item.Href))
            .ShouldBe([("Crashes", "alerts"), ("PaymentsFail", "alerts")]);

    private static Alert Firing(string name, string severity)
    {
        var labels = ImmutableSortedDictionary<string, string>.Empty.Add("alertname", name).Add("flag", "views").Add("severity", severity);
        return AlertLife.Look(null, new Signal(labels, AlertOrigin.Rule, "It is so.", "/x", true, TimeSpan.Zero, TimeSpan.Zero), Noon).After!;
    }
}
