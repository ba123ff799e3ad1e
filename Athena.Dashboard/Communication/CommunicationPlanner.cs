using System.Collections.Immutable;
using Athena.Dashboard.Communication.Contracts;
using Athena.Dashboard.Communication.Domain;
using Athena.Dashboard.Platform.Kernel;
using Athena.Dashboard.Platform.Storage;
using Athena.Dashboard.Platform.Text;
using Athena.Dashboard.Process.Contracts;
using Athena.Dashboard.Releases.Contracts;
using Athena.Dashboard.Rollouts.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Athena.Dashboard.Communication;

/// <summary>Keeps the timelines in step with their releases. Every method may be called again for the same event.</summary>
public sealed class CommunicationPlanner(Store store, IProcessCatalog process, TimeProvider clock) : IDateMove
{
    private static readonly Actor Planner = Actor.System("communication timeline");

    internal async Task BeginAsync(ReleasePlanned planned, CancellationToken cancellationToken)
    {
        var moments = (await DocumentAsync(planned.ProcessVersion, cancellationToken)).Communication;
        await FollowAsync(
            async (write, token) =>
            {
                if (await write.Db.Set<CommunicationPlan>().AnyAsync(row => row.Release == planned.Version, token)) return Done.Yes;
                var (plan, items) = CommunicationPlan.Begin(planned.Version, planned.ProcessVersion, planned.TargetDate, planned.Zone, moments, write.Now);
                write.Add(plan);
                Add(write, plan, items);
                write.Append(new TimelinePlanned(plan.Release, items.Length), after: plan);
                return Done.Yes;
            },
            cancellationToken);
    }

    internal Task MoveAsync(ReleaseRescheduled moved, CancellationToken cancellationToken) =>
        FollowAsync(
            async (write, token) =>
            {
                if (await LoadAsync(write, moved.Version, token) is not { } plan) return Done.Yes;
                if (plan.TargetDate == moved.NewTarget && plan.Zone == moved.Zone) return Done.Yes;
                var next = plan.Move(moved.NewTarget, moved.Zone);
                foreach (var item in await write.Db.Set<TimelineEntry>().Where(row => row.Release == plan.Release && row.State == ItemState.Open).ToListAsync(token))
                    await RedateAsync(write, next, item, item with { DueAt = next.DueAt(item.Day, item.Time) }, token);
                write.Append(new TimelineMoved(plan.Release, moved.OldTarget, moved.NewTarget, moved.Zone));
                write.Replace(plan, next);
                return Done.Yes;
            },
            cancellationToken);

    /// <summary>What belongs to a rollback appears, and who was told of the release can be told that it is back.</summary>
    internal Task RollBackAsync(Guid cause, string release, DateTimeOffset at, CancellationToken cancellationToken) =>
        FollowAsync(
            async (write, token) =>
            {
                if (await LoadAsync(write, release, token) is not { } plan || plan.RolledBackFor == cause) return Done.Yes;
                await FollowRollbackAsync(write, plan, at, token);
                write.Replace(plan, plan with { RolledBackFor = cause });
                return Done.Yes;
            },
            cancellationToken);

    /// <summary>
    /// A rollout in production is taken back: what is open of the release's messages is held, who is to know of the
    /// rollback is written to at once, and the rest is as when somebody takes the release back. Done once per rollout.
    /// </summary>
    /// <returns>What was done, one sentence.</returns>
    internal Task<Outcome<string>> RollBackAsync(Rollback rollback, CancellationToken cancellationToken) =>
        store.WriteByItselfAsync<string>(
            Planner,
            async (write, token) =>
            {
                var release = rollback.Rollout.Release;
                if (await LoadAsync(write, release, token) is not { } plan) return $"Release {release} has no timeline.";
                var document = await DocumentAsync(plan.ProcessVersion, token);
                var held = await HoldOpenAsync(write, release, token);
                var known = await FollowRollbackAsync(write, plan, rollback.DecidedAt, token);
                var told = document.Rollback.Tell.Where(list => known.All(key => key != RollbackNotice.KeyOf(list, rollback.Rollout.Id))).ToList();
                foreach (var list in told) Tell(write, plan, document, list, rollback);
                write.Replace(plan, plan with { RolledBackFor = rollback.Rollout.Id });
                return RollbackNotice.Sentence(held, [.. document.Rollback.Tell]);
            },
            cancellationToken);

    internal Task CloseAsync(string release, string reason, CancellationToken cancellationToken) =>
        FollowAsync(
            async (write, token) =>
            {
                if (await LoadAsync(write, release, token) is not { } plan) return Done.Yes;
                foreach (var item in await write.Db.Set<TimelineEntry>().Where(row => row.Release == release && row.State == ItemState.Open).ToListAsync(token))
                    write.Replace(item, item with { State = ItemState.Skipped, SettledAt = write.Now, SettledBy = write.Actor.Name, Reason = reason });
                foreach (var message in await write.Db.Set<OutboxMessage>().Where(row => row.Release == release).ToListAsync(token))
                    if (message.Cancel(reason) is var cancelled && cancelled != message) write.Replace(message, cancelled);
                write.Replace(plan, plan with { ClosedBecause = reason });
                write.Append(new TimelineClosed(release, reason));
                return Done.Yes;
            },
            cancellationToken);

    /// <summary>Something was done elsewhere that a task of the timeline asks for.</summary>
    internal Task TickAsync(string release, string key, string remark, CancellationToken cancellationToken) =>
        FollowAsync(
            async (write, token) =>
            {
                if (await write.Db.Set<TimelineEntry>().FirstOrDefaultAsync(row => row.Release == release && row.Key == key, token) is not { State: ItemState.Open } item) return Done.Yes;
                var before = item with { };
                var ticked = item.Tick(write.Actor, write.Now, remark).Value;
                write.Replace(item, ticked.State);
                write.Append(ticked, before, ticked.State);
                return Done.Yes;
            },
            cancellationToken);

    /// <summary>What had been done elsewhere is open again. Left alone where a person ticked or skipped it.</summary>
    internal Task UntickAsync(string release, string key, CancellationToken cancellationToken) =>
        FollowAsync(
            async (write, token) =>
            {
                if (await write.Db.Set<TimelineEntry>().FirstOrDefaultAsync(row => row.Release == release && row.Key == key, token) is not { State: ItemState.Done } item || item.SettledBy != Planner.Name) return Done.Yes;
                var before = item with { };
                var opened = item.Untick().Value;
                write.Replace(item, opened.State);
                write.Append(opened, before, opened.State);
                return Done.Yes;
            },
            cancellationToken);

    // The outbox and people write to the same messages; what is not written after all comes again with its event.
    private async Task FollowAsync(Func<Write, CancellationToken, Task<Outcome<Done>>> work, CancellationToken cancellationToken)
    {
        if ((await store.WriteByItselfAsync(Planner, work, cancellationToken)).Refusal is { } stale) throw new InvalidOperationException(stale.Title);
    }

    public async Task<ImmutableArray<MovedDate>> PreviewAsync(string version, DateOnly newTarget, string newZone, CancellationToken cancellationToken)
    {
        var (plan, items) = await store.ReadAsync(
            async (db, token) => (
                await db.Set<CommunicationPlan>().FirstOrDefaultAsync(row => row.Release == version, token),
                await db.Set<TimelineEntry>().Where(row => row.Release == version && row.State == ItemState.Open).OrderBy(row => row.DueAt).ThenBy(row => row.Position).ToListAsync(token)),
            cancellationToken);
        if (plan is not { ClosedBecause: null }) return [];
        var moved = plan.Move(newTarget, newZone);
        var now = clock.GetUtcNow();
        return
        [
            .. items.Select(item => (Item: item, To: moved.DueAt(item.Day, item.Time))).Where(move => move.To != move.Item.DueAt)
                .Select(move => new MovedDate(
                    move.Item.Kind == CommunicationKind.Message ? "message" : "task",
                    move.Item.Title,
                    move.Item.DueAt,
                    move.To,
                    WholeDay: false,
                    move.To >= now ? null : moved.Missed(move.Item.Day, now) is null || move.Item.Kind == CommunicationKind.Task ? "already in the past" : "already in the past: it would not be sent by itself")),
        ];
    }

    /// <summary>Saves an item's new time, and its message's.</summary>
    internal static async Task RedateAsync(Write write, CommunicationPlan plan, TimelineEntry item, TimelineEntry next, CancellationToken cancellationToken)
    {
        write.Replace(item, next);
        if (await write.Db.Set<OutboxMessage>().FirstOrDefaultAsync(row => row.ItemId == item.Id, cancellationToken) is not { } message) return;
        var moved = message.Redate(next.Day, next.DueAt, plan.Missed(next.Day, write.Now));
        if (moved != message) write.Replace(message, moved);
    }

    // Gives the keys of the items that were there before.
    private async Task<List<string>> FollowRollbackAsync(Write write, CommunicationPlan plan, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var moments = (await DocumentAsync(plan.ProcessVersion, cancellationToken)).Communication;
        var items = await write.Db.Set<TimelineEntry>().AsNoTracking().Where(row => row.Release == plan.Release).ToListAsync(cancellationToken);
        var sent = await write.Db.Set<OutboxMessage>().AsNoTracking().Where(row => row.Release == plan.Release && row.State == MessageState.Sent && row.Day >= 0).ToListAsync(cancellationToken);
        Add(write, plan, [.. plan.AfterRollback(moments, at).Where(item => items.All(present => present.Key != item.Key))]);
        foreach (var message in sent.Where(message => IsCorrected(message.Key) && items.All(present => present.Key != CorrectionKey(message.Key))))
            Correct(write, plan, items.First(item => item.Id == message.ItemId), message, at);
        return [.. items.Select(item => item.Key)];
    }

    // A message that goes out in spite of everything was sent by a person, who knows.
    private static async Task<int> HoldOpenAsync(Write write, string release, CancellationToken cancellationToken)
    {
        var held = 0;
        foreach (var message in await write.Db.Set<OutboxMessage>().Where(row => row.Release == release && row.ItemId != null).ToListAsync(cancellationToken))
        {
            if (!message.IsOpen || message.IsForced || RollbackNotice.Is(message.Key)) continue;
            held++;
            var assessed = message.Assess(noChannel: null, $"Release {release} is rolled back.");
            if (assessed.Events.IsEmpty) continue;
            write.Replace(message, assessed.State);
            write.Append(assessed);
        }

        return held;
    }

    private static void Tell(Write write, CommunicationPlan plan, ProcessDocument document, string list, Rollback rollback)
    {
        var day = plan.DayOf(rollback.DecidedAt);
        var item = new TimelineEntry
        {
            Id = Guid.CreateVersion7(write.Now),
            Release = plan.Release,
            Moment = document.Communication[^1].Key,
            Key = RollbackNotice.KeyOf(list, rollback.Rollout.Id),
            Title = $"Rollback: {RecipientList.TitleOf(list)}",
            Kind = CommunicationKind.Message,
            Owner = document.Rollback.Owner,
            Audience = list,
            Channel = CommunicationChannel.Mail,
            Day = day,
            Time = CommunicationPlan.UsualTime,
            DueAt = rollback.DecidedAt,
            Position = RollbackNotice.Position,
        };
        var text = RollbackNotice.Of(rollback, MarkdownText.Escape);
        write.Add(item);
        write.Add(plan.MessageOf(item, write.Now) with { EditedSubject = text.Subject, EditedBody = text.Body, State = MessageState.Waiting, Hold = MessageHold.None, Cause = null });
        write.Append(new ItemAdded(item.Release, item.Id, item.Title), after: item);
    }

    private static Task<CommunicationPlan?> LoadAsync(Write write, string release, CancellationToken cancellationToken) =>
        write.Db.Set<CommunicationPlan>().FirstOrDefaultAsync(row => row.Release == release && row.ClosedBecause == null, cancellationToken);

    private static void Add(Write write, CommunicationPlan plan, ImmutableArray<TimelineEntry> items)
    {
        foreach (var item in items)
        {
            write.Add(item);
            if (item.Kind == CommunicationKind.Message) write.Add(plan.MessageOf(item, write.Now));
            if (items.Length == 1) write.Append(new ItemAdded(item.Release, item.Id, item.Title), after: item);
        }
    }

    private static void Correct(Write write, CommunicationPlan plan, TimelineEntry told, OutboxMessage original, DateTimeOffset at)
    {
        var item = told with
        {
            Id = Guid.CreateVersion7(write.Now),
            Version = 1,
            Key = CorrectionKey(told.Key),
            Title = "Correction: " + told.Title,
            Day = plan.DayOf(at),
            DueAt = at,
            State = ItemState.Open,
            SettledAt = null,
            SettledBy = null,
            Reason = null,
            Position = told.Position + 50,
        };
        var message = plan.MessageOf(item, write.Now) with
        {
            EditedSubject = MessageText.Correction.Subject,
            EditedBody = MessageText.Correction.Body,
            State = MessageState.Held,
            Hold = MessageHold.Draft,
            Cause = "Drafted after the rollback. Read it, then send it.",
            InReplyTo = original.MailId,
        };
        write.Add(item);
        write.Add(message);
        write.Append(new ItemAdded(item.Release, item.Id, item.Title), after: item);
    }

    private static string CorrectionKey(string key) => "correction-" + key;

    // What told of a rollback, or corrected something, needs no correction.
    private static bool IsCorrected(string key) => !key.StartsWith(CorrectionKey(""), StringComparison.Ordinal) && !RollbackNotice.Is(key);

    private async Task<ProcessDocument> DocumentAsync(int processVersion, CancellationToken cancellationToken) =>
        (await process.FindAsync(processVersion, cancellationToken) ?? process.Current).Document;
}
