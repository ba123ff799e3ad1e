using System.Globalization;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Recovery.Domain;

namespace Athena.Dashboard.Recovery.Pages;

/// <summary>The words and shapes in which pages speak of procedures and post-mortems.</summary>
internal static class RecoveryPhrases
{
    public static (StateKind Kind, string Text) State(Procedure procedure, DateTimeOffset now) => procedure switch
    {
        { CalledOffBecause: not null } => (StateKind.Muted, "Called off"),
        { IsOpen: false } => (StateKind.Good, "Completed"),
        _ when procedure.Overdue(now) is > 0 and var overdue => (StateKind.Hold, overdue == 1 ? "1 step overdue" : overdue.ToString(CultureInfo.InvariantCulture) + " steps overdue"),
        _ => (StateKind.Progress, "Open"),
    };

    public static (StateKind Kind, string Text) State(ProcedureStep step, bool isOpen, DateTimeOffset now) => step switch
    {
        { IsCompleted: true } => (StateKind.Good, step.IsLate ? "Completed late" : "Completed"),
        _ when !isOpen => (StateKind.Muted, "Not needed"),
        _ when step.IsOverdue(now) => (StateKind.Hold, "Overdue"),
        { BegunAt: not null } => (StateKind.Progress, "Begun"),
        _ => (StateKind.Neutral, "Open"),
    };

    public static (StateKind Kind, string Text) State(PostMortem? report) => report switch
    {
        null => (StateKind.Neutral, "Not begun"),
        { IsPublished: true } => (StateKind.Good, "Published"),
        { IsTouched: true } => (StateKind.Progress, "Being written"),
        _ => (StateKind.Hold, "Drafted"),
    };

    public static (StateKind Kind, string Text) State(FollowUp followUp, DateOnly today) => followUp switch
    {
        { IsDone: true } => (StateKind.Good, "Done"),
        _ when followUp.IsOverdue(today) => (StateKind.Hold, "Overdue"),
        _ => (StateKind.Neutral, "Open"),
    };

    public static string Title(Procedure procedure) => procedure.What ?? $"Release {procedure.Release}";

    public static string Time(TimeSpan? time, string missing) => time is { } known ? DurationText.Write(known) : missing;

    public static string? Why(Refusal? refusal) =>
        refusal is null ? null
        : refusal.WhoCan.IsEmpty ? $"{refusal.Title} {refusal.Detail}".TrimEnd()
        : $"{refusal.Title} {string.Join(", ", refusal.WhoCan)} can.";
}
