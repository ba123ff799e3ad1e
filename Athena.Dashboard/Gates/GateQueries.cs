using System.Collections.Immutable;
using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Gates.Domain;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Gates;

/// <summary>Reads of boards: five queries for a board, however many items it has.</summary>
public sealed class GateQueries(Store store, GateCheckNames checks, TimeProvider clock) : IGateBoards
{
    /// <summary>Remarks read for one board, the newest; older ones are in the audit log.</summary>
    private const int MostRemarks = 500;

    public Task<GateBoardView?> FindAsync(Subject subject, CancellationToken cancellationToken) =>
        store.ReadAsync(
            async (db, token) =>
            {
                var board = await db.Set<GateBoard>().FirstOrDefaultAsync(row => row.SubjectKind == subject.Kind && row.SubjectId == subject.Id, token);
                if (board is null) return null;
                var items = await db.Set<GateItem>().Where(row => row.SubjectKind == subject.Kind && row.SubjectId == subject.Id)
                    .OrderBy(row => row.SetOrder).ThenBy(row => row.Order).ToListAsync(token);
                var ids = items.Select(item => item.Id).ToList();
                var evidence = await db.Set<GateEvidence>().Where(row => ids.Contains(row.ItemId)).OrderBy(row => row.AddedAt).ToListAsync(token);
                var remarks = await db.Set<GateRemark>().Where(row => ids.Contains(row.ItemId))
                    .OrderByDescending(row => row.SaidAt).Take(MostRemarks).ToListAsync(token);
                var waiverIds = items.Where(item => item.WaiverId is not null).Select(item => item.WaiverId!.Value).ToList();
                var waivers = await db.Set<GateWaiver>().Where(row => waiverIds.Contains(row.Id)).ToListAsync(token);
                return ViewOf(board, items, evidence.ToLookup(row => row.ItemId), remarks.ToLookup(row => row.ItemId), waivers.ToDictionary(row => row.ItemId));
            },
            cancellationToken);

    private GateBoardView ViewOf(
        GateBoard board,
        List<GateItem> items,
        ILookup<Guid, GateEvidence> evidence,
        ILookup<Guid, GateRemark> remarks,
        Dictionary<Guid, GateWaiver> waivers)
    {
        var now = clock.GetUtcNow();
        return new GateBoardView(
            new Subject(board.SubjectKind, board.SubjectId),
            [
                .. items.GroupBy(item => item.SetKey).Select(set => new GateSetView(
                    set.Key,
                    set.First().SetTitle,
                    set.First().DueAt,
                    [.. set.Select(item => ViewOf(item, now) with
                    {
                        Evidence = [.. evidence[item.Id].Select(row => new EvidenceView(row.Id, row.Title, row.Link, row.About, row.AddedBy, row.AddedAt))],
                        Remarks = [.. remarks[item.Id].Select(row => new RemarkView(row.Id, row.Text, row.SaidBy, row.SaidAt, row.With))],
                        Waiver = waivers.TryGetValue(item.Id, out var waiver) && waiver.Until > now ? ViewOf(waiver) : null,
                    })])),
            ],
            new WaiverTermsView(board.Waivers.Approvers, GateWaiverDecisions.WhoCanDecide(board.Waivers), board.Waivers.FollowUpRequired),
            board.ClosedBecause);
    }

    /// <summary>An item without what hangs on it; what commands answer.</summary>
    public GateItemView ViewOf(GateItem item) => ViewOf(item, clock.GetUtcNow());

    private GateItemView ViewOf(GateItem item, DateTimeOffset now)
    {
        var expired = item.State != item.StateAt(now);
        return new GateItemView(
            item.Id,
            item.SetKey,
            item.Key,
            item.Title,
            item.StateAt(now),
            expired ? item.WaivedUntil!.Value : item.StateSince,
            item.DueAt,
            item.IsOverdueAt(now),
            item.Owners,
            checks.Supplies(item.Check) ? item.Check : null,
            item.AssigneeId,
            item.AssigneeName,
            expired ? "The waiver has expired." : item.Comment,
            item.ChangedBy,
            item.ChangedAt,
            [],
            [],
            null,
            item.Version);
    }

    private static WaiverView ViewOf(GateWaiver waiver) => new(
        waiver.Id,
        waiver.State == GateWaiverState.Approved,
        waiver.AskedById,
        waiver.AskedByName,
        waiver.AskedAt,
        waiver.Reason,
        waiver.RiskOfGoing,
        waiver.RiskOfNotGoing,
        waiver.Until,
        waiver.FollowUp,
        [.. waiver.Approvals.Select(approval => approval.ByName)]);
}
