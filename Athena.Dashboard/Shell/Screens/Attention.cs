using System.Collections.Immutable;
using Athena.Dashboard.Alerts;
using Athena.Dashboard.Alerts.Domain;
using Athena.Dashboard.Communication;
using Athena.Dashboard.Communication.Domain;
using Athena.Dashboard.Flags;
using Athena.Dashboard.Platform.Ui;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Recovery;
using Athena.Dashboard.Releases;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Rollouts.Contracts;

namespace Athena.Dashboard.Shell.Screens;

/// <summary>Something that waits for a person.</summary>
/// <param name="Kind">Harm before Hold before Progress.</param>
/// <param name="Title">What it is about.</param>
/// <param name="Text">What is the matter, one sentence.</param>
public sealed record Attention(StateKind Kind, string Title, string Text, string Href)
{
    /// <summary>What the overview puts first: harm, then what is held or stuck, then what could go on.</summary>
    public static ImmutableArray<Attention> Of(
        ImmutableArray<ReleaseListItem> releases, ImmutableArray<RolloutSummary> rollouts, ImmutableArray<TimelineOverview> timelines, IEnumerable<ChangeRequestView> changes, DateTimeOffset now) =>
        [.. rollouts.Select(OfRollout).Concat(releases.SelectMany(OfRelease)).Concat(timelines.SelectMany(timeline => OfTimeline(timeline, now))).Concat(changes.Select(OfChange)).OfType<Attention>().OrderBy(attention => attention.Kind switch
        {
            StateKind.Harm => 0,
            StateKind.Hold => 1,
            _ => 2,
        })];

    /// <summary>What fires, but for what the rollouts themselves say of it.</summary>
    public static IEnumerable<Attention> Of(IEnumerable<Alert> loud) => loud
        .Where(alert => alert.Name is not (Inhibition.HeldRollout or AlertSignals.RolledBack))
        .OrderByDescending(alert => alert.IsCritical)
        .Select(alert => new Attention(alert.IsCritical ? StateKind.Harm : StateKind.Hold, alert.Name, alert.Summary, "alerts"));

    /// <summary>Steps of rollbacks that are past their time.</summary>
    public static IEnumerable<Attention> Of(IEnumerable<ProcedureRow> procedures, DateTimeOffset now) => procedures
        .Where(row => row.Procedure.Overdue(now) > 0)
        .Select(row => new Attention(
            StateKind.Hold,
            row.Procedure.What ?? $"Release {row.Procedure.Release}",
            $"{string.Join(" and ", row.Procedure.Steps.Where(step => step.IsOverdue(now)).Select(step => step.Title))} of its rollback {(row.Procedure.Overdue(now) == 1 ? "is" : "are")} overdue.",
            $"recovery/{row.Procedure.Id}"));

    private static Attention? OfRollout(RolloutSummary rollout) => rollout.State switch
    {
        RolloutState.RollingBack => About(rollout, StateKind.Harm, "is rolling back"),
        RolloutState.Held => About(rollout, StateKind.Hold, "is held"),
        RolloutState.Paused => About(rollout, StateKind.Hold, "is paused"),
        _ => null,
    };

    private static Attention About(RolloutSummary rollout, StateKind kind, string what) =>
        new(kind, $"{rollout.FlagKey} in {rollout.Environment}", rollout.Because is { } because ? $"{what}: {because}" : what + ".", $"rollouts/{rollout.Id}");

    private static IEnumerable<Attention?> OfRelease(ReleaseListItem item)
    {
        if (item.Release.State is ReleaseState.Completed or ReleaseState.Cancelled) yield break;
        var href = "releases/" + item.Release.Version;
        if (item.Release.State == ReleaseState.RolledBack)
            yield return new Attention(StateKind.Harm, $"{item.Release.Version} {item.Release.Title}", "was rolled back. Put it into preparation again, or cancel it.", href);
        foreach (var set in item.Gates.Where(set => set.Stuck > 0))
            yield return new Attention(StateKind.Hold, $"{item.Release.Version} {item.Release.Title}", $"{set.SetTitle}: {Count(set.Stuck, "item is", "items are")} blocked or failed.", href + "?tab=gates");
        foreach (var set in item.Gates.Where(set => set.Overdue > 0))
            yield return new Attention(StateKind.Hold, $"{item.Release.Version} {item.Release.Title}", $"{set.SetTitle}: {Count(set.Overdue, "item is", "items are")} overdue.", href + "?tab=gates");
    }

    private static Attention OfChange(ChangeRequestView change) => new(
        change is { IsReady: true } or { IsVoid: true } ? StateKind.Progress : StateKind.Hold,
        $"{change.Request.Key} in {change.Request.Environment}",
        change.IsVoid ? $"{change.Request.AuthorName}'s change request is void: what it was made from was changed since."
            : change.IsReady ? "has a change that is approved and can be carried out."
            : $"has a change that waits for {Count(change.Needed - change.Have, "approval", "approvals")}: {change.Request.Reason}",
        $"change-requests/{change.Request.Id}");

    private static IEnumerable<Attention> OfTimeline(TimelineOverview timeline, DateTimeOffset now)
    {
        var title = $"{timeline.Release.Version} {timeline.Release.Title}";
        var href = $"releases/{timeline.Release.Version}?tab=communication";
        if (timeline.Rows.Count(row => row.Message is null && row.Entry.IsOverdue(now)) is > 0 and var overdue)
            yield return new Attention(StateKind.Hold, title, $"{Count(overdue, "task of communication is", "tasks of communication are")} overdue.", href);
        if (timeline.Rows.Count(row => row.Entry.DueAt <= now && NeedsSomebody(row.Message)) is > 0 and var waiting)
            yield return new Attention(StateKind.Hold, title, $"{Count(waiting, "message", "messages")} due cannot go out without somebody.", href);
    }

    // What the state of the release holds goes by itself when that changes; the rest stays until a person acts.
    private static bool NeedsSomebody(OutboxMessage? message) => message switch
    {
        { State: MessageState.NoChannel or MessageState.Failed } => true,
        { State: MessageState.Held, Hold: not MessageHold.ByItself } => true,
        _ => false,
    };

    private static string Count(int count, string one, string many) => FormattableString.Invariant($"{count} {(count == 1 ? one : many)}");
}
