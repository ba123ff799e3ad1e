using System.Collections.Immutable;
using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Process.Contracts;

namespace Athena.Dashboard.Gates.Domain;

/// <summary>An item and its waiver, which change together.</summary>
public sealed record WaivedItem(GateItem Item, GateWaiver Waiver);

/// <param name="Until">When it is to end; at most a year ahead.</param>
public sealed record WaiverRequest(string? Reason, string? RiskOfGoing, string? RiskOfNotGoing, DateTimeOffset? Until, string? FollowUp);

/// <summary>Asking for a waiver, approving, declining, and its end.</summary>
public static class GateWaiverDecisions
{
    public static readonly TimeSpan LongestWaiver = TimeSpan.FromDays(366);

    private const int LongestText = 2000;

    public static Outcome<Decision<WaivedItem>> AskWaiver(this GateItem item, Guid waiverId, WaiverRequest request, WaiverRule rule, GateTerms terms)
    {
        var (actor, now) = (terms.Actor, terms.Now);
        if (actor.Lacks(Permission.AskWaiver, $"ask to waive '{item.Title}'") is { } refusal) return refusal;
        if (item.IsDoneAt(now)) return Refusal.Conflict("gate_state", $"'{item.Title}' is {item.StateAt(now).Word()} and needs no waiver.");
        if (item.WaiverId is not null && item.State != GateItemState.Waived)
            return Refusal.Conflict("waiver_asked", $"A waiver of '{item.Title}' is already asked for.", "Decide on that one first.");

        var faults = new InputFaults();
        var reason = faults.Text("reason", request.Reason, LongestText);
        var going = faults.Text("riskOfGoing", request.RiskOfGoing, LongestText);
        var notGoing = faults.Text("riskOfNotGoing", request.RiskOfNotGoing, LongestText);
        var followUp = faults.Text("followUp", request.FollowUp, LongestText, required: rule.FollowUpRequired);
        if (request.Until is not { } until) faults.Add("until", "is missing", null, "when the waiver ends");
        else if (until <= now) faults.Add("until", "is not in the future", until.ToString("u"), "later than now");
        else if (until > now + LongestWaiver) faults.Add("until", "is too far ahead", until.ToString("u"), "at most a year ahead");
        if (faults.Refused("waiver_incomplete", "The waiver is not complete.", out var incomplete)) return incomplete;

        var waiver = new GateWaiver
        {
            Id = waiverId,
            ItemId = item.Id,
            State = GateWaiverState.Asked,
            AskedById = actor.Id,
            AskedByName = actor.Name,
            AskedAt = now,
            Reason = reason,
            RiskOfGoing = going,
            RiskOfNotGoing = notGoing,
            Until = request.Until!.Value,
            FollowUp = followUp.Length > 0 ? followUp : null,
            Approvals = [],
        };
        // A waiver whose end was not recorded yet is replaced by the new one.
        var next = item.Touched(terms) with
        {
            State = item.StateAt(now),
            StateSince = item.State == GateItemState.Waived ? item.WaivedUntil!.Value : item.StateSince,
            WaiverId = waiver.Id,
            WaivedUntil = null,
        };
        return new Decision<WaivedItem>(
            new WaivedItem(next, waiver),
            [new GateWaiverRequested(item.Subject, item.Name, waiver.Id, reason, going, notGoing, waiver.Until, waiver.FollowUp)]);
    }

    public static Outcome<Decision<WaivedItem>> ApproveWaiver(this WaivedItem asked, WaiverRule rule, GateTerms terms)
    {
        var ((item, waiver), (actor, now)) = ((asked.Item, asked.Waiver), (terms.Actor, terms.Now));
        if (MayNotDecide(item, rule, actor, "approve") is { } refusal) return refusal;
        if (NotAsked(item, waiver, now) is { } over) return over;
        if (waiver.AskedById == actor.Id)
        {
            return Refusal.Forbidden($"{actor.Name} asked for this waiver and cannot approve it too.", [.. WhoCanDecide(rule)]) with
            {
                Code = "own_waiver",
                Detail = "A second person has to agree.",
            };
        }

        if (waiver.Approvals.Any(approval => approval.ById == actor.Id))
            return Refusal.Conflict("already_approved", $"{actor.Name} has already approved this waiver.", "One person counts once.");

        var approvals = waiver.Approvals.Add(new GateApproval(actor.Id, actor.Name, now));
        var missing = rule.Approvers - approvals.Length;
        if (missing > 0)
        {
            return new Decision<WaivedItem>(
                new WaivedItem(item.Touched(terms), waiver with { Approvals = approvals }),
                [new GateWaiverSeconded(item.Subject, item.Name, waiver.Id, actor.Name, missing)]);
        }

        var next = item.Touched(terms) with { State = GateItemState.Waived, StateSince = now, Comment = waiver.Reason, WaivedUntil = waiver.Until };
        return new Decision<WaivedItem>(
            new WaivedItem(next, waiver with { Approvals = approvals, State = GateWaiverState.Approved }),
            [new GateItemWaived(item.Subject, item.Name, waiver.Id, waiver.AskedByName, string.Join(", ", approvals.Select(approval => approval.ByName)), waiver.Until)]);
    }

    /// <summary>By whoever may approve; whoever asked may take it back.</summary>
    public static Outcome<Decision<WaivedItem>> DeclineWaiver(this WaivedItem asked, string? reason, WaiverRule rule, GateTerms terms)
    {
        var ((item, waiver), (actor, now)) = ((asked.Item, asked.Waiver), (terms.Actor, terms.Now));
        if (waiver.AskedById != actor.Id && MayNotDecide(item, rule, actor, "decline") is { } refusal) return refusal;
        if (NotAsked(item, waiver, now) is { } over) return over;
        var faults = new InputFaults();
        var said = faults.Text("reason", reason, LongestText);
        if (faults.Refused("reason_invalid", "Declining needs a reason.", out var invalid)) return invalid;
        return new Decision<WaivedItem>(
            new WaivedItem(item.Touched(terms) with { WaiverId = null }, waiver with { State = GateWaiverState.Declined, Declined = said }),
            [new GateWaiverDeclined(item.Subject, item.Name, waiver.Id, said)]);
    }

    /// <summary>Records that a waiver's time is over; nothing happens before that.</summary>
    public static Decision<WaivedItem> EndWaiver(this WaivedItem waived, GateTerms terms)
    {
        var (item, waiver) = (waived.Item, waived.Waiver);
        if (waiver.Until > terms.Now || item.WaiverId != waiver.Id) return new Decision<WaivedItem>(waived, []);
        var wasInForce = item.State == GateItemState.Waived;
        var next = item.Touched(terms) with
        {
            State = item.StateAt(terms.Now),
            StateSince = wasInForce ? waiver.Until : item.StateSince,
            Comment = wasInForce ? "The waiver has expired." : item.Comment,
            WaiverId = null,
            WaivedUntil = null,
        };
        return new Decision<WaivedItem>(
            new WaivedItem(next, waiver with { State = GateWaiverState.Ended }),
            [new GateWaiverExpired(item.Subject, item.Name, waiver.Id)]);
    }

    public static ImmutableArray<string> WhoCanDecide(WaiverRule rule) =>
        [.. rule.ApproverRoles.Where(role => Permission.ApproveWaiver.Holders().Contains(role)).Select(role => role.Title())];

    private static Refusal? MayNotDecide(GateItem item, WaiverRule rule, Actor actor, string tried) =>
        actor.May(Permission.ApproveWaiver) && (actor.Is(Role.Administrator) || rule.ApproverRoles.Any(actor.Is))
            ? null
            : Refusal.Forbidden($"{actor.Name} may not {tried} a waiver of '{item.Title}'.", [.. WhoCanDecide(rule)]);

    private static Refusal? NotAsked(GateItem item, GateWaiver waiver, DateTimeOffset now)
    {
        if (waiver.State != GateWaiverState.Asked || item.WaiverId != waiver.Id)
            return Refusal.Conflict("waiver_decided", $"This waiver of '{item.Title}' is no longer waiting for a decision.");
        return waiver.Until <= now
            ? Refusal.Conflict("waiver_over", $"This waiver of '{item.Title}' would already have ended.", "Ask for a new one with a later end.")
            : null;
    }
}
