using System.Collections.Immutable;
using Athena.Dashboard.Alerts;
using Athena.Dashboard.Alerts.Domain;
using Athena.Dashboard.Alerts.Pages;
using Athena.Dashboard.Rollouts.Contracts;
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

    [Theory]
    [InlineData("while it runs", RolloutState.Running, null, 10, true)]
    [InlineData("once everybody has it", RolloutState.Completed, 20, 30, true)]
    [InlineData("while it was taken back", RolloutState.RolledBack, 20, 10, true)]
    [InlineData("after it was taken back", RolloutState.RolledBack, 20, 30, false)]
    [InlineData("before it began", RolloutState.Running, null, -10, false)]
    public void An_alert_that_knows_only_the_flag_is_about_the_release_that_moves_it(string when, RolloutState state, int? ended, int fired, bool isShown)
    {
        var rollout = new RolloutSummary(Guid.Empty, "1.2.0", "views", "production", true, state, null, 3, default, default, default, null, null, Noon, Noon, ended is { } minutes ? Noon.AddMinutes(minutes) : null, 1);
        var at = Noon.AddMinutes(fired);
        var alert = Firing("PaymentsFail", "critical") with { ActiveSince = at, FiringSince = at };
        ReleaseAlerts.IsAbout(alert, "1.2.0", [rollout]).ShouldBe(isShown, when);
        ReleaseAlerts.IsAbout(alert with { Labels = alert.Labels.Add("environment", "staging") }, "1.2.0", [rollout]).ShouldBeFalse();
        ReleaseAlerts.IsAbout(alert with { Labels = alert.Labels.Add("release", "1.3.0") }, "1.2.0", [rollout]).ShouldBeFalse();
        ReleaseAlerts.IsAbout(alert with { Labels = alert.Labels.Add("release", "1.2.0") }, "1.2.0", []).ShouldBeTrue();
    }

    private static Alert Firing(string name, string severity)
    {
        var labels = ImmutableSortedDictionary<string, string>.Empty.Add("alertname", name).Add("flag", "views").Add("severity", severity);
        return AlertLife.Look(null, new Signal(labels, AlertOrigin.Rule, "It is so.", "/x", true, TimeSpan.Zero, TimeSpan.Zero), Noon).After!;
    }
}
