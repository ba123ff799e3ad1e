using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Rollouts.Contracts;

namespace Athena.Dashboard.Recovery.Domain;

/// <summary>The draft that people begin from: all that the product knows, and what only people can say as questions.</summary>
/// <param name="escape">What is done, in Markdown, to words that people wrote.</param>
public sealed class PostMortemText(Func<string, string> escape)
{
    /// <param name="record">Null when nothing was taken back.</param>
    public string Draft(Procedure procedure, RollbackRecord? record)
    {
        var text = new StringBuilder();
        Line(text, $"# Post-mortem: {escape(procedure.What ?? "release " + procedure.Release)}");
        Line(text, "_Drafted from what the product recorded. Correct what is wrong, and answer the questions: it knows when and what, and never why._");
        Line(text, "## What happened");
        if (record is null)
        {
            Line(text, $"{escape(procedure.OpenedBy)} opened the rollback procedure of release {escape(procedure.Release)} on {At(procedure.OpenedAt)}: {escape(procedure.Reason)}");
        }
        else
        {
            Happened(text, procedure, record);
            Impact(text, record);
            Times(text, procedure, record);
            Evidence(text, record);
            Timeline(text, record);
            TakenBack(text, record);
        }

        Steps(text, procedure);
        Line(text, "## What went well");
        if (record?.Decision.Harm is not null) Line(text, "- A rule found it, and nobody had to be there to take it back.");
        Line(text, "- _What else helped?_");
        Line(text, "## What went wrong");
        Line(text, "- _What in the change let this through? What in its tests, its review, its gates?_");
        Line(text, "## Causes");
        Line(text, "- _Ask why until the answer is something that can be changed._");
        Line(text, "## Follow-ups");
        Line(text, "_They stand beside this text, each with an owner and a day._");
        return text.ToString();
    }

    private void Happened(StringBuilder text, Procedure procedure, RollbackRecord record)
    {
        var decision = record.Decision;
        var how = decision.Action switch
        {
            RuleAction.Gradual => "stage by stage",
            RuleAction.Emergency => "at once, with the flag switched off",
            _ => "at once",
        };
        Line(text, $"{escape(decision.Rollout.ToString())}, of release {escape(procedure.Release)}, was taken back from stage {escape(decision.Stage.Name)} ({decision.Stage.Percentage}), {how}. {escape(decision.DecidedBy)} decided on {At(decision.DecidedAt)}: {escape(decision.Reason)}");
    }

    private static void Impact(StringBuilder text, RollbackRecord record)
    {
        Line(text, "## Impact");
        var most = record.Exposures.Select(step => step.Fraction).DefaultIfEmpty(0).Max();
        if (record.StartedAt is { } from)
        {
            var until = record.LoweredAt is { } lowered ? $"until {At(lowered)} ({Took(lowered - from)})" : "and still is, in part";
            Line(text, $"- Exposed from {At(from)} {until}, to {(most * 100).ToString("0.###", CultureInfo.InvariantCulture)} % of users at most.");
        }

        if (record.Users.IsEmpty) Line(text, "- Users were not counted: nobody asked for the flag over HTTP.");
        foreach (var users in record.Users) Line(text, FormattableString.Invariant($"- About {users.Exposed:#,0} {(users.Exposed == 1 ? "user" : "different users")} had it at {users.Percentage}."));
        Line(text, "- _What did they live through? Was anything lost that has to be mended?_");
    }

    private static void Times(StringBuilder text, Procedure procedure, RollbackRecord record)
    {
        Line(text, "## Times");
        (string What, DateTimeOffset? At)[] moments =
        [
            ("Detected", record.DetectedAt),
            ("Decided", record.Decision.DecidedAt),
            ("Nobody exposed", record.LoweredAt),
            ("All taken back", record.FinishedAt),
            ("Verified", procedure.Find(RollbackStepKeys.Verification)?.CompletedAt),
        ];
        text.Append("| | UTC | After the one before |\n| --- | --- | --- |\n");
        DateTimeOffset? before = null;
        foreach (var (what, at) in moments)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {what} | {(at is { } known ? At(known) : "not yet")} | {(at - before is { } took ? Took(took) : "")} |\n");
            before = at ?? before;
        }

        text.Append('\n');
    }

    private void Evidence(StringBuilder text, RollbackRecord record)
    {
        Line(text, "## Trigger and evidence");
        Line(text, record.Decision.Harm is { } harm
            ? $"The rule `{harm.Rule.Replace('`', '\'')}` of the list {escape(harm.List)}. {escape(record.Decision.Reason)}"
            : $"No rule: {escape(record.Decision.DecidedBy)} decided. _What did they see that no rule saw?_");
    }

    private void Timeline(StringBuilder text, RollbackRecord record)
    {
        Line(text, "## Timeline");
        foreach (var turn in record.Turns) text.Append(CultureInfo.InvariantCulture, $"- {At(turn.At)} · {escape(turn.Summary)} ({escape(turn.Actor)})\n");
        text.Append('\n');
    }

    private void TakenBack(StringBuilder text, RollbackRecord record)
    {
        Line(text, "## What was taken back");
        foreach (var part in record.Journal)
        {
            var done = part.DoneAt is { } at ? $"{(part.IsRefused ? "refused" : "done")} {At(at)}" : "not yet";
            text.Append(CultureInfo.InvariantCulture, $"- {escape(part.Title)}: {done}. {escape(part.Outcome ?? "")}\n");
        }

        text.Append('\n');
    }

    private void Steps(StringBuilder text, Procedure procedure)
    {
        var noted = procedure.Steps.Where(step => step.Note.Length > 0).ToList();
        if (noted.Count == 0) return;
        Line(text, "## Notes of the steps");
        foreach (var step in noted) text.Append(CultureInfo.InvariantCulture, $"- {escape(step.Title)}: {escape(step.Note)}\n");
        text.Append('\n');
    }

    private static void Line(StringBuilder text, string line) => text.Append(line).Append("\n\n");

    private static string At(DateTimeOffset at) => at.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Took(TimeSpan time) => time < TimeSpan.Zero ? "0s" : time switch
    {
        { TotalSeconds: < 60 } => time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s",
        { TotalHours: < 1 } => FormattableString.Invariant($"{(int)time.TotalMinutes} min {time.Seconds} s"),
        { TotalDays: < 1 } => FormattableString.Invariant($"{(int)time.TotalHours} h {time.Minutes} min"),
        _ => FormattableString.Invariant($"{(int)time.TotalDays} d {time.Hours} h"),
    };
}
