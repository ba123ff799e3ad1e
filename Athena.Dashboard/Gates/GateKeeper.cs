using System.Collections.Immutable;
using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Gates.Domain;
using Athena.Dashboard.Gates.Storage;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;
using WaiverRule = Athena.Dashboard.Process.Contracts.WaiverRule;

namespace Athena.Dashboard.Gates;

/// <summary>Commands of other slices on whole boards.</summary>
internal sealed class GateKeeper(Store store) : IGateKeeper
{
    public Task<Outcome<Done>> OpenAsync(
        Guid operationId, Subject subject, ImmutableArray<PlannedGateSet> sets, WaiverRule waivers, Actor actor, CancellationToken cancellationToken) =>
        OnceAsync(
            operationId,
            actor,
            async (write, token) =>
            {
                if (await FindBoardAsync(write, subject, token) is null)
                    write.Add(new GateBoard { SubjectKind = subject.Kind, SubjectId = subject.Id, Waivers = waivers, OpenedAt = write.Now });
                var standing = await ItemsOf(write, subject).Select(item => item.Key).ToListAsync(token);
                var items = sets.SelectMany((set, order) => ItemsOf(set, order, subject, write)).Where(item => !standing.Contains(item.Key)).ToList();
                foreach (var item in items) write.Add(item);
                if (items.Count > 0) write.Append(new GateSetsOpened(subject, [.. sets.Select(set => set.Set.Key)], items.Count));
                return Done.Yes;
            },
            cancellationToken);

    public Task<Outcome<Done>> MoveDueDatesAsync(
        Guid operationId, Subject subject, ImmutableDictionary<string, DateTimeOffset> dueDates, Actor actor, CancellationToken cancellationToken) =>
        OnceAsync(
            operationId,
            actor,
            async (write, token) =>
            {
                var sets = await ItemsOf(write, subject).Select(item => new { item.SetKey, item.DueAt }).Distinct().ToListAsync(token);
                foreach (var set in sets)
                {
                    if (!dueDates.TryGetValue(set.SetKey, out var dueAt) || set.DueAt == dueAt) continue;
                    write.Append(new GateDueDateMoved(subject, set.SetKey, set.DueAt, dueAt));
                    // The date is not what people decide on: their versions stay good, and whoever writes to an item now does not stand in the way.
                    await ItemsOf(write, subject).Where(item => item.SetKey == set.SetKey).ExecuteUpdateAsync(item => item.SetProperty(row => row.DueAt, dueAt), token);
                }

                return Done.Yes;
            },
            cancellationToken);

    public Task<Outcome<Done>> CloseAsync(Guid operationId, Subject subject, string reason, Actor actor, CancellationToken cancellationToken) =>
        OnceAsync(
            operationId,
            actor,
            async (write, token) =>
            {
                if (await FindBoardAsync(write, subject, token) is not { ClosedBecause: null } board) return Done.Yes;
                write.Db.Entry(board).Property(row => row.ClosedBecause).CurrentValue = reason;
                write.Append(new GatesClosed(subject, reason));
                return Done.Yes;
            },
            cancellationToken);

    private async Task<Outcome<Done>> OnceAsync(
        Guid operationId, Actor actor, Func<Write, CancellationToken, Task<Outcome<Done>>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await store.WriteAsync(actor, CarryOutAsync, cancellationToken);
        }
        catch (DbUpdateException)
        {
            // Another node carries out the same operation: a second look finds it done.
            return await store.WriteAsync(actor, CarryOutAsync, cancellationToken);
        }

        async Task<Outcome<Done>> CarryOutAsync(Write write, CancellationToken token)
        {
            if (await write.Db.Set<GateOperation>().AnyAsync(operation => operation.Id == operationId, token)) return Done.Yes;
            write.Add(new GateOperation { Id = operationId, At = write.Now });
            return await work(write, token);
        }
    }

    private static Task<GateBoard?> FindBoardAsync(Write write, Subject subject, CancellationToken cancellationToken) =>
        write.Db.Set<GateBoard>().FirstOrDefaultAsync(board => board.SubjectKind == subject.Kind && board.SubjectId == subject.Id, cancellationToken);

    private static IQueryable<GateItem> ItemsOf(Write write, Subject subject) =>
        write.Db.Set<GateItem>().Where(item => item.SubjectKind == subject.Kind && item.SubjectId == subject.Id);

    private static IEnumerable<GateItem> ItemsOf(PlannedGateSet planned, int setOrder, Subject subject, Write write) =>
        planned.Set.Items.Select((item, order) => new GateItem
        {
            Id = Guid.CreateVersion7(write.Now),
            SubjectKind = subject.Kind,
            SubjectId = subject.Id,
            SetKey = planned.Set.Key,
            SetTitle = planned.Set.Title,
            SetOrder = setOrder,
            Order = order,
            Key = item.Key,
            Title = item.Title,
            Owners = item.Owners,
            Check = item.Check,
            StateSince = write.Now,
            DueAt = planned.DueAt,
            ChangedBy = write.Actor.Name,
            ChangedAt = write.Now,
        });
}
