using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Gates.Domain;
using Athena.Dashboard.Identity.Contracts;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Gates;

/// <summary>Commands of people, keys and checks on single items. Those of other slices on whole boards are in <see cref="GateKeeper"/>.</summary>
public sealed class GateService(Store store, GateCheckNames checks, IPeople people)
{
    /// <param name="version">The item's version that the actor saw.</param>
    public Task<Outcome<GateItem>> StartAsync(Guid itemId, long version, Actor actor, CancellationToken cancellationToken) =>
        DecideAsync(itemId, version, actor, (item, terms) => item.Start(terms), cancellationToken);

    public Task<Outcome<GateItem>> TickAsync(Guid itemId, long version, string? comment, Actor actor, CancellationToken cancellationToken) =>
        DecideAsync(itemId, version, actor, (item, terms) => item.Tick(comment, terms), cancellationToken);

    public Task<Outcome<GateItem>> UntickAsync(Guid itemId, long version, string? reason, Actor actor, CancellationToken cancellationToken) =>
        DecideAsync(itemId, version, actor, (item, terms) => item.Untick(reason, terms), cancellationToken);

    public Task<Outcome<GateItem>> BlockAsync(Guid itemId, long version, string? reason, Actor actor, CancellationToken cancellationToken) =>
        DecideAsync(itemId, version, actor, (item, terms) => item.Block(reason, terms), cancellationToken);

    public Task<Outcome<GateItem>> RejectAsync(Guid itemId, long version, string? reason, Actor actor, CancellationToken cancellationToken) =>
        DecideAsync(itemId, version, actor, (item, terms) => item.Reject(reason, terms), cancellationToken);

    /// <param name="assigneeId">Null takes the item from whoever has it.</param>
    public async Task<Outcome<GateItem>> AssignAsync(Guid itemId, long version, Guid? assigneeId, Actor actor, CancellationToken cancellationToken)
    {
        GateAssignee? assignee = null;
        if (assigneeId is { } id)
        {
            if (await people.FindAsync(id, cancellationToken) is not { IsDisabled: false } person)
                return Refusal.Invalid("assignee_unknown", "Nobody of that id may sign in.", new RefusalItem("assigneeId", "is nobody's", id.ToString(), "the id of an account"));
            assignee = new GateAssignee(person.Id, person.Name, person.Roles);
        }

        return await DecideAsync(itemId, version, actor, (item, terms) => item.Assign(assignee, terms), cancellationToken);
    }

    /// <summary>What a program found.</summary>
    /// <param name="version">Null where the result stands whatever happened meanwhile.</param>
    public Task<Outcome<GateItem>> ReportAsync(Guid itemId, long? version, GateCheckResult result, Actor actor, CancellationToken cancellationToken) =>
        DecideAsync(
            itemId,
            version,
            actor,
            (item, terms) => terms.SettledByCheck
                ? Refusal.Conflict("settled_by_check", $"'{item.Title}' is settled by the check {item.Check} of the dashboard itself.")
                : item.Report(result, actor.Name, badIsFailure: true, terms),
            cancellationToken,
            (write, item) => LinkReport(write, item, result));

    /// <summary>What a check of the product found.</summary>
    internal Task<Outcome<GateItem>> FollowCheckAsync(Guid itemId, string check, GateCheckResult result, CancellationToken cancellationToken) =>
        DecideAsync(
            itemId,
            version: null,
            Actor.System("check " + check),
            (item, terms) => item.Report(result, check, badIsFailure: false, terms),
            cancellationToken);

    public Task<Outcome<GateRemark>> CommentAsync(Guid itemId, string? text, Actor actor, CancellationToken cancellationToken) =>
        AddAsync(itemId, actor, (item, terms) => GateRemark.On(item, Guid.CreateVersion7(terms.Now), text, terms), cancellationToken);

    public Task<Outcome<GateEvidence>> LinkEvidenceAsync(Guid itemId, string? title, string? link, string? about, Actor actor, CancellationToken cancellationToken) =>
        AddAsync(itemId, actor, (item, terms) => GateEvidence.On(item, Guid.CreateVersion7(terms.Now), title, link, about, terms), cancellationToken);

    public Task<Outcome<GateItem>> AskWaiverAsync(Guid itemId, long version, WaiverRequest request, Actor actor, CancellationToken cancellationToken) =>
        store.WriteAsync<GateItem>(
            actor,
            async (write, token) =>
            {
                var loaded = await LoadAsync(write, itemId, version, token);
                if (!loaded.IsAccepted) return loaded.Refusal;
                var (item, board) = loaded.Value;
                var decided = item.AskWaiver(Guid.CreateVersion7(write.Now), request, board.Waivers, TermsOf(item, write));
                if (!decided.IsAccepted) return decided.Refusal;
                var (next, waiver) = (decided.Value.State.Item, decided.Value.State.Waiver);
                await EndReplacedWaiverAsync(write, item, next, token);
                write.Add(waiver);
                return Save(write, item, next, decided.Value.Events);
            },
            cancellationToken);

    public Task<Outcome<GateItem>> ApproveWaiverAsync(Guid waiverId, Actor actor, CancellationToken cancellationToken) =>
        DecideWaiverAsync(waiverId, actor, (waived, board, terms) => waived.ApproveWaiver(board.Waivers, terms), cancellationToken);

    public Task<Outcome<GateItem>> DeclineWaiverAsync(Guid waiverId, string? reason, Actor actor, CancellationToken cancellationToken) =>
        DecideWaiverAsync(waiverId, actor, (waived, board, terms) => waived.DeclineWaiver(reason, board.Waivers, terms), cancellationToken);

    internal Task<Outcome<GateItem>> EndWaiverAsync(Guid waiverId, CancellationToken cancellationToken) =>
        DecideWaiverAsync(waiverId, Actor.System("gates"), (waived, _, terms) => waived.EndWaiver(terms), cancellationToken, evenIfClosed: true);

    /// <param name="version">Null where the decision holds for whatever the item is by now.</param>
    /// <param name="also">What is saved together with an accepted decision.</param>
    private Task<Outcome<GateItem>> DecideAsync(
        Guid itemId,
        long? version,
        Actor actor,
        Func<GateItem, GateTerms, Outcome<Decision<GateItem>>> decide,
        CancellationToken cancellationToken,
        Func<Write, GateItem, Outcome<Done>>? also = null)
    {
        return version is null ? store.WriteByItselfAsync(actor, WorkAsync, cancellationToken) : store.WriteAsync(actor, WorkAsync, cancellationToken);

        async Task<Outcome<GateItem>> WorkAsync(Write write, CancellationToken token)
        {
            var loaded = await LoadAsync(write, itemId, version, token);
            if (!loaded.IsAccepted) return loaded.Refusal;
            var item = loaded.Value.Item;
            var decided = decide(item, TermsOf(item, write));
            if (!decided.IsAccepted) return decided.Refusal;
            if (also?.Invoke(write, item) is { IsAccepted: false } refused) return refused.Refusal;
            if (decided.Value.Events.IsEmpty) return item;
            await EndReplacedWaiverAsync(write, item, decided.Value.State, token);
            return Save(write, item, decided.Value.State, decided.Value.Events);
        }
    }

    private Task<Outcome<GateItem>> DecideWaiverAsync(
        Guid waiverId,
        Actor actor,
        Func<WaivedItem, GateBoard, GateTerms, Outcome<Decision<WaivedItem>>> decide,
        CancellationToken cancellationToken,
        bool evenIfClosed = false) =>
        store.WriteAsync<GateItem>(
            actor,
            async (write, token) =>
            {
                if (await write.Db.Set<GateWaiver>().FirstOrDefaultAsync(row => row.Id == waiverId, token) is not { } waiver)
                    return Refusal.NotFound("waiver", waiverId.ToString());
                var loaded = await LoadAsync(write, waiver.ItemId, version: null, token, evenIfClosed);
                if (!loaded.IsAccepted) return loaded.Refusal;
                var (item, board) = loaded.Value;
                var decided = decide(new WaivedItem(item, waiver), board, TermsOf(item, write));
                if (!decided.IsAccepted) return decided.Refusal;
                if (decided.Value.Events.IsEmpty) return item;
                write.Replace(waiver, decided.Value.State.Waiver);
                return Save(write, item, decided.Value.State.Item, decided.Value.Events);
            },
            cancellationToken);

    // Remarks and evidence are only ever added: they need no version, and undo nobody's work.
    private Task<Outcome<TRow>> AddAsync<TRow>(
        Guid itemId, Actor actor, Func<GateItem, GateTerms, Outcome<Decision<TRow>>> decide, CancellationToken cancellationToken)
        where TRow : class =>
        store.WriteAsync<TRow>(
            actor,
            async (write, token) =>
            {
                var loaded = await LoadAsync(write, itemId, version: null, token);
                if (!loaded.IsAccepted) return loaded.Refusal;
                var decided = decide(loaded.Value.Item, TermsOf(loaded.Value.Item, write));
                if (!decided.IsAccepted) return decided.Refusal;
                write.Add(decided.Value.State);
                write.Append(decided.Value, after: decided.Value.State);
                return decided.Value.State;
            },
            cancellationToken);

    private static async Task<Outcome<(GateItem Item, GateBoard Board)>> LoadAsync(
        Write write, Guid itemId, long? version, CancellationToken cancellationToken, bool evenIfClosed = false)
    {
        if (await write.Db.Set<GateItem>().FirstOrDefaultAsync(row => row.Id == itemId, cancellationToken) is not { } item)
            return Refusal.NotFound("gate item", itemId.ToString());
        var board = await write.Db.Set<GateBoard>()
            .FirstAsync(row => row.SubjectKind == item.SubjectKind && row.SubjectId == item.SubjectId, cancellationToken);
        if (!evenIfClosed && board.Closed() is { } closed) return closed;
        if (version is not null && version != item.Version)
        {
            return Refusal.Stale($"'{item.Title}'") with
            {
                Items = [new RefusalItem(item.ChangedBy, $"changed it; it is {item.StateAt(write.Now).Word()} now", Since: item.ChangedAt)],
            };
        }

        return (item, board);
    }

    private Outcome<Done> LinkReport(Write write, GateItem item, GateCheckResult result)
    {
        if (result.Link is null) return Done.Yes;
        var title = $"{write.Actor.Name}: {(result.Passed ? "good result" : "bad result")}";
        var decided = GateEvidence.On(item, Guid.CreateVersion7(write.Now), title, result.Link, result.About, TermsOf(item, write));
        if (!decided.IsAccepted) return decided.Refusal;
        write.Add(decided.Value.State);
        write.Append(decided.Value, after: decided.Value.State);
        return Done.Yes;
    }

    private static async Task EndReplacedWaiverAsync(Write write, GateItem item, GateItem next, CancellationToken cancellationToken)
    {
        if (item.WaiverId is not { } waiverId || next.WaiverId == waiverId) return;
        var waiver = await write.Db.Set<GateWaiver>().FirstAsync(row => row.Id == waiverId, cancellationToken);
        write.Replace(waiver, waiver with { State = GateWaiverState.Ended });
    }

    private static GateItem Save(Write write, GateItem item, GateItem next, IEnumerable<IDomainEvent> events)
    {
        var before = new AuditedItem(item);
        var saved = next with { Version = write.Replace(item, next) };
        foreach (var happened in events)
        {
            write.Append(happened, before, new AuditedItem(saved));
            if (Spoken(happened) is var (text, with)) write.Add(new GateRemark
            {
                Id = Guid.CreateVersion7(write.Now),
                ItemId = item.Id,
                Text = text,
                With = with,
                SaidBy = write.Actor.Name,
                SaidAt = write.Now,
            });
        }

        return saved;
    }

    private static (string Text, string With)? Spoken(IDomainEvent happened) => happened switch
    {
        GateItemTicked { Comment: { } said } => (said, "ticked"),
        GateItemUnticked { Reason: { Length: > 0 } said } => (said, "reopened"),
        GateItemBlocked blocked => (blocked.Reason, "blocked"),
        GateItemRejected rejected => (rejected.Reason, "rejected"),
        GateCheckReported report => (report.Explanation, report.Passed ? "good result" : "bad result"),
        GateWaiverDeclined declined => (declined.Reason, "waiver declined"),
        _ => null,
    };

    private GateTerms TermsOf(GateItem item, Write write) => new(write.Actor, write.Now, checks.Supplies(item.Check));

    /// <summary>What audit shows of an item before and after.</summary>
    private sealed record AuditedItem(string Item, GateItemState State, string? Comment, string? Assignee, DateTimeOffset? WaivedUntil)
    {
        public AuditedItem(GateItem item)
            : this(item.Title, item.State, item.Comment, item.AssigneeName, item.WaivedUntil)
        {
        }
    }
}
