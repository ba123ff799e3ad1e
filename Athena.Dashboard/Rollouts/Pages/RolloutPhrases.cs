using System.Collections.Immutable;
using System.Globalization;
using Athena.Dashboard.Health.Contracts;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Rollouts.Contracts;
using Athena.Dashboard.Rollouts.Domain;
using Athena.Dashboard.Rollouts.Storage;

namespace Athena.Dashboard.Rollouts.Pages;

/// <summary>How rollouts are told to people.</summary>
public static class RolloutPhrases
{
    public static StateKind Kind(this RolloutState state) => state switch
    {
        RolloutState.Planned => StateKind.Neutral,
        RolloutState.Running => StateKind.Progress,
        RolloutState.Held or RolloutState.Paused => StateKind.Hold,
        RolloutState.RollingBack or RolloutState.RolledBack => StateKind.Harm,
        RolloutState.Completed => StateKind.Good,
        _ => StateKind.Muted,
    };

    public static string Title(this RolloutState state) => Capital(state.Word());

    /// <summary>What ends a hold.</summary>
    public static string Ends(this HoldCause cause) => cause switch
    {
        HoldCause.AsksAPerson => "Resume it, advance it by hand, or roll it back.",
        HoldCause.FlagRefused => "Put the flag right, then resume the rollout.",
        HoldCause.Silent => "It goes on by itself with the first report.",
        HoldCause.Stale => "Nothing is rolled back. It goes on by itself when reports come again.",
        HoldCause.SharedIncident => "Nothing is rolled back: it would help nobody. It goes on by itself when the incident is over.",
        HoldCause.AlertFiring => "It goes on by itself when the alert ends.",
        HoldCause.GateOpen => "It goes on by itself once the item is passed or waived.",
        HoldCause.Undecided => "It goes on by itself once the criterion is good. Somebody may also advance it by hand.",
        HoldCause.AwaitsTick => "It goes on by itself once the criterion is ticked.",
        _ => throw new ArgumentOutOfRangeException(nameof(cause), cause, null),
    };

    public static IReadOnlyList<StageMark> Marks(Rollout rollout) =>
        [.. rollout.Terms.Steps.Select(step => new StageMark(Capital(step.Name), step.Percentage.ToString(), Mark(rollout, step.Index), Share(rollout), Note(rollout, step)))];

    public static StageMarkState Mark(Rollout rollout, int step) => Mark(rollout.State, rollout.StartedAt is null ? null : rollout.Step, step);

    /// <param name="current">Index of the present step; null before the start.</param>
    public static StageMarkState Mark(RolloutState state, int? current, int step) =>
        state == RolloutState.Completed || step < current ? StageMarkState.Done
        : step != current ? StageMarkState.Upcoming
        : state switch
        {
            RolloutState.Running => StageMarkState.Current,
            RolloutState.Held or RolloutState.Paused => StageMarkState.Held,
            RolloutState.RollingBack or RolloutState.RolledBack => StageMarkState.Failed,
            _ => StageMarkState.Upcoming,
        };

    public static double Share(Rollout rollout) => Share(rollout.Counted, rollout.CurrentStep.Duration);

    public static double Share(TimeSpan counted, TimeSpan needed) => needed > TimeSpan.Zero ? counted / needed : 0;

    /// <summary>Whole seconds once there are any: a running figure with fractions cannot be read.</summary>
    public static string Time(TimeSpan time) =>
        DurationText.Write(time < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(Math.Round(time.TotalSeconds, 1)) : TimeSpan.FromSeconds(Math.Floor(time.TotalSeconds)));

    /// <summary>What the last look said of a rule; null when it was not looked at.</summary>
    public static RuleVerdict? Of(this ImmutableArray<RuleVerdict> verdicts, JudgedRule rule) =>
        verdicts.FirstOrDefault(verdict => verdict.Rule.List == rule.List && verdict.Rule.Rule.Text == rule.Rule.Text);

    public static (StateKind Kind, string Word) Told(RuleVerdict verdict) => verdict.Verdict switch
    {
        Verdict.Good => (StateKind.Good, "good"),
        Verdict.Bad => (StateKind.Harm, "bad"),
        _ => (StateKind.Hold, verdict.Cause is { } cause ? Findings.Word(cause) : "undecided"),
    };

    /// <summary>A value in the unit of its metric: <c>0.12 %</c>, <c>180 ms</c>.</summary>
    public static string Value(double value, MetricUnit unit) => unit switch
    {
        MetricUnit.Fraction => Number(value * 100, "0.###") + " %",
        MetricUnit.Milliseconds => Number(value, "#,0.#") + " ms",
        MetricUnit.PerSecond => Number(value, "#,0.##") + "/s",
        MetricUnit.Score => Number(value, "0.00"),
        _ => Number(value, "#,0"),
    };

    public static (StateKind Kind, string Title) Told(DecisionRecord record) => Told(record.Kind);

    public static (StateKind Kind, string Title) Told(DecisionKind kind) => kind switch
    {
        DecisionKind.VerdictsChanged => (StateKind.Neutral, "Verdict changed"),
        DecisionKind.HourlySummary => (StateKind.Muted, "Hourly summary"),
        DecisionKind.Started => (StateKind.Progress, "Started"),
        DecisionKind.StageEntered => (StateKind.Progress, "Stage entered"),
        DecisionKind.Held => (StateKind.Hold, "Held"),
        DecisionKind.HoldEnded => (StateKind.Progress, "Goes on"),
        DecisionKind.Paused => (StateKind.Hold, "Paused"),
        DecisionKind.Resumed => (StateKind.Progress, "Resumed"),
        DecisionKind.Advanced => (StateKind.Progress, "Advanced"),
        DecisionKind.CriterionTicked => (StateKind.Good, "Criterion ticked"),
        DecisionKind.CriterionUnticked => (StateKind.Hold, "Tick taken back"),
        DecisionKind.RolledBack => (StateKind.Harm, "Rolled back"),
        DecisionKind.Completed => (StateKind.Good, "Completed"),
        DecisionKind.CalledOff => (StateKind.Muted, "Called off"),
        DecisionKind.SteppedDown => (StateKind.Hold, "Stepped down"),
        DecisionKind.Hurried => (StateKind.Harm, "Not waited for"),
        DecisionKind.ClockPutBack => (StateKind.Neutral, "Clock put back"),
        DecisionKind.GapFound => (StateKind.Hold, "Reports missing"),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    public static (StateKind Kind, string Word) Told(JournalEntry entry) => entry.State switch
    {
        IntentState.Done => (StateKind.Good, "done"),
        IntentState.Refused => (StateKind.Harm, "refused"),
        IntentState.Superseded => (StateKind.Muted, "superseded"),
        _ => entry.Failures > 0 ? (StateKind.Hold, "tried again") : (StateKind.Progress, "under way"),
    };

    /// <summary>What an action does to the exposure.</summary>
    public static string Done(this RuleAction action) => action switch
    {
        RuleAction.Alert => "people are told",
        RuleAction.Hold => "the stage waits",
        RuleAction.Gradual => "exposure goes back stage by stage",
        RuleAction.RollBack => "exposure goes to 0 % at once",
        RuleAction.Emergency => "exposure goes to 0 % at once and the flag is switched off",
        _ => throw new ArgumentOutOfRangeException(nameof(action), action, null),
    };

    /// <summary><c>500–1,000</c>.</summary>
    public static string Range(UserRange users) => string.Create(CultureInfo.InvariantCulture, $"{users.From:#,0}–{users.To:#,0}");

    /// <summary>What a rule does when it finds harm: <c>rolls back</c>.</summary>
    public static string Verb(RuleAction action) => action switch
    {
        RuleAction.Alert => "alerts",
        RuleAction.Hold => "holds",
        RuleAction.Gradual => "goes back stage by stage",
        RuleAction.RollBack => "rolls back",
        RuleAction.Emergency => "emergency",
        _ => throw new ArgumentOutOfRangeException(nameof(action), action, null),
    };

    public static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>A refusal as the reason of a disabled button.</summary>
    public static string? Why(Athena.Dashboard.Platform.Kernel.Refusal? refusal) =>
        refusal is null ? null
        : refusal.WhoCan.IsEmpty ? $"{refusal.Title} {refusal.Detail}".TrimEnd()
        : $"{refusal.Title} {string.Join(", ", refusal.WhoCan)} can.";

    private static string? Note(Rollout rollout, RolloutStep step) => Mark(rollout, step.Index) switch
    {
        StageMarkState.Upcoming => Time(step.Duration),
        StageMarkState.Current => Time(step.Duration - rollout.Counted) + " left",
        StageMarkState.Held => rollout.Cause?.Word() ?? rollout.State.Word(),
        StageMarkState.Failed => rollout.State.Word(),
        _ => null,
    };

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
