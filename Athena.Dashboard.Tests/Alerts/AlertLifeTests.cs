using System.Collections.Immutable;
using Athena.Dashboard.Alerts.Contracts;
using Athena.Dashboard.Alerts.Domain;

namespace Athena.Dashboard.Tests.Alerts;

/// <summary>When an alert fires, fires on and is over; whom it silences; when a group is told.</summary>
public sealed class AlertLifeTests
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);
    private static readonly GroupTiming Timing = new(TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5), TimeSpan.FromHours(4));

    [Fact]
    public void An_alert_is_pending_until_it_was_true_for_long_enough()
    {
        var pending = AlertLife.Look(null, Signal(true, wait: 60), Noon);
        (pending.After!.State, pending.Event).ShouldBe((AlertState.Pending, null));
        AlertLife.Look(pending.After, Signal(true), Noon.AddSeconds(59)).After!.State.ShouldBe(AlertState.Pending);
        var fired = AlertLife.Look(pending.After, Signal(true), Noon.AddSeconds(60));
        fired.After!.State.ShouldBe(AlertState.Firing);
        fired.Event.ShouldBeOfType<AlertFired>();
    }

    [Fact]
    public void One_that_is_not_true_any_more_before_it_fires_never_was()
    {
        var pending = AlertLife.Look(null, Signal(true, wait: 60), Noon).After;
        AlertLife.Look(pending, Signal(false), Noon.AddSeconds(30)).After.ShouldBeNull();
        AlertLife.Look(null, Signal(null), Noon).After.ShouldBeNull();
    }

    [Fact]
    public void A_look_that_cannot_tell_changes_nothing()
    {
        var pending = AlertLife.Look(null, Signal(true, wait: 60), Noon).After!;
        var fired = AlertLife.Look(pending, Signal(null), Noon.AddSeconds(61)).After!;
        fired.State.ShouldBe(AlertState.Firing);
        AlertLife.Look(fired, Signal(null), Noon.AddDays(1)).After!.State.ShouldBe(AlertState.Firing);
    }

    [Fact]
    public void One_that_flaps_fires_on_and_is_over_once()
    {
        var firing = AlertLife.Look(null, Signal(true, keep: 300), Noon).After!;
        var kept = AlertLife.Look(firing, Signal(false), Noon.AddSeconds(10));
        (kept.After!.State, kept.Event).ShouldBe((AlertState.KeptFiring, null));
        var again = AlertLife.Look(kept.After, Signal(true), Noon.AddSeconds(200));
        (again.After!.State, again.After.ClearedSince, again.Event).ShouldBe((AlertState.Firing, null, null));
        var clear = AlertLife.Look(again.After, Signal(false), Noon.AddSeconds(210)).After!;
        AlertLife.Advance(clear, Noon.AddSeconds(509)).After!.State.ShouldBe(AlertState.KeptFiring);
        var over = AlertLife.Advance(clear, Noon.AddSeconds(510));
        (over.After!.State, over.After.ResolvedAt).ShouldBe((AlertState.Resolved, Noon.AddSeconds(510)));
        over.Event.ShouldBeOfType<AlertResolved>();
    }

    /// <summary>Whatever happens, an alert is told once when it fires and once when it is over, and never fires before its time.</summary>
    [Fact]
    public void In_any_history_fired_and_resolved_alternate()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            Alert? alert = null;
            var told = new List<string>();
            var (now, trueSince) = (Noon, (DateTimeOffset?)null);
            for (var look = 0; look < 200; look++)
            {
                now = now.AddSeconds(random.Next(1, 40));
                bool? isTrue = random.Next(3) switch { 0 => true, 1 => false, _ => null };
                trueSince = isTrue switch { true => trueSince ?? now, false => null, null => trueSince };
                var step = AlertLife.Look(alert, Signal(isTrue, wait: 45, keep: 60), now);
                if (step.Event is AlertFired) (now - trueSince!.Value).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(45), $"seed {seed}");
                if (step.Event is not null) told.Add(step.Event.GetType().Name);
                alert = step.After is { State: AlertState.Resolved } ? null : step.After;
                if (alert is null) trueSince = null;
            }

            told.Where((name, index) => name != (index % 2 == 0 ? nameof(AlertFired) : nameof(AlertResolved))).ShouldBeEmpty($"seed {seed}");
            told.ShouldNotBeEmpty($"seed {seed}");
        }
    }

    [Theory]
    [InlineData("flag=views", true)]
    [InlineData("flag!=views", false)]
    [InlineData("flag=~vi.*", true)]
    [InlineData("flag=~vi", false)]
    [InlineData("flag!~vi", true)]
    [InlineData("team=", true)]
    [InlineData("alertname=a=b", false)]
    public void A_matcher_is_anchored_and_a_missing_label_is_empty(string text, bool matches) =>
        Matcher.Parse(text)!.Matches(Signal(true).Labels).ShouldBe(matches);

    [Theory]
    [InlineData("flag")]
    [InlineData("=x")]
    [InlineData("")]
    public void What_is_no_condition_is_not_taken_for_one(string text) => Matcher.Parse(text).ShouldBeNull();

    [Fact]
    public void An_expression_that_takes_too_long_silences_nothing()
    {
        var labels = new Dictionary<string, string> { ["flag"] = string.Concat(Enumerable.Repeat("abaab", 1_000)) };
        new Matcher("flag", MatchOperator.Like, "(([ab])+.)+c").Fault().ShouldBeNull();
        new Matcher("flag", MatchOperator.Like, "(([ab])+.)+c").Matches(labels).ShouldBeFalse();
        new Matcher("flag", MatchOperator.NotLike, "(([ab])+.)+c").Matches(labels).ShouldBeFalse();
    }

    [Fact]
    public void A_silence_has_an_end_a_reason_and_is_not_of_everything()
    {
        var refusal = Silence.Make([new Matcher("flag", MatchOperator.Like, "("), new Matcher("x", MatchOperator.Is, "")], TimeSpan.FromDays(31), " ", "Desk", Noon).Refusal!;
        refusal.Items.Select(item => item.Place).ShouldBe(["matchers", "minutes", "comment"]);
        Silence.Make([new Matcher("x", MatchOperator.IsNot, "y")], TimeSpan.FromHours(1), "Why", "Desk", Noon).Refusal!.Items.ShouldHaveSingleItem().Message.ShouldContain("everything");
        var silence = Silence.Make([new Matcher("flag", MatchOperator.Is, "views")], TimeSpan.FromHours(1), "Known", "Desk", Noon).Value;
        (silence.IsActive(Noon), silence.IsActive(Noon.AddMinutes(59)), silence.IsActive(Noon.AddHours(1))).ShouldBe((true, true, false));
        silence.Covers(Firing("a")).ShouldBeTrue();
    }

    [Fact]
    public void What_is_critical_speaks_for_the_warnings_about_the_same_measure_only()
    {
        var critical = Firing("a", ("rollout", "1"), ("metric", "error_rate"), ("severity", "critical"));
        var same = Firing("b", ("rollout", "1"), ("metric", "error_rate"), ("severity", "warning"));
        var other = Firing("c", ("rollout", "2"), ("metric", "error_rate"), ("severity", "warning"));
        var bare = Firing("d", ("severity", "warning"));
        IsInhibited(same, critical).ShouldBeTrue();
        IsInhibited(other, critical).ShouldBeFalse();
        IsInhibited(bare, Firing("e", ("severity", "critical"))).ShouldBeFalse("neither has a rollout");
        IsInhibited(critical, critical, same).ShouldBeFalse();
        IsInhibited(same, critical with { State = AlertState.Resolved }).ShouldBeFalse();
    }

    [Fact]
    public void A_source_that_fails_speaks_for_the_rollouts_that_wait_for_its_reports()
    {
        var source = Firing(Inhibition.FailingSource, ("environment", "production"));
        IsInhibited(Firing(Inhibition.HeldRollout, ("environment", "production"), ("cause", "stale")), source).ShouldBeTrue();
        IsInhibited(Firing(Inhibition.HeldRollout, ("environment", "staging"), ("cause", "stale")), source).ShouldBeFalse();
        IsInhibited(Firing(Inhibition.HeldRollout, ("environment", "production"), ("cause", "gateopen")), source).ShouldBeFalse();
    }

    [Fact]
    public void A_group_waits_for_others_then_for_its_interval_and_repeats_itself_seldom()
    {
        Alert[] one = [Firing("a")];
        Alert[] two = [.. one, Firing("b")];
        var group = new AlertGroup { Receiver = "chat", Key = "k", FirstAt = Noon };
        group.IsDue(one, Timing, Noon.AddSeconds(29)).ShouldBeFalse();
        group.IsDue(one, Timing, Noon.AddSeconds(30)).ShouldBeTrue();
        group.IsDue([], Timing, Noon.AddSeconds(30)).ShouldBeFalse("it was over before anybody was told");
        var told = group.Notified(one, Noon.AddSeconds(30));
        told.IsDue(one, Timing, Noon.AddHours(3)).ShouldBeFalse();
        told.IsDue(one, Timing, Noon.AddHours(5)).ShouldBeTrue();
        told.IsDue(two, Timing, Noon.AddMinutes(4)).ShouldBeFalse();
        told.IsDue(two, Timing, Noon.AddMinutes(6)).ShouldBeTrue();
        told.IsDue([], Timing, Noon.AddMinutes(6)).ShouldBeTrue("that it is over is told as well");
    }

    private static bool IsInhibited(Alert alert, params Alert[] others) => Inhibition.All.Any(inhibition => inhibition.Holds(alert, others));

    private static Signal Signal(bool? isTrue, int wait = 0, int keep = 0) => new(
        ImmutableSortedDictionary<string, string>.Empty.Add("alertname", "a").Add("flag", "views"), AlertOrigin.Rule, "It is so.", "/x", isTrue, TimeSpan.FromSeconds(wait), TimeSpan.FromSeconds(keep));

    private static Alert Firing(string name, params (string Label, string Value)[] labels)
    {
        var all = ImmutableSortedDictionary<string, string>.Empty.Add("alertname", name).Add("flag", "views").SetItems(labels.Select(label => KeyValuePair.Create(label.Label, label.Value)));
        return AlertLife.Look(null, new Signal(all, AlertOrigin.Rule, "It is so.", "/x", true, TimeSpan.Zero, TimeSpan.Zero), Noon).After!;
    }
}
