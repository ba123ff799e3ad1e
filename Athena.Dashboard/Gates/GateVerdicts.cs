using System.Collections.Immutable;
using Athena.Dashboard.Gates.Contracts;
using Athena.Dashboard.Gates.Domain;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Gates;

internal sealed class GateVerdicts(Store store, GateChecks checks, GateCheckNames names, TimeProvider clock) : IGateVerdicts
{
    public async Task<GateVerdict> EvaluateAsync(Subject subject, ImmutableArray<string> setKeys, CancellationToken cancellationToken)
    {
        if (setKeys.IsEmpty) return new GateVerdict(true, []);
        return await JudgeAsync(subject, setKeys, await checks.AskAllAsync(subject, setKeys, cancellationToken), cancellationToken);
    }

    public async Task<GateVerdict> LookAsync(Subject subject, ImmutableArray<string> setKeys, CancellationToken cancellationToken) =>
        setKeys.IsEmpty ? new GateVerdict(true, []) : await JudgeAsync(subject, setKeys, [], cancellationToken);

    public Task<ImmutableArray<GateProgress>> ProgressAsync(ImmutableArray<Subject> subjects, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        return store.ReadAsync<ImmutableArray<GateProgress>>(
            async (db, token) =>
            {
                var kinds = subjects.Select(subject => subject.Kind).Distinct().ToList();
                var ids = subjects.Select(subject => subject.Id).Distinct().ToList();
                var items = await db.Set<GateItem>().Where(item => kinds.Contains(item.SubjectKind) && ids.Contains(item.SubjectId)).ToListAsync(token);
                return
                [
                    .. items.GroupBy(item => (item.Subject, item.SetKey))
                        .Where(group => subjects.Contains(group.Key.Subject))
                        .OrderBy(group => group.First().SetOrder)
                        .Select(group => Progress(group.Key.Subject, [.. group], now)),
                ];
            },
            cancellationToken);
    }

    private async Task<GateVerdict> JudgeAsync(
        Subject subject, ImmutableArray<string> setKeys, ImmutableHashSet<Guid> unanswered, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var (items, openedAt) = await store.ReadAsync(
            async (db, token) =>
            {
                var opened = await db.Set<GateBoard>()
                    .Where(board => board.SubjectKind == subject.Kind && board.SubjectId == subject.Id)
                    .Select(board => (DateTimeOffset?)board.OpenedAt).FirstOrDefaultAsync(token);
                var rows = await db.Set<GateItem>().Where(item => item.SubjectKind == subject.Kind && item.SubjectId == subject.Id).ToListAsync(token);
                return (rows, opened ?? now);
            },
            cancellationToken);
        return GateJudge.Judge(
            [.. items.Select(item => unanswered.Contains(item.Id) ? Unknown(item, now) : item)], setKeys, names.All, openedAt, now);
    }

    private static GateProgress Progress(Subject subject, List<GateItem> items, DateTimeOffset now) => new(
        subject,
        items[0].SetKey,
        items[0].SetTitle,
        items.Count,
        items.Count(item => item.IsDoneAt(now)),
        items.Count(item => item.StateAt(now) is GateItemState.Blocked or GateItemState.Failed),
        items.Count(item => item.IsOverdueAt(now)),
        items[0].DueAt);

    // Fails closed: what was true when the check last answered may not be true now.
    private static GateItem Unknown(GateItem item, DateTimeOffset now) =>
        item.StateAt(now) == GateItemState.Waived ? item : item with { State = GateItemState.Open, StateSince = now, Comment = "Its check could not be asked." };
}
