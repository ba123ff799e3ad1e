using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Platform.Kernel;
using static Athena.Dashboard.Gates.Contracts.GateItemState;

namespace Athena.Dashboard.Gates.Domain;

/// <summary>Every command on one item. Pure: the item, the actor and now give the next item and what happened.</summary>
public static class GateItemDecisions
{
    /// <summary>Longest comment or reason, in characters.</summary>
    public const int LongestText = 4000;

    public static Outcome<Decision<GateItem>> Start(this GateItem item, GateTerms terms)
    {
        if ((item.MayNotSettle(terms.Actor, "start") ?? item.SettledByCheck(terms)) is { } refusal) return refusal;
        return item.StateAt(terms.Now) is Open or Failed
            ? item.Moved(InProgress, null, terms, new GateItemStarted(item.Subject, item.Name))
            : item.Impossible("started", terms.Now);
    }

    public static Outcome<Decision<GateItem>> Tick(this GateItem item, string? comment, GateTerms terms)
    {
        if ((item.MayNotSettle(terms.Actor, "tick") ?? item.SettledByCheck(terms)) is { } refusal) return refusal;
        var faults = new InputFaults();
        var said = faults.OptionalText("comment", comment, LongestText);
        if (faults.Refused("comment_invalid", "The comment cannot be kept.", out var invalid)) return invalid;
        return item.StateAt(terms.Now) is Open or InProgress or Failed or Waived
            ? item.Moved(Passed, said, terms, new GateItemTicked(item.Subject, item.Name, said))
            : item.Impossible("ticked", terms.Now);
    }

    /// <summary>Back to open, from whatever it was: also how a block is lifted and a waiver given up.</summary>
    public static Outcome<Decision<GateItem>> Untick(this GateItem item, string? reason, GateTerms terms)
    {
        if (item.MayNotSettle(terms.Actor, "reopen") is { } refusal) return refusal;
        var state = item.StateAt(terms.Now);
        if (state != Blocked && state != Waived && item.SettledByCheck(terms) is { } settled) return settled;
        var faults = new InputFaults();
        var said = faults.OptionalText("reason", reason, LongestText);
        if (faults.Refused("reason_invalid", "The reason cannot be kept.", out var invalid)) return invalid;
        return state == Open
            ? item.Impossible("reopened", terms.Now)
            : item.Moved(Open, said, terms, new GateItemUnticked(item.Subject, item.Name, state, said ?? ""));
    }

    public static Outcome<Decision<GateItem>> Block(this GateItem item, string? reason, GateTerms terms)
    {
        if (item.MayNotSettle(terms.Actor, "block") is { } refusal) return refusal;
        var faults = new InputFaults();
        var said = faults.Text("reason", reason, LongestText);
        if (faults.Refused("reason_invalid", "A block needs a reason.", out var invalid)) return invalid;
        return item.StateAt(terms.Now) == Blocked
            ? item.Impossible("blocked", terms.Now)
            : item.Moved(Blocked, said, terms, new GateItemBlocked(item.Subject, item.Name, said));
    }

    public static Outcome<Decision<GateItem>> Reject(this GateItem item, string? reason, GateTerms terms)
    {
        if ((item.MayNotSettle(terms.Actor, "reject") ?? item.SettledByCheck(terms)) is { } refusal) return refusal;
        var faults = new InputFaults();
        var said = faults.Text("reason", reason, LongestText);
        if (faults.Refused("reason_invalid", "A rejection needs a reason.", out var invalid)) return invalid;
        return item.StateAt(terms.Now) is Failed or Blocked
            ? item.Impossible("rejected", terms.Now)
            : item.Moved(Failed, said, terms, new GateItemRejected(item.Subject, item.Name, said));
    }

    /// <param name="assignee">Null takes the item from whoever has it.</param>
    public static Outcome<Decision<GateItem>> Assign(this GateItem item, GateAssignee? assignee, GateTerms terms)
    {
        if (item.MayNotSettle(terms.Actor, "assign") is { } refusal) return refusal;
        if (assignee is not null && !assignee.MaySettle(item))
        {
            return Refusal.Invalid(
                "assignee_unable",
                $"{assignee.Name} holds no role that may settle '{item.Title}'.",
                new RefusalItem("assigneeId", "may not settle the item", assignee.Name, string.Join(" or ", item.WhoCanSettle())));
        }

        if (assignee?.Id == item.AssigneeId)
            return Refusal.Conflict("already_assigned", assignee is null ? $"'{item.Title}' is assigned to nobody." : $"'{item.Title}' is already assigned to {assignee.Name}.");
        var next = item.Touched(terms) with { AssigneeId = assignee?.Id, AssigneeName = assignee?.Name };
        return new Decision<GateItem>(next, [new GateItemAssigned(item.Subject, item.Name, assignee?.Id, assignee?.Name, item.AssigneeId, item.DueAt)]);
    }

    /// <summary>
    /// What a check or a program with a key found. A block stays until a person lifts it, and so does a waiver when the
    /// result is bad. A check of the product that has not passed yet is not a failure; one that no longer passes is.
    /// </summary>
    /// <param name="badIsFailure">True for programs: a red pipeline is a failure from the start.</param>
    public static Outcome<Decision<GateItem>> Report(this GateItem item, GateCheckResult result, string check, bool badIsFailure, GateTerms terms)
    {
        if (item.MayNotSettle(terms.Actor, "report on") is { } refusal) return refusal;
        var faults = new InputFaults();
        var said = faults.Text("explanation", result.Explanation, LongestText);
        if (faults.Refused("result_invalid", "The result cannot be taken.", out var invalid)) return invalid;
        var from = item.StateAt(terms.Now);
        var to = from switch
        {
            Blocked => Blocked,
            Waived when !result.Passed => Waived,
            _ when result.Passed => Passed,
            Passed or Failed => Failed,
            _ => badIsFailure ? Failed : from,
        };
        if (to == from && (item.LastReport ?? item.Comment) == said) return new Decision<GateItem>(item, []);
        item = item with { LastReport = said };
        var happened = new GateCheckReported(item.Subject, item.Name, check, result.Passed, said, from, to);
        if (to != from) return item.Moved(to, said, terms, happened);
        // A block's reason is a person's word and stays on the row; the thread keeps what the check said.
        return new Decision<GateItem>(from is Blocked or Waived ? item.Touched(terms) : item.Touched(terms) with { Comment = said }, [happened]);
    }

    internal static Decision<GateItem> Moved(this GateItem item, GateItemState to, string? comment, GateTerms terms, IDomainEvent happened) =>
        new(
            item.Touched(terms) with
            {
                State = to,
                StateSince = terms.Now,
                Comment = comment,
                // A waiver that is only asked for stays asked for, until the item needs none.
                WaiverId = to == Passed || item.State == Waived ? null : item.WaiverId,
                WaivedUntil = null,
            },
            [happened]);

    internal static GateItem Touched(this GateItem item, GateTerms terms) => item with { ChangedBy = terms.Actor.Name, ChangedAt = terms.Now };

    private static Refusal? SettledByCheck(this GateItem item, GateTerms terms) =>
        terms.SettledByCheck
            ? Refusal.Conflict(
                "settled_by_check",
                $"'{item.Title}' is settled by the check {item.Check} and not by hand.",
                "It follows the check by itself. If it must be passed over, ask for a waiver.")
            : null;

    private static Refusal Impossible(this GateItem item, string tried, DateTimeOffset now)
    {
        var state = item.StateAt(now);
        var because = item.Comment is { } comment ? $" {item.ChangedBy}: {comment}" : "";
        return Refusal.Conflict(
            state == Blocked ? "gate_blocked" : "gate_state",
            $"'{item.Title}' is {state.Word()} and cannot be {tried}.",
            state == Blocked ? "Lift the block first." + because : "Look at its present state, then decide again." + because);
    }
}
